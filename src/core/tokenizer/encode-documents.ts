/** A text's documents as tokens. */
import { utf8Length, type ScoredText } from '../perplexity/documents';
import type { Convention } from '../perplexity/windows';
import type { Tokenizer } from './tokenizer';

/** A document as tokens, from the first of which that is scored. */
export interface EncodedDocument {
  tokens: number[];
  from: number;
  /** UTF-8 length of what is scored, which is what bits per byte counts */
  bytes: number;
}

/**
 * A document with the context in front of it, which takes as many tokens as it has alone, as in `encodePair`. Without a prefix
 * token the first token of all is not scored.
 */
export function encodeDocuments(tokenizer: Tokenizer, { documents, contexts }: ScoredText, convention: Convention): EncodedDocument[] {
  const first = convention.kind === 'strided' ? 1 : 0;
  return documents.map((document, i) => {
    const context = contexts?.[i] ?? '';
    const tokens = tokenizer.encode(context + document);
    const from = Math.max(first, context === '' ? 0 : tokenizer.encode(context).length);
    if (from === 0) return { tokens, from, bytes: utf8Length(document) };
    const bytes = tokenizer.pieces(tokens).slice(from).reduce((sum, piece) => sum + utf8Length(piece), 0);
    return { tokens, from, bytes };
  });
}
