/** What a device lends the core: memory for weights, one merge, one forward pass. */
import type { Tensor, TensorConstructor } from 'onnxruntime-common';
import type { Checkpoint } from '../checkpoint/checkpoint';
import type { ModelConfig } from '../checkpoint/config';
import { windowOf } from '../graph/architectures';
import type { Graph } from '../graph/onnx';
import type { WeightLayout, WeightType } from '../graph/weights';
import type { Watch } from './watch';

/** What weights are held in. */
export const precisions = ['fp32', 'fp16-weights'] as const;
export type Precision = (typeof precisions)[number];

export const weightTypes: Record<Precision, WeightType> = { fp32: 'float32', 'fp16-weights': 'float16' };

/** Where numbers were computed; shown and stored with every result. */
export interface BackendInfo {
  kind: 'webgpu' | 'wasm' | 'node';
  /** what the weights are held in; sums and activations have 32 bits in either */
  precision: Precision;
  runtime: string;
  /** the adapter's name, or the number of threads */
  device: string;
}

/** What each kind is called. */
export const backendNames: Record<BackendInfo['kind'], string> = { webgpu: 'WebGPU', wasm: 'WASM', node: 'Node' };

/** Whether numbers from the two may stand side by side. */
export function sameBackend(a: BackendInfo, b: BackendInfo): boolean {
  return a.kind === b.kind && a.precision === b.precision && a.runtime === b.runtime && a.device === b.device;
}

/** One ingredient and its coefficient. */
export interface Term {
  /** sha256 of the checkpoint's file */
  sha256: string;
  /** read tensor by tensor while merging, unless it is kept from an earlier merge */
  checkpoint: Checkpoint;
  coefficient: number;
}

/** A full batch: B rows of T tokens, B*T = tokensPerRun, flattened row by row. */
export interface Batch {
  rows: number;
  length: number;
  /** [B*T] */
  tokens: Int32Array<ArrayBuffer>;
  /** [B*T] */
  targets: Int32Array<ArrayBuffer>;
  /** [B*T]: how many tokens stand before each, of those it sees */
  positions: BigInt64Array<ArrayBuffer>;
  /** [B, T, T]: what is added to the attention of a token (row) to another (column); 0 where it sees it */
  bias: Float32Array<ArrayBuffer>;
}

/** What the graph takes besides the weights. */
export function batchInputs({ Tensor }: { Tensor: TensorConstructor }, { rows, length, tokens, targets, positions, bias }: Batch): Record<string, Tensor> {
  return {
    tokens: new Tensor('int32', tokens, [rows, length]),
    targets: new Tensor('int32', targets, [rows * length, 1]),
    positions: new Tensor('int64', positions, [rows, length]),
    bias: new Tensor('float32', bias, [rows, 1, length, length]),
  };
}

/** Per position of a batch: NLL in nats, and the gap to the model's first choice (graph/loss-head.ts). */
export interface BatchScores {
  nll: Float32Array;
  gap: Float32Array;
}

/** What a device allows. What nobody knows is null: then nothing is refused for it. */
export interface Limits {
  kind: BackendInfo['kind'];
  /** the most that one buffer may take, and that may be bound at once; Infinity on processors */
  binding: number;
  /** whether the device can cast 16-bit floats: processors can, a graphics device needs shader-f16 */
  halves: boolean;
  /** what the worker may take */
  worker: number | null;
  /** what the graphics device has */
  device: number | null;
  /** what the disk has left for this site */
  disk: number | null;
}

/** A graph made from a model's own, whose outputs are summed over many runs: gradients, their squares, Gram matrices. */
export interface Derived {
  /** tells it from others of the same model */
  key: string;
  build(config: ModelConfig, layout: WeightLayout): Graph;
}

/** One window as a row of its own. */
export interface Example extends Batch {
  /** [T]: 1 where a token is scored */
  seed: Float32Array<ArrayBuffer>;
  /** [T, V]: what targets are drawn with, from the exponential distribution; absent where they are given */
  waits?: Float32Array<ArrayBuffer>;
}

export interface Backend {
  readonly info: BackendInfo;
  /** what is known of its memory, for planning */
  readonly limits: Limits;
  /** How many sessions were created since the start: a coefficient step creates none. */
  readonly sessions: number;
  /** How many tokens one run takes for this model. */
  tokensPerRun(config: ModelConfig): number;
  /**
   * Makes the sessions and the weight buffers of this architecture and shape, unless they are there; checkpoints of another are let go.
   * @throws tensor-too-large, device-memory
   */
  prepare(config: ModelConfig): Promise<void>;
  /**
   * Fills the weight buffers with sum of coefficient * checkpoint, in 32 bits, rounded once where the weights have 16. Goes through
   * the checkpoints tensor by tensor: however many there are, they take the memory of one of their tensors.
   * @param resident bytes that may be used to keep checkpoints for the next merge
   * @throws stopped, weights-not-finite, file-unreadable; the weights are then undefined. Values beyond what 16 bits hold are
   * weights-beyond-half on processors; a graphics device makes them infinite, which every score then tells
   */
  merge(terms: Term[], resident?: number, watch?: Watch): Promise<void>;
  /** The merged weights, by name, as they are. */
  readWeights(): Promise<{ name: string; shape: number[]; values: Float32Array }[]>;
  run(batch: Batch): Promise<BatchScores>;
  /**
   * Runs a graph with the weights that were merged last and sums each of its float32 outputs over all runs, on the device where that
   * is possible. Its session is kept until another one is asked for.
   * @param onRun told after each run; may throw, and then nothing comes of it
   */
  accumulate(derived: Derived, examples: Iterable<Example>, onRun: () => Promise<void>): Promise<Map<string, Float32Array>>;
  close(): Promise<void>;
}

/** What may be used to keep checkpoints where nobody has planned: four of 17M parameters, in 32 bits. */
export const residentByDefault = 256 * 2 ** 20;

/** Tokens in a run: a power of two that is at least `fewest` and holds a whole window, so that all row lengths divide it. */
export function runLength(config: ModelConfig, fewest: number): number {
  return Math.max(fewest, 2 ** Math.ceil(Math.log2(windowOf(config))));
}
