/**
 * Scoring without packing, as strong as we can make it: what the benchmark holds packing against. Each choice is a row of its
 * own with its whole context; rows of nearly equal length share a batch, padded to the longest of them. Shapes are free, so
 * that no row is longer than its batch needs, and the causal order is all there is to keep, so that attention needs no bias.
 */
import type { InferenceSession, Tensor } from 'onnxruntime-common';
import type { ModelConfig } from '../../src/core/checkpoint/config';
import { architectureOf } from '../../src/core/graph/architectures';
import { GraphBuilder } from '../../src/core/graph/builder';
import { lossHead } from '../../src/core/graph/loss-head';
import { encodeModel } from '../../src/core/graph/onnx';
import type { Window } from '../../src/core/perplexity/windows';
import type { Backend } from '../../src/core/scoring/backend';
import type { OnnxRuntime } from '../../src/core/scoring/cpu-backend';

export interface Kind {
  tokensPerRun: number;
  /** whether attention is given a bias all the same, as the graph of packed rows is */
  biased: boolean;
}

/** The scoring graph with free shapes: the loss of all tokens of a batch in one tile. */
function graphOf(config: ModelConfig, { biased }: Kind): Uint8Array<ArrayBuffer> {
  const g = new GraphBuilder(config.model_type);
  const architecture = architectureOf(config);
  for (const [name, shape] of architecture.parameterShapes(config)) g.input(name, 'float32', shape);
  const tokens = g.input('tokens', 'int32', ['B', 'T']);
  const targets = g.input('targets', 'int32', ['N', 1]);
  const positions = g.input('positions', 'int64', ['B', 'T']);
  const bias = biased ? g.input('bias', 'float32', ['B', 1, 'T', 'T']) : '';
  const hidden = architecture.body(g, config, { tokens, positions, bias, longest: config.max_position_embeddings });
  const { nll } = lossHead(g, { hidden, targets, unembedding: architecture.unembedding(config), tokens: 1, vocabulary: config.vocab_size, maxTensorBytes: 2 ** 30 });
  g.output('nll', 'float32', ['N'], nll);
  return encodeModel(g.graph);
}

/** Windows of nearly equal length together, the longest first, as many as `tokensPerRun` holds when padded. */
function batchesOf(windows: Window[], tokensPerRun: number): Window[][] {
  const batches: Window[][] = [];
  for (const window of [...windows].sort((a, b) => b.tokens.length - a.tokens.length)) {
    const last = batches.at(-1);
    if (last && (last.length + 1) * last[0].tokens.length <= tokensPerRun) last.push(window);
    else batches.push([window]);
  }
  return batches;
}

export class Unpacked {
  private constructor(
    private readonly ort: OnnxRuntime,
    private readonly session: InferenceSession,
    private readonly weights: Record<string, Tensor>,
    private readonly kind: Kind,
  ) {}

  /** With the weights that the backend has merged. */
  static async create(ort: OnnxRuntime, options: InferenceSession.SessionOptions, config: ModelConfig, backend: Backend, kind: Kind): Promise<Unpacked> {
    const session = await ort.InferenceSession.create(graphOf(config, kind), options);
    const weights = (await backend.readWeights()).map(({ name, shape, values }): [string, Tensor] => [name, new ort.Tensor('float32', values, shape)]);
    return new Unpacked(ort, session, Object.fromEntries(weights), kind);
  }

  /** @returns the log-likelihood of each window, in the order given */
  async score(windows: Window[]): Promise<number[]> {
    const found = new Map<Window, number>();
    for (const batch of batchesOf(windows, this.kind.tokensPerRun)) {
      const length = batch[0].tokens.length;
      const nll = await this.#run(batch, length);
      batch.forEach((window, row) => found.set(window, -sum(nll.subarray(row * length + window.from, row * length + window.tokens.length))));
    }
    return windows.map((window) => found.get(window) as number);
  }

  async #run(batch: Window[], length: number): Promise<Float32Array> {
    const tokens = new Int32Array(batch.length * length);
    const targets = new Int32Array(batch.length * length);
    batch.forEach((window, row) => {
      tokens.set(window.tokens, row * length);
      targets.set(window.targets, row * length);
    });
    const { nll } = await this.session.run({ ...this.weights, ...this.#inputs(tokens, targets, batch.length, length) });
    return nll.data as Float32Array;
  }

  #inputs(tokens: Int32Array, targets: Int32Array, rows: number, length: number): Record<string, Tensor> {
    const { Tensor } = this.ort;
    const positions = BigInt64Array.from(tokens, (_, i) => BigInt(i % length));
    const inputs = {
      tokens: new Tensor('int32', tokens, [rows, length]),
      targets: new Tensor('int32', targets, [rows * length, 1]),
      positions: new Tensor('int64', positions, [rows, length]),
    };
    return this.kind.biased ? { ...inputs, bias: new Tensor('float32', new Float32Array(rows * length * length), [rows, 1, length, length]) } : inputs;
  }
}

function sum(values: Float32Array): number {
  return values.reduce((a, b) => a + b, 0);
}
