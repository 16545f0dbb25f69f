/** The backend for processors: onnxruntime on WebAssembly or in Node, which differ in nothing but the module handed in. */
import type { InferenceSession, InferenceSessionFactory, Tensor, TensorConstructor } from 'onnxruntime-common';
import type { ModelConfig } from '../checkpoint/config';
import { decode } from '../checkpoint/dtype';
import { encodeHalves } from '../checkpoint/half';
import { letGo } from '../checkpoint/let-go';
import { failure } from '../errors';
import { exampleInputs } from '../gradient/derived';
import { parameterShapes } from '../graph/architectures';
import { encodeModel } from '../graph/onnx';
import { buildScoringGraph } from '../graph/scoring-graph';
import { cutGraph } from '../graph/segments';
import { countOf, weightInputs, type WeightInput, type WeightLayout } from '../graph/weights';
import { mixStored, type Theta } from '../merging/linear';
import { batchInputs, residentByDefault, runLength, weightTypes, type Backend, type BackendInfo, type Batch, type BatchScores, type Derived, type Example, type Limits, type Term } from './backend';
import { heapBytes, tileBytes } from './portions';
import { Residency } from './residency';
import { inSteps, unwatched, type Watch } from './watch';

export interface OnnxRuntime {
  InferenceSession: InferenceSessionFactory;
  Tensor: TensorConstructor;
}

/** Fewer tokens in a run than this leave a processor waiting for memory: every run copies every weight into the heap. */
const fewestTokens = 512;

type Weights = Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;

interface Loaded {
  config: ModelConfig;
  /** the parts of the graph, in order */
  sessions: InferenceSession[];
  inputs: Map<string, WeightInput>;
  /** the weights the next run uses, by parameter */
  weights: Map<string, Weights>;
}

export class CpuBackend implements Backend {
  sessions = 0;
  #loaded: Loaded | undefined;
  #derived: { key: string; session: InferenceSession } | undefined;
  readonly #resident = new Residency<Float32Array>();

  /**
   * @param heap the most bytes of weights that a run may have beside those kept here; runtimes that read inputs where they are need
   * no limit
   * @param memory what the worker may take, in bytes; null where nobody knows
   */
  constructor(
    private readonly ort: OnnxRuntime,
    readonly info: BackendInfo,
    private readonly options: InferenceSession.SessionOptions,
    private readonly heap = info.kind === 'wasm' ? heapBytes : Infinity,
    private readonly memory: number | null = null,
  ) {}

  get limits(): Limits {
    return { kind: this.info.kind, binding: Infinity, halves: true, worker: this.memory, device: null, disk: null };
  }

  tokensPerRun(config: ModelConfig): number {
    return runLength(config, fewestTokens);
  }

