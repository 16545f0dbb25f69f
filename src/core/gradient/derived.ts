/** Graphs made from a model's own, whose outputs are summed over many runs: gradients, their squares, Gram matrices. */
import type { TensorConstructor } from 'onnxruntime-common';
import type { Window } from '../perplexity/windows';
import { batchInputs, type Derived, type Example } from '../scoring/backend';
import { fill } from '../scoring/batches';
import { Tree } from '../scoring/packing';
import { gradientGraph, type GradientWanted } from './gradient-graph';
import { gramGraph, gramName, type GramGroup } from './gram-graph';

export function gradients(wanted: GradientWanted): Derived {
  const key = `gradients ${wanted.drawn ? 'drawn' : 'given'} ${wanted.squared ? 'squared' : 'plain'}`;
  return { key, build: (config, layout) => gradientGraph(config, layout, wanted) };
}

export function grams(groups: GramGroup[]): Derived {
  return { key: groups.map(gramName).join(' '), build: (config, layout) => gramGraph(config, layout, groups) };
}

/**
 * @param length of the row; what is left of it after the window is seen by nobody
 * @param waits where targets are drawn: gives [T, V] numbers from the exponential distribution
 */
export function exampleOf(window: Window, length = window.tokens.length, waits?: (length: number) => Float32Array<ArrayBuffer>): Example {
  const tree = new Tree();
  tree.add(window);
  const { rows, tokens, targets, positions, bias } = fill({ packed: [{ length, tree, windows: [] }], rows: 1, length });
  const seed = Float32Array.from({ length }, (_, i) => (i >= window.from && i < window.targets.length ? 1 : 0));
  return { rows, length, tokens, targets, positions, bias, seed, ...(waits && { waits: waits(length) }) };
}

/** What a derived graph takes besides the weights. */
export function exampleInputs(ort: { Tensor: TensorConstructor }, example: Example): ReturnType<typeof batchInputs> {
  const { length, seed, waits } = example;
  return {
    ...batchInputs(ort, example),
    seed: new ort.Tensor('float32', seed, [length]),
    ...(waits && { waits: new ort.Tensor('float32', waits, [length, waits.length / length]) }),
  };
}
