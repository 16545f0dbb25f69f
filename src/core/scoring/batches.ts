/** Windows of many lengths -> full batches of a few fixed shapes, and the scores back to their windows. */
import type { Window } from '../perplexity/windows';
import type { Batch, BatchScores } from './backend';
import { pack, type Group, type PackedRow } from './packing';

/** What lies in which row of a batch. */
export interface Layout extends Pick<Batch, 'rows' | 'length'> {
  packed: PackedRow[];
}

export type PlannedBatch = Batch & Layout;

/**
 * How long a row is where nothing longer is in it. Long rows waste no tokens, short ones no attention, which computes a row's
 * whole square. On PIQA and WinoGrande, on WebAssembly and in Node, neither 64 nor 256 nor 512 is faster (`npm run bench`).
 */
export const usualRow = 128;

/** What a place of a row must not see: far below any logit, and finite, so that a row which sees nothing is no NaN. */
const hidden = -1e9;

/** The row lengths in use: powers of two from `usualRow` to `longest`, itself one, so that a device sees few shapes. */
export function rowLengths(longest: number, usual = usualRow): number[] {
  const lengths = [longest];
  while (lengths[0] > usual) lengths.unshift(lengths[0] / 2);
  return lengths;
}

/**
 * Packs groups of windows into batches of exactly `tokensPerRun` tokens, so that memory runs out at once if it does: longest rows
 * first. What goes where is all that is decided: the arrays of all of HellaSwag would take a gigabyte.
 */
export function layOut(groups: Group[], tokensPerRun: number, usual = usualRow): Layout[] {
  const lengths = rowLengths(tokensPerRun, usual);
  const rows = pack(groups, lengths[0], lengths);
  return [...lengths].reverse().flatMap((length) => {
    const perBatch = tokensPerRun / length;
    const alike = rows.filter((row) => row.length === length);
    return Array.from({ length: Math.ceil(alike.length / perBatch) }, (_, i) => ({ packed: alike.slice(i * perBatch, (i + 1) * perBatch), rows: perBatch, length }));
  });
}

/** The same with every array made. */
export function planBatches(groups: Group[], tokensPerRun: number, usual = usualRow): PlannedBatch[] {
  return layOut(groups, tokensPerRun, usual).map(fill);
}

/** The arrays of a batch. What is left of a row after its tree is padding: token 0, at position 0, which nobody sees. */
export function fill({ packed, rows, length }: Layout): PlannedBatch {
  const tokens = new Int32Array(rows * length);
  const targets = new Int32Array(rows * length);
  const positions = new BigInt64Array(rows * length);
  const bias = new Float32Array(rows * length * length).fill(hidden);
  packed.forEach(({ tree }, row) => {
    const start = row * length;
    tokens.set(tree.tokens, start);
    tree.targets.forEach((target, i) => (targets[start + i] = Math.max(0, target)));
    tree.depths.forEach((depth, i) => (positions[start + i] = BigInt(depth)));
    showAncestors(bias.subarray(start * length, (start + length) * length), tree.parents, length);
  });
  return { rows, length, tokens, targets, positions, bias, packed };
}

/** Lets each token of a tree see itself and what its parent sees. */
function showAncestors(bias: Float32Array, parents: number[], length: number): void {
  parents.forEach((parent, i) => {
    if (parent >= 0) bias.copyWithin(i * length, parent * length, (parent + 1) * length);
    bias[i * length + i] = 0;
  });
}

/** The scores of each window in a batch, only of the targets it was asked to score. */
export function unpack(windows: Window[], batch: PlannedBatch, scores: BatchScores): [index: number, scores: BatchScores][] {
  return batch.packed.flatMap((row, r) =>
    row.windows.map(({ index, places }): [number, BatchScores] => {
      const scored = places.slice(windows[index].from).map((place) => r * batch.length + place);
      return [index, { nll: pick(scores.nll, scored), gap: pick(scores.gap, scored) }];
    }),
  );
}

function pick(values: Float32Array, places: number[]): Float32Array {
  return Float32Array.from(places, (place) => values[place]);
}
