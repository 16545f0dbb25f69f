/** What the token strip shows of a text: how far two models differ per token, and the text in pieces the browser can skip. */

/** Strengths of the tint on either side of none. */
export const strengths = 5;
/** nats at which the tint is full */
export const full = 2;

/** -5 (the first model predicts the token better by 2 nats or more) to 5 (the second does). */
export function levelOf(difference: number): number {
  const level = Math.round((Math.min(Math.abs(difference), full) / full) * strengths);
  return difference > 0 ? level : -level || 0;
}

export interface Token {
  /** place in the whole text */
  index: number;
  text: string;
  nll: [a: number, b: number];
  level: number;
}

/** A block of its own in the page, so that it can be skipped while out of sight. */
export interface Chunk {
  tokens: Token[];
  /** whether a document begins here, after another */
  apart: boolean;
}

/** About how many tokens a chunk has. */
const chunkTokens = 160;

/** All tokens of all documents; a document ends where one of its three lists does. */
export function tokensOf(pieces: string[][], a: Float32Array[], b: Float32Array[]): Token[][] {
  let index = 0;
  return pieces.map((document, d) => {
    const length = Math.min(document.length, a[d]?.length ?? 0, b[d]?.length ?? 0);
    return document.slice(0, length).map((text, i) => {
      const nll: [number, number] = [a[d][i], b[d][i]];
      return { index: index++, text, nll, level: levelOf(nll[0] - nll[1]) };
    });
  });
}

/** The first `limit` tokens in chunks that end at line ends: a block that ended elsewhere would break the line. */
export function chunksOf(documents: Token[][], limit: number): Chunk[] {
  const chunks: Chunk[] = [];
  let left = limit;
  for (const document of documents) {
    if (left <= 0) break;
    let open: Chunk | null = null;
    for (const token of document.slice(0, left)) {
      if (!open) chunks.push((open = { tokens: [], apart: token === document[0] && chunks.length > 0 }));
      open.tokens.push(token);
      if (open.tokens.length >= chunkTokens && token.text.endsWith('\n')) open = null;
    }
    left -= document.length;
  }
  return chunks;
}

export interface Summary {
  tokens: number;
  /** tokens the second model predicts better */
  better: number;
  /** mean of nll a - nll b, nats */
  mean: number;
}

export function summaryOf(documents: Token[][]): Summary {
  let [tokens, better, sum] = [0, 0, 0];
  for (const document of documents) {
    for (const { nll } of document) {
      tokens++;
      if (nll[1] < nll[0]) better++;
      sum += nll[0] - nll[1];
    }
  }
  return { tokens, better, mean: tokens ? sum / tokens : 0 };
}

/** A token's text with its white space made visible. */
export function visible(text: string): string {
  return text === '' ? '(part of a character)' : text.replaceAll(' ', '␣').replaceAll('\t', '⇥').replaceAll('\n', '⏎');
}
