/** How much memory a model takes while it is merged and scored. Bytes throughout. */
import type { ModelConfig } from '../checkpoint/config';
import { parameterShapes, windowOf } from '../graph/architectures';
import { bytesPerWeight, countOf } from '../graph/weights';
import { runLength, weightTypes, type BackendInfo, type Precision } from '../scoring/backend';
import { heapBytes, stretchValues, tileBytes } from '../scoring/portions';

/** What is done, and with what. */
export interface Task {
  config: ModelConfig;
  kind: BackendInfo['kind'];
  precision: Precision;
  /** of a stored value: 2 for F16 and BF16, 4 for F32 */
  storedSize: number;
  /** tokens in a row; the model's window unless told otherwise, which is the most */
  rowLength?: number;
}

export interface Memory {
  /** of the worker's process, over an empty page */
  worker: number;
  /** of the graphics device; 0 where there is none */
  device: number;
}

const MiB = 2 ** 20;

/** The runtime, compiled, with its threads: what Chromium took on top of an empty page before there was a model (measured, 2 threads). */
const runtime = 150 * MiB;
/** What was freed and is not yet back at the system: 0 to 200 MB beside all that is counted here, from 70M to 410M parameters (measured). */
const litter = 100 * MiB;
/** What a worker takes beside the model. */
export const apart = runtime + litter;
/** Devices round buffers up to sizes of their choice: 10 to 20 percent (onnxruntime's buckets). */
export const rounding = 1.15;

/** How many numbers a model has. */
export function parametersOf(config: ModelConfig): number {
  return [...parameterShapes(config).values()].reduce((sum, shape) => sum + countOf(shape), 0);
}

function largestTensor(config: ModelConfig): number {
  return Math.max(...[...parameterShapes(config).values()].map(countOf));
}

/** P times 4 or 2. */
export function weightBytes(config: ModelConfig, precision: Precision): number {
  return bytesPerWeight[weightTypes[precision]] * parametersOf(config);
}

/**
 * What lives at once between the layers: N tokens of a run in rows of T, hidden size D, feed-forward F, H heads.
 * 4N(2F + 8D) for a layer's values (up and its activation; q, k, v, their rotations, residual and norm), 4NT for the bias, and on a
 * processor 4NTH for the attention, which the fused kernels of devices never write down.
 */
function activations({ config, kind, rowLength = windowOf(config) }: Task, tokens: number): number {
  const { hidden_size: D, intermediate_size: F, num_attention_heads: H } = config;
  return 4 * tokens * (2 * F + 8 * D + rowLength * (1 + (kind === 'webgpu' ? 0 : H)));
}

/**
 * What a task takes at its peak, with nothing kept for later merges:
 * - the weights, P times 4 or 2;
 * - one run: activations, and logits of a tile twice (as they are, and their exponentials);
 * - one tensor on its way: on a processor the largest of two ingredients as they are stored, with 16-bit weights also its sum in 32 bits;
 *   on a device a stretch of it, and with 16-bit weights the sums of its largest input;
 * - in WebAssembly a part's weights in the heap as well, with 16-bit weights as much again for casts, of which a few live at once.
 */
export function memoryOf(task: Task): Memory {
  const { config, kind, precision, storedSize } = task;
  const tokens = runLength(config, kind === 'webgpu' ? 1024 : 512);
  const half = precision === 'fp16-weights';
  const weights = weightBytes(config, precision);
  const largest = largestTensor(config);
  const run = activations(task, tokens) + 2 * Math.min(kind === 'wasm' ? heapBytes : tileBytes, 4 * tokens * config.vocab_size);
  if (kind === 'webgpu') {
    const sums = half ? 4 * largest : 0;
    return { worker: apart + storedSize * largest, device: Math.round(rounding * (weights + run + 4 * stretchValues + sums)) };
  }
  const merging = 2 * storedSize * largest + (half ? 4 * largest : 0);
  const heap = kind === 'wasm' ? Math.min(weights, heapBytes) * (half ? 2 : 1) : 0;
  return { worker: apart + weights + merging + run + heap, device: 0 };
}
