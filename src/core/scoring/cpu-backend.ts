/** The backend for processors: onnxruntime on WebAssembly or in Node, which differ in nothing but the module handed in. */
import type { InferenceSession, InferenceSessionFactory, TensorConstructor } from 'onnxruntime-common';
import type { Checkpoint } from '../checkpoint/checkpoint';
import type { ModelConfig } from '../checkpoint/config';
import { decode } from '../checkpoint/dtype';
import { parameterShapes } from '../graph/architectures';
import { scoringGraph } from '../graph/scoring-graph';
import { mixInto } from '../merging/linear';
import { batchInputs, runLength, type Backend, type BackendInfo, type Batch, type BatchScores, type Term } from './backend';

export interface OnnxRuntime {
  InferenceSession: InferenceSessionFactory;
  Tensor: TensorConstructor;
}

/** Fewer tokens in a run than this leave a processor waiting for memory: every run copies every weight into the heap. */
const fewestTokens = 512;
/** Logits of one tile: small enough to stay near the processor's cache, measured as fast as one tile. */
const maxTensorBytes = 128 * 2 ** 20;

interface Loaded {
  config: ModelConfig;
  session: InferenceSession;
  /** the weights the next run uses, by name */
  weights: Map<string, Float32Array<ArrayBuffer>>;
}

export class CpuBackend implements Backend {
  sessions = 0;
  #loaded: Loaded | undefined;
  readonly #checkpoints = new Map<string, Map<string, Float32Array>>();

  constructor(
    private readonly ort: OnnxRuntime,
    readonly info: BackendInfo,
    private readonly options: InferenceSession.SessionOptions,
  ) {}

  tokensPerRun(config: ModelConfig): number {
    return runLength(config, fewestTokens);
  }

  async prepare(config: ModelConfig): Promise<void> {
    if (this.#loaded && JSON.stringify(this.#loaded.config) === JSON.stringify(config)) return;
    await this.close();
    const session = await this.ort.InferenceSession.create(scoringGraph(config, this.tokensPerRun(config), maxTensorBytes), this.options);
    this.sessions++;
    const weights = new Map([...parameterShapes(config)].map(([name, shape]) => [name, new Float32Array(size(shape))]));
    this.#loaded = { config, session, weights };
  }

  holds(sha256: string): boolean {
    return this.#checkpoints.has(sha256);
  }

  async load(sha256: string, checkpoint: Checkpoint): Promise<void> {
    const tensors = new Map<string, Float32Array>();
    for await (const { name, dtype, bytes } of checkpoint.read()) {
      tensors.set(name, decode(bytes, dtype));
    }
    this.#checkpoints.set(sha256, tensors);
  }

  drop(sha256: string): void {
    this.#checkpoints.delete(sha256);
  }

  async merge(terms: Term[]): Promise<void> {
    const coefficients = terms.map(({ coefficient }) => coefficient);
    for (const [name, sum] of this.#ready.weights) {
      mixInto(sum, terms.map(({ sha256 }) => this.#tensor(sha256, name)), coefficients);
    }
  }

  async readWeights(): Promise<{ name: string; shape: number[]; values: Float32Array }[]> {
    const { config, weights } = this.#ready;
    return [...parameterShapes(config)].map(([name, shape]) => ({ name, shape, values: (weights.get(name) as Float32Array).slice() }));
  }

  async run(batch: Batch): Promise<BatchScores> {
    const { config, session, weights } = this.#ready;
    const feeds = batchInputs(this.ort, batch);
    for (const [name, shape] of parameterShapes(config)) feeds[name] = new this.ort.Tensor('float32', weights.get(name) as Float32Array, shape);
    const { nll, gap } = await session.run(feeds);
    return { nll: nll.data as Float32Array, gap: gap.data as Float32Array };
  }

  async close(): Promise<void> {
    await this.#loaded?.session.release();
    this.#loaded = undefined;
    this.#checkpoints.clear();
  }

  get #ready(): Loaded {
    if (!this.#loaded) throw new Error('prepare() comes first');
    return this.#loaded;
  }

  #tensor(sha256: string, name: string): Float32Array {
    const values = this.#checkpoints.get(sha256)?.get(name);
    if (!values) throw new Error(`checkpoint ${sha256} is not loaded`);
    return values;
  }
}

function size(shape: number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}
