/** How much memory it takes to make a Fisher or a RegMean soup: more than to merge and score what it becomes. Bytes throughout. */
import { gradientWindow } from '../fusion/examples';
import { gramBytes } from '../fusion/regmean';
import { gramGroups } from '../gradient/gram-graph';
import type { Fusion } from '../merging/fusion';
import { apart, rounding, weightBytes, type Memory, type Task } from './memory';
import type { Limits } from '../scoring/backend';

/** All that WebAssembly can have. */
const wholeHeap = 4 * 2 ** 30;

export interface FusionMemory extends Memory {
  /** of WebAssembly's memory, part of the worker's; 0 elsewhere */
  heap: number;
}

/**
 * A derived graph takes every weight whole and puts everything out at once. What lives between its layers lives until the way back
 * reaches it: with L layers and N tokens in one row, 4LN(2F + 8D + N(1 + H)), and about five times the logits, 4NV.
 * - Fisher: outputs and their sum, the sums of F theta and of F over the ingredients, and a set that is not collected yet, 4P each;
 * - RegMean: Gram matrices of one go and their sums, the soup, and of the widest layer all that is solved for, in 64 bits.
 * Measured in Chromium (WASM, two ingredients, 256 tokens): Fisher for 70M 2.7 to 3.7 GB in six runs, planned 2.8; for 160M 5.5 and 5.7,
 * planned 5.9; RegMean for 70M 2.2 and 2.4 GB, planned 2.4.
 * @param tokens in a row; as many as are taken at once unless told otherwise
 */
export function fusionMemoryOf({ config, kind, precision }: Pick<Task, 'config' | 'kind' | 'precision'>, method: Fusion['method'], ingredients: number, tokens = gradientWindow(config)): FusionMemory {
  const { hidden_size: D, intermediate_size: F, num_attention_heads: H, num_hidden_layers: L, vocab_size: V } = config;
  const [weights, floats] = [weightBytes(config, precision), weightBytes(config, 'fp32')];
  const between = 4 * L * tokens * (2 * F + 8 * D + tokens * (1 + H)) + 5 * 4 * tokens * V;
  const W = Math.max(...gramGroups(config).map(({ width }) => width));
  const outputs = method === 'fisher' ? floats : gramBytes;
  const kept = method === 'fisher' ? 4 * floats : floats + gramBytes + 8 * W ** 2 * (2 * ingredients + 2);
  if (kind === 'webgpu') return { heap: 0, worker: apart + kept, device: Math.round(rounding * (weights + 3 * outputs + between)) };
  const heap = kind === 'wasm' ? weights + outputs + between : 0;
  return { heap, worker: apart + weights + (kind === 'wasm' ? heap : between) + outputs + kept, device: 0 };
}

/** What is lacking for it here, as a clause; null where nothing is that anybody knows of. */
export function lackingForFusion(memory: FusionMemory, { worker, device }: Pick<Limits, 'worker' | 'device'>): string | null {
  const lacks = (what: string, needed: number, there: number | null): string[] =>
    there !== null && needed > there ? [`it takes ${(needed / 1e9).toFixed(1)} GB of ${what}, and about ${(there / 1e9).toFixed(1)} are there`] : [];
  return [...lacks('WebAssembly’s memory', memory.heap, wholeHeap), ...lacks('memory', memory.worker, worker), ...lacks('graphics memory', memory.device, device)].at(0) ?? null;
}
