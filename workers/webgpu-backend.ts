/** The backend for graphics devices: onnxruntime's WebGPU provider, our merge, the same weight buffers under both. */
import type { InferenceSession, Tensor } from 'onnxruntime-common';
import type { Checkpoint } from '../src/core/checkpoint/checkpoint';
import type { ModelConfig } from '../src/core/checkpoint/config';
import { parameterShapes } from '../src/core/graph/architectures';
import { scoringGraph } from '../src/core/graph/scoring-graph';
import { batchInputs, runLength, type Backend, type BackendInfo, type Batch, type BatchScores, type Term } from '../src/core/scoring/backend';
import { failure } from '../src/core/errors';
import { guarded, type OpenDevice } from './device';
import type { GpuOnnxRuntime } from './runtime';
import { DeviceWeights, type MergedBuffer } from './weights';

/** A card is idle below this; software takes as little as a window allows, so that it can be stopped (SwiftShader: 2 s for 512 tokens). */
const fewestTokens = { card: 1024, software: 128 };
/** What every WebGPU device binds by default, also where it offers more. */
const maxTensorBytes = 128 * 2 ** 20;

interface Loaded {
  config: ModelConfig;
  session: InferenceSession;
  weights: Record<string, Tensor>;
}

export class WebGpuBackend implements Backend {
  sessions = 0;
  #loaded: Loaded | undefined;
  readonly #weights: DeviceWeights;

  constructor(
    private readonly ort: GpuOnnxRuntime,
    private readonly opened: OpenDevice,
    readonly info: BackendInfo,
  ) {
    this.#weights = new DeviceWeights(opened.device);
  }

  tokensPerRun(config: ModelConfig): number {
    return runLength(config, this.opened.software ? fewestTokens.software : fewestTokens.card);
  }

  async prepare(config: ModelConfig): Promise<void> {
    if (this.#loaded && JSON.stringify(this.#loaded.config) === JSON.stringify(config)) return;
    await this.close();
    await this.#guarded('making room for the weights', () => this.#weights.allocate(parameterShapes(config)));
    const session = await this.ort.InferenceSession.create(scoringGraph(config, this.tokensPerRun(config), maxTensorBytes), {
      executionProviders: [{ name: 'webgpu', device: this.opened.device } as InferenceSession.ExecutionProviderConfig],
      logSeverityLevel: 3,
    });
    this.sessions++;
    const tensors = [...this.#weights.merged].map(([name, merged]) => [name, this.#tensor(name, merged)]);
    this.#loaded = { config, session, weights: Object.fromEntries(tensors) as Record<string, Tensor> };
  }

  holds(sha256: string): boolean {
    return this.#weights.holds(sha256);
  }

  async load(sha256: string, checkpoint: Checkpoint): Promise<void> {
    try {
      await this.#guarded(`loading ${checkpoint.name}`, () => this.#weights.load(sha256, checkpoint));
    } catch (thrown) {
      this.#weights.drop(sha256);
      throw thrown;
    }
  }

  drop(sha256: string): void {
    this.#weights.drop(sha256);
  }

  async merge(terms: Term[]): Promise<void> {
    await this.#guarded('merging', () => this.#weights.merge(terms));
  }

  async readWeights(): Promise<{ name: string; shape: number[]; values: Float32Array }[]> {
    const tensors = [];
    for (const [name, { shape }] of this.#weights.merged) tensors.push({ name, shape, values: await this.#weights.read(name) });
    return tensors;
  }

  async run(batch: Batch): Promise<BatchScores> {
    if (!this.#loaded) throw new Error('prepare() comes first');
    const { nll, gap } = await this.#loaded.session.run({ ...this.#loaded.weights, ...batchInputs(this.ort, batch) });
    return { nll: (await nll.getData()) as Float32Array, gap: (await gap.getData()) as Float32Array };
  }

  async close(): Promise<void> {
    await this.#loaded?.session.release();
    this.#loaded = undefined;
    this.#weights.free();
  }

  #guarded<T>(doing: string, work: () => T | Promise<T>): Promise<T> {
    return guarded(this.opened.device, doing, work);
  }

  /** The runtime does not compare a buffer's size with its dims: a short one gives a plausible wrong number. */
  #tensor(name: string, { buffer, shape, count }: MergedBuffer): Tensor {
    if (buffer.size < 4 * count) throw failure('buffer-too-small', { tensor: name, found: buffer.size, needed: 4 * count });
    return this.ort.Tensor.fromGpuBuffer(buffer, { dataType: 'float32', dims: shape });
  }
}
