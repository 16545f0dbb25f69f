/** The backend for graphics devices: onnxruntime's WebGPU provider, our merge, the same weight buffers under both. */
import type { InferenceSession, Tensor } from 'onnxruntime-common';
import type { ModelConfig } from '../src/core/checkpoint/config';
import { parameterShapes } from '../src/core/graph/architectures';
import { exampleInputs } from '../src/core/gradient/derived';
import { encodeModel } from '../src/core/graph/onnx';
import { scoringGraph } from '../src/core/graph/scoring-graph';
import { bytesPerWeight, countOf, weightInputs, type WeightLayout } from '../src/core/graph/weights';
import { batchInputs, residentByDefault, runLength, weightTypes, type Backend, type BackendInfo, type Batch, type BatchScores, type Derived, type Example, type Limits, type Term } from '../src/core/scoring/backend';
import { failure } from '../src/core/errors';
import { unwatched, type Watch } from '../src/core/scoring/watch';
import { tileBytes } from '../src/core/scoring/portions';
import { guarded, type OpenDevice } from './device';
import { Dispatcher } from './dispatch';
import { DeviceSums } from './sums';
import type { GpuOnnxRuntime } from './runtime';
import { DeviceWeights, type MergedBuffer } from './weights';

/** A card is idle below this; software takes as little as a window allows, so that it can be stopped (SwiftShader: 2 s for 512 tokens). */
const fewestTokens = { card: 1024, software: 128 };

interface Loaded {
  config: ModelConfig;
  session: InferenceSession;
  weights: Record<string, Tensor>;
}

export class WebGpuBackend implements Backend {
  sessions = 0;
  #loaded: Loaded | undefined;
  #derived: { key: string; session: InferenceSession } | undefined;
  readonly #dispatcher: Dispatcher;
  readonly #weights: DeviceWeights;

  constructor(
    private readonly ort: GpuOnnxRuntime,
    private readonly opened: OpenDevice,
    readonly info: BackendInfo,
  ) {
    this.#dispatcher = new Dispatcher(opened.device);
    this.#weights = new DeviceWeights(this.#dispatcher);
  }

  /** How much memory a device has, no browser tells. */
  get limits(): Limits {
    const halves = this.opened.device.features.has('shader-f16');
    return { kind: 'webgpu', binding: this.#dispatcher.limit, halves, worker: null, device: null, disk: null };
  }

  tokensPerRun(config: ModelConfig): number {
    return runLength(config, this.opened.software ? fewestTokens.software : fewestTokens.card);
  }

  async prepare(config: ModelConfig): Promise<void> {
    if (this.#loaded && JSON.stringify(this.#loaded.config) === JSON.stringify(config)) return;
    await this.close();
    const layout = this.#layout;
    const model = scoringGraph(config, this.tokensPerRun(config), tileBytes, layout);
    await this.#guarded('making room for the weights', () => this.#weights.allocate(weightInputs(parameterShapes(config), layout), layout.type));
    const session = await this.#open(model);
    this.sessions++;
    const tensors = this.#weights.merged.map((merged) => [merged.input.name, this.#tensor(merged)]);
    this.#loaded = { config, session, weights: Object.fromEntries(tensors) as Record<string, Tensor> };
  }

  async merge(terms: Term[], resident = residentByDefault, watch: Watch = unwatched): Promise<void> {
    await this.#guarded('merging', () => this.#weights.merge(terms, resident, watch));
  }

  async readWeights(): Promise<{ name: string; shape: number[]; values: Float32Array }[]> {
    const shapes = parameterShapes(this.#ready.config);
    const tensors = new Map([...shapes].map(([name, shape]) => [name, { name, shape, values: new Float32Array(countOf(shape)) }]));
    for (const merged of this.#weights.merged) tensors.get(merged.input.parameter)?.values.set(await this.#weights.read(merged), merged.input.begin);
    return [...tensors.values()];
  }

  async run(batch: Batch): Promise<BatchScores> {
    const { session, weights } = this.#ready;
    const { nll, gap } = await session.run({ ...weights, ...batchInputs(this.ort, batch) });
    return { nll: (await nll.getData()) as Float32Array, gap: (await gap.getData()) as Float32Array };
  }

  async accumulate(derived: Derived, examples: Iterable<Example>, onRun: () => Promise<void>): Promise<Map<string, Float32Array>> {
    const session = await this.#session(derived);
    const { weights } = this.#ready;
    const sums = new DeviceSums(this.#dispatcher);
    try {
      for (const example of examples) {
        const inputs = { ...weights, ...exampleInputs(this.ort, example) };
        const outputs = await session.run(Object.fromEntries(session.inputNames.map((name) => [name, inputs[name]])));
        await this.#guarded('summing up', () => sums.add(outputs));
        await onRun();
      }
      return await sums.read();
    } finally {
      sums.free();
    }
  }

  async close(): Promise<void> {
    await this.#loaded?.session.release();
    await this.#derived?.session.release();
    this.#loaded = undefined;
    this.#derived = undefined;
    this.#weights.free();
  }

  get #layout(): WeightLayout {
    const type = weightTypes[this.info.precision];
    return { type, maxBytes: type === 'float16' ? this.#dispatcher.limit / 2 : this.#dispatcher.limit }; // halves are summed in 32 bits first
  }

  #open(model: Uint8Array<ArrayBuffer>, options: InferenceSession.SessionOptions = {}): Promise<InferenceSession> {
    const webgpu = { name: 'webgpu', device: this.opened.device } as InferenceSession.ExecutionProviderConfig;
    return this.ort.InferenceSession.create(model, { executionProviders: [webgpu], logSeverityLevel: 3, ...options });
  }

  /** Of derived graphs, one at a time; what they put out stays on the device. */
  async #session(derived: Derived): Promise<InferenceSession> {
    if (this.#derived?.key === derived.key) return this.#derived.session;
    await this.#derived?.session.release();
    this.#derived = undefined;
    const model = encodeModel(derived.build(this.#ready.config, this.#layout));
    const session = await this.#open(model, { preferredOutputLocation: 'gpu-buffer' });
    this.#derived = { key: derived.key, session };
    return session;
  }

  #guarded<T>(doing: string, work: () => T | Promise<T>): Promise<T> {
    return guarded(this.opened.device, doing, work);
  }

  get #ready(): Loaded {
    if (!this.#loaded) throw new Error('prepare() comes first');
    return this.#loaded;
  }

  /** The runtime does not compare a buffer's size with its dims: a short one gives a plausible wrong number. */
  #tensor({ input, type, buffer }: MergedBuffer): Tensor {
    const needed = bytesPerWeight[type] * countOf(input.shape);
    if (buffer.size < needed) throw failure('buffer-too-small', { tensor: input.name, found: buffer.size, needed });
    return this.ort.Tensor.fromGpuBuffer(buffer, { dataType: type, dims: input.shape });
  }
}
