/** Weights on a graphics device: the merged ones, kept checkpoints as they are stored, and the merge between them. */
import type { StoredTensor } from '../src/core/checkpoint/checkpoint';
import { bytesPerValue, decode, type Dtype } from '../src/core/checkpoint/dtype';
import { failure } from '../src/core/errors';
import { bytesPerWeight, countOf, type WeightInput, type WeightType } from '../src/core/graph/weights';
import { accumulateShader, halveShader, workgroupSize } from '../src/core/merging/linear';
import type { Term } from '../src/core/scoring/backend';
import { stretchValues } from '../src/core/scoring/portions';
import { Residency } from '../src/core/scoring/residency';
import { inSteps, type Watch } from '../src/core/scoring/watch';

/** A graph's input as the device has it. */
export interface MergedBuffer {
  input: WeightInput;
  type: WeightType;
  buffer: GPUBuffer;
}

interface StoredBuffer {
  buffer: GPUBuffer;
  dtype: Dtype;
}

/** A dispatch that waits for its submission. */
interface Step {
  pipeline: GPUComputePipeline;
  bindings: [target: GPUBufferBinding, source: GPUBufferBinding];
  coefficient: number;
  /** whether what the target holds is part of the sum */
  more: boolean;
  /** values, or words of two halves */
  count: number;
}

/** Uniform offsets must be multiples of this. */
const stepBytes = 256;
const mostWorkgroups = 4096;

export class DeviceWeights {
  readonly merged: MergedBuffer[] = [];
  readonly #resident = new Residency<StoredBuffer>(({ buffer }) => buffer.destroy());
  readonly #pipelines = new Map<string, GPUComputePipeline>();
  readonly #bindings: GPUBindGroupLayout;
  #steps: Step[] = [];
  /** room for what is not kept, while merging */
  #staging = new Map<'theta' | 'sums', GPUBuffer>();

