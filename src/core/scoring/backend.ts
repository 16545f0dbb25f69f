/** What a device lends the core: memory for weights, one merge, one forward pass. */
import type { Tensor, TensorConstructor } from 'onnxruntime-common';
import type { Checkpoint } from '../checkpoint/checkpoint';
import type { ModelConfig } from '../checkpoint/config';
import { windowOf } from '../graph/architectures';

/** Where numbers were computed; shown and stored with every result. */
export interface BackendInfo {
  kind: 'webgpu' | 'wasm' | 'node';
  precision: 'fp32';
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

export interface Backend {
  readonly info: BackendInfo;
  /** How many sessions were created since the start: a coefficient step creates none. */
  readonly sessions: number;
  /** How many tokens one run takes for this model. */
  tokensPerRun(config: ModelConfig): number;
  /** Makes the session and the weight buffers of this architecture and shape, unless they are there; checkpoints of another are let go. */
  prepare(config: ModelConfig): Promise<void>;
  holds(sha256: string): boolean;
  /**
   * Keeps a checkpoint's parameters where merging happens.
   * @throws what reading it throws
   */
  load(sha256: string, checkpoint: Checkpoint): Promise<void>;
  /** Lets go of a checkpoint, to make room. */
  drop(sha256: string): void;
  /** Fills the weight buffers with sum of coefficient * checkpoint, in 32 bits. */
  merge(terms: Term[]): Promise<void>;
  /** The merged weights, by name, as they are. */
  readWeights(): Promise<{ name: string; shape: number[]; values: Float32Array }[]>;
  run(batch: Batch): Promise<BatchScores>;
  close(): Promise<void>;
}

/** Tokens in a run: a power of two that is at least `fewest` and holds a whole window, so that all row lengths divide it. */
export function runLength(config: ModelConfig, fewest: number): number {
  return Math.max(fewest, 2 ** Math.ceil(Math.log2(windowOf(config))));
}