  async prepare(config: ModelConfig): Promise<void> {
    if (this.#loaded && JSON.stringify(this.#loaded.config) === JSON.stringify(config)) return;
    await this.close();
    const layout: WeightLayout = { type: weightTypes[this.info.precision], maxBytes: this.heap };
    const shapes = parameterShapes(config);
    const inputs = weightInputs(shapes, layout);
    const graph = buildScoringGraph(config, this.tokensPerRun(config), Math.min(tileBytes, this.heap), layout);
    const sessions: InferenceSession[] = [];
    for (const part of cutGraph(graph, new Set(inputs.map(({ name }) => name)), this.heap)) {
      sessions.push(await this.ort.InferenceSession.create(encodeModel(part), this.options));
      this.sessions++;
    }
    const allocate = (shape: number[]): Weights => (layout.type === 'float16' ? new Uint16Array(countOf(shape)) : new Float32Array(countOf(shape)));
    const weights = new Map([...shapes].map(([name, shape]) => [name, allocate(shape)]));
    this.#loaded = { config, sessions, inputs: new Map(inputs.map((input) => [input.name, input])), weights };
  }

  async merge(terms: Term[], resident = residentByDefault, watch: Watch = unwatched): Promise<void> {
    const { weights } = this.#ready;
    this.#resident.admit(new Map(terms.map(({ sha256, checkpoint }) => [sha256, 4 * checkpoint.parameters])), resident);
    const halves = [...weights.values()].filter((values) => values instanceof Uint16Array);
    const scratch = new Float32Array(Math.max(0, ...halves.map(({ length }) => length)));
    try {
      await inSteps([...weights], ([, { length }]) => length, 'Merging', watch, async ([name, values]) => {
        const sum = values instanceof Float32Array ? values : scratch.subarray(0, values.length);
        await this.#mix(name, sum, terms);
        if (values instanceof Uint16Array) round(name, sum, values);
      });
    } finally {
      letGo(scratch.buffer);
    }
  }

  async readWeights(): Promise<{ name: string; shape: number[]; values: Float32Array }[]> {
    const { config, weights } = this.#ready;
    return [...parameterShapes(config)].map(([name, shape]) => ({ name, shape, values: floats(weights.get(name) as Weights) }));
  }

  async run(batch: Batch): Promise<BatchScores> {
    const { sessions } = this.#ready;
    let values: Record<string, Tensor> = batchInputs(this.ort, batch);
    for (const [i, session] of sessions.entries()) {
      const feeds = session.inputNames.map((name) => [name, values[name] ?? this.#weight(name)] as const);
      values = { ...values, ...(await session.run(Object.fromEntries(feeds))) };
      const needed = new Set(sessions.slice(i + 1).flatMap(({ inputNames }) => inputNames)).add('nll').add('gap');
      values = Object.fromEntries(Object.entries(values).filter(([name]) => needed.has(name)));
    }
    return { nll: values.nll.data as Float32Array, gap: values.gap.data as Float32Array };
  }

  async accumulate(derived: Derived, examples: Iterable<Example>, onRun: () => Promise<void>): Promise<Map<string, Float32Array>> {
    const session = await this.#session(derived);
    const sums = new Map<string, Float32Array>();
    for (const example of examples) {
      const values = exampleInputs(this.ort, example);
      const feeds = session.inputNames.map((name) => [name, values[name] ?? this.#wholeWeight(name)] as const);
      for (const [name, { data }] of Object.entries(await session.run(Object.fromEntries(feeds)))) {
        if (data instanceof Float32Array) sums.set(name, added(sums.get(name), data));
      }
      await onRun();
    }
    return sums;
  }

  async close(): Promise<void> {
    for (const session of this.#loaded?.sessions ?? []) await session.release();
    await this.#derived?.session.release();
    this.#loaded = undefined;
    this.#derived = undefined;
    this.#resident.clear();
  }

  get #ready(): Loaded {
    if (!this.#loaded) throw new Error('prepare() comes first');
    return this.#loaded;
  }

  /** Two ingredients go through together (linear.ts), each of the others alone. */
  async #mix(name: string, sum: Float32Array, terms: Term[]): Promise<void> {
    const groups = [terms.slice(0, 2), ...terms.slice(2).map((term) => [term])];
    for (const [i, group] of groups.entries()) {
      const theta: Theta[] = [];
      for (const term of group) theta.push(await this.#theta(term, name));
      mixStored(sum, theta, group.map(({ coefficient }) => coefficient), i > 0);
      for (const each of theta) if (!(each instanceof Float32Array)) letGo(each.bytes.buffer);
    }
  }

  async #theta({ sha256, checkpoint }: Term, name: string): Promise<Theta> {
    const kept = this.#resident.find(sha256, name);
    if (kept) return kept;
    const stored = await checkpoint.tensor(name);
    if (!this.#resident.keeps(sha256)) return stored;
    const decoded = decode(stored.bytes, stored.dtype);
    letGo(stored.bytes.buffer);
    this.#resident.keep(sha256, name, decoded);
    return decoded;
  }

  /** Of derived graphs, one at a time. They take every weight whole: what they put out takes as much again, and cutting them would save little. */
  async #session(derived: Derived): Promise<InferenceSession> {
    if (this.#derived?.key === derived.key) return this.#derived.session;
    await this.#derived?.session.release();
    this.#derived = undefined;
    const graph = derived.build(this.#ready.config, { type: weightTypes[this.info.precision], maxBytes: Infinity });
    const session = await this.ort.InferenceSession.create(encodeModel(graph), { ...this.options, enableCpuMemArena: false });
    this.#derived = { key: derived.key, session };
    return session;
  }

  #weight(name: string): Tensor {
    const { parameter, shape, begin } = this.#ready.inputs.get(name) as WeightInput;
    return this.#part(parameter, shape, begin);
  }

  #wholeWeight(parameter: string): Tensor {
    return this.#part(parameter, parameterShapes(this.#ready.config).get(parameter) as number[], 0);
  }

  #part(parameter: string, shape: number[], begin: number): Tensor {
    const values = (this.#ready.weights.get(parameter) as Weights).subarray(begin, begin + countOf(shape));
    return values instanceof Float32Array ? new this.ort.Tensor('float32', values, shape) : new this.ort.Tensor('float16', values, shape);
  }
}

/** What a run put out, added to the sum; the first becomes it. */
function added(sum: Float32Array | undefined, values: Float32Array): Float32Array {
  if (!sum) return values;
  for (let i = 0; i < sum.length; i++) sum[i] += values[i];
  letGo(values.buffer as ArrayBuffer);
  return sum;
}

/** @throws weights-beyond-half */
function round(tensor: string, sum: Float32Array, halves: Uint16Array): void {
  const count = encodeHalves(sum, halves);
  if (count > 0) throw failure('weights-beyond-half', { tensor, count });
}

function floats(values: Weights): Float32Array {
  return values instanceof Float32Array ? values.slice() : decode(new Uint8Array(values.buffer), 'F16');
}