  constructor(private readonly device: GPUDevice) {
    const compute = GPUShaderStage.COMPUTE;
    this.#bindings = device.createBindGroupLayout({
      entries: [
        { binding: 0, visibility: compute, buffer: { type: 'storage' } },
        { binding: 1, visibility: compute, buffer: { type: 'read-only-storage' } },
        { binding: 2, visibility: compute, buffer: { type: 'uniform', hasDynamicOffset: true } },
      ],
    });
  }

  /** The most that one buffer may take and be bound. */
  get limit(): number {
    return Math.min(this.device.limits.maxBufferSize, this.device.limits.maxStorageBufferBindingSize);
  }

  /** Makes a buffer for each input, in place of those of an earlier model. */
  allocate(inputs: WeightInput[], type: WeightType): void {
    this.free();
    for (const input of inputs) this.merged.push({ input, type, buffer: this.#buffer(input.name, bytesPerWeight[type] * countOf(input.shape)) });
  }

  free(): void {
    for (const { buffer } of this.merged) buffer.destroy();
    this.merged.length = 0;
    this.#resident.clear();
  }

  /** merged = sum of coefficient * checkpoint. What is kept of all checkpoints is merged in one submission. */
  async merge(terms: Term[], resident: number, watch: Watch): Promise<void> {
    this.#resident.admit(new Map(terms.map(({ sha256, checkpoint }) => [sha256, checkpoint.storedBytes])), resident);
    try {
      await inSteps(this.merged, ({ input }) => countOf(input.shape), 'Merging', watch, (merged) => this.#mergeInput(merged, terms));
      this.#submit();
    } finally {
      this.#steps = [];
      for (const buffer of this.#staging.values()) buffer.destroy();
      this.#staging.clear();
    }
  }

  /** A copy of one input's merged values. */
  async read({ input, type, buffer }: MergedBuffer): Promise<Float32Array> {
    const staging = this.device.createBuffer({ size: buffer.size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    const encoder = this.device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
    this.device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const bytes = new Uint8Array(staging.getMappedRange(), 0, bytesPerWeight[type] * countOf(input.shape));
    const values = decode(bytes, type === 'float32' ? 'F32' : 'F16');
    staging.destroy();
    return values;
  }

  async #mergeInput({ input, type, buffer }: MergedBuffer, terms: Term[]): Promise<void> {
    const count = countOf(input.shape);
    const sums = type === 'float32' ? buffer : this.#room('sums', 4 * evenly(count));
    for (const [i, term] of terms.entries()) await this.#add(sums, input, term, i > 0);
    if (type === 'float32') return;
    this.#steps.push({ pipeline: this.#pipeline('halves', halveShader), bindings: [{ buffer }, { buffer: sums }], coefficient: 1, more: false, count: evenly(count) / 2 });
    await this.#finish(); // before another input takes the same sums
  }

  /** One ingredient, a stretch at a time, so that staging is small and every binding within what any device allows. */
  async #add(sums: GPUBuffer, { parameter, begin, shape }: WeightInput, { sha256, checkpoint, coefficient }: Term, more: boolean): Promise<void> {
    let read: StoredTensor | undefined;
    for (let from = 0; from < countOf(shape); from += stretchValues) {
      const count = Math.min(stretchValues, countOf(shape) - from);
      const key = `${parameter} ${begin + from}`;
      let stored = this.#resident.find(sha256, key);
      if (!stored) {
        read ??= await checkpoint.tensor(parameter);
        stored = await this.#write(part(read, begin + from, count), read.dtype, sha256, key);
      }
      const target = { buffer: sums, offset: 4 * from, size: 4 * count };
      this.#steps.push({ pipeline: this.#pipeline(stored.dtype, accumulateShader(stored.dtype)), bindings: [target, { buffer: stored.buffer }], coefficient, more, count });
    }
  }

  /** Brings stored bytes to the device: to stay, or to where the last ones were, once those are merged. */
  async #write(bytes: Uint8Array<ArrayBuffer>, dtype: Dtype, sha256: string, key: string): Promise<StoredBuffer> {
    const stays = this.#resident.keeps(sha256);
    if (!stays) await this.#finish();
    const stored = { buffer: stays ? this.#buffer(key, bytes.byteLength) : this.#room('theta', bytes.byteLength), dtype };
    if (stays) this.#resident.keep(sha256, key, stored);
    this.device.queue.writeBuffer(stored.buffer, 0, bytes);
    return stored;
  }

  /** A buffer of at least this size, whose contents nobody needs any more. */
  #room(what: 'theta' | 'sums', bytes: number): GPUBuffer {
    const there = this.#staging.get(what);
    if (there && there.size >= bytes) return there;
    there?.destroy();
    const buffer = this.#buffer(what, bytes);
    this.#staging.set(what, buffer);
    return buffer;
  }

  /** Submits, and waits: bytes on their way to the device are one more copy of them, and would pile up. */
  async #finish(): Promise<void> {
    if (this.#steps.length === 0) return;
    this.#submit();
    await this.device.queue.onSubmittedWorkDone();
  }

  #submit(): void {
    if (this.#steps.length === 0) return;
    const uniforms = this.#uniforms();
    const encoder = this.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    this.#steps.forEach(({ pipeline, bindings, count }, i) => {
      pass.setPipeline(pipeline);
      const resources = [...bindings, { buffer: uniforms, size: 16 }];
      const entries = resources.map((resource, binding) => ({ binding, resource }));
      pass.setBindGroup(0, this.device.createBindGroup({ layout: this.#bindings, entries }), [stepBytes * i]);
      pass.dispatchWorkgroups(workgroups(count));
    });
    pass.end();
    this.device.queue.submit([encoder.finish()]);
    uniforms.destroy();
    this.#steps = [];
  }

  /** The uniform of every dispatch: {c, keep, stride, count} as the shaders declare it. */
  #uniforms(): GPUBuffer {
    const data = new DataView(new ArrayBuffer(stepBytes * this.#steps.length));
    this.#steps.forEach(({ coefficient, more, count }, i) => {
      const offset = stepBytes * i;
      data.setFloat32(offset, coefficient, true);
      data.setFloat32(offset + 4, more ? 1 : 0, true);
      data.setUint32(offset + 8, workgroups(count) * workgroupSize, true);
      data.setUint32(offset + 12, count, true);
    });
    const buffer = this.device.createBuffer({ size: data.byteLength, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
    this.device.queue.writeBuffer(buffer, 0, data.buffer);
    return buffer;
  }

  #pipeline(name: string, code: string): GPUComputePipeline {
    const known = this.#pipelines.get(name);
    if (known) return known;
    const pipeline = this.device.createComputePipeline({
      layout: this.device.createPipelineLayout({ bindGroupLayouts: [this.#bindings] }),
      compute: { module: this.device.createShaderModule({ code }), entryPoint: 'main' },
    });
    this.#pipelines.set(name, pipeline);
    return pipeline;
  }

  #buffer(tensor: string, bytes: number): GPUBuffer {
    if (bytes > this.limit) throw failure('tensor-too-large', { tensor, bytes, limit: this.limit });
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    return this.device.createBuffer({ size: 16 * Math.ceil(bytes / 16), usage });
  }
}

/** Stored values, padded to a multiple of 4 bytes: a device copies nothing smaller. */
function part({ bytes, dtype }: StoredTensor, begin: number, count: number): Uint8Array<ArrayBuffer> {
  const size = bytesPerValue[dtype];
  const values = bytes.subarray(size * begin, size * (begin + count));
  if (values.byteLength % 4 === 0) return values;
  const padded = new Uint8Array(4 * Math.ceil(values.byteLength / 4));
  padded.set(values);
  return padded;
}

function evenly(count: number): number {
  return 2 * Math.ceil(count / 2);
}

function workgroups(count: number): number {
  return Math.min(mostWorkgroups, Math.ceil(count / workgroupSize));
}
