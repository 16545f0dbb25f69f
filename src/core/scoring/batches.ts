/** Windows of many lengths -> full batches of a few fixed shapes, and the scores back to their windows. */
import type { Window } from '../perplexity/windows';
import type { Batch, BatchScores } from './backend';

/** A batch, and which window lies in which of its rows. */
export interface PlannedBatch extends Batch {
  /** index of the window in each used row */
  windows: number[];
}

export const shortestRow = 32;

/** The row lengths in use: powers of two from 32 to `longest`, itself one, so that a device sees few shapes. */
export function rowLengths(longest: number): number[] {
  const lengths: number[] = [];
  for (let length = shortestRow; length <= longest; length *= 2) lengths.push(length);
  return lengths;
}

/**
 * Packs windows into batches of exactly `tokensPerRun` tokens, longest first, so that memory runs out at once if it
 * does and the time left is overstated rather than understated. Rows are padded on the right with token 0: attention is
 * causal, so what follows a token cannot change its score.
 */
export function planBatches(windows: Window[], tokensPerRun: number): PlannedBatch[] {
  const lengths = rowLengths(tokensPerRun);
  const order = windows.map((_, i) => i).sort((a, b) => windows[b].tokens.length - windows[a].tokens.length || a - b);
  const batches: PlannedBatch[] = [];
  for (let next = 0; next < order.length; ) {
    const longest = windows[order[next]].tokens.length;
    const length = lengths.find((candidate) => candidate >= longest) ?? tokensPerRun;
    const rows = tokensPerRun / length;
    batches.push(fill(windows, order.slice(next, next + rows), rows, length));
    next += rows;
  }
  return batches;
}

function fill(windows: Window[], chosen: number[], rows: number, length: number): PlannedBatch {
  const tokens = new Int32Array(rows * length);
  const targets = new Int32Array(rows * length);
  chosen.forEach((index, row) => {
    tokens.set(windows[index].tokens, row * length);
    targets.set(windows[index].targets, row * length);
  });
  return { rows, length, tokens, targets, windows: chosen };
}

/** The scores of each window in a batch, only of the targets it was asked to score. */
export function unpack(windows: Window[], batch: PlannedBatch, scores: BatchScores): [index: number, scores: BatchScores][] {
  return batch.windows.map((index, row) => {
    const { from, targets } = windows[index];
    const [start, end] = [row * batch.length + from, row * batch.length + targets.length];
    return [index, { nll: scores.nll.slice(start, end), gap: scores.gap.slice(start, end) }];
  });
}
