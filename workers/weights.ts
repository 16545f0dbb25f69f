/** Weights on a graphics device: checkpoints as stored, the merged weights in 32 bits, and the merge between them. */
import type { Checkpoint } from '../src/core/checkpoint/checkpoint';
import type { Dtype } from '../src/core/checkpoint/dtype';
import { failure } from '../src/core/errors';
import { accumulateShader, workgroupSize } from '../src/core/merging/linear';
import type { Term } from '../src/core/scoring/backend';

interface StoredBuffer {
  buffer: GPUBuffer;
  dtype: Dtype;
}

export interface MergedBuffer {
  buffer: GPUBuffer;
  shape: number[];
  count: number;
}

/** Uniform offsets must be multiples of this. */
const stepBytes = 256;
const mostWorkgroups = 4096;

export class DeviceWeights {
  readonly merged = new Map<string, MergedBuffer>();
  readonly #checkpoints = new Map<string, Map<string, StoredBuffer>>();
  readonly #pipelines = new Map<Dtype, GPUComputePipeline>();
  readonly #bindings: GPUBindGroupLayout;

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

  /** Makes one 32-bit buffer for each parameter, in place of those of an earlier model. */
  allocate(shapes: Map<string, number[]>): void {
    this.free();
    for (const [name, shape] of shapes) {
      const count = shape.reduce((a, b) => a * b, 1);
      this.merged.set(name, { buffer: this.#buffer(name, 4 * count), shape, count });
    }
  }

  free(): void {
    for (const { buffer } of this.merged.values()) buffer.destroy();
    this.merged.clear();
    for (const sha256 of this.#checkpoints.keys()) this.drop(sha256);
  }

  holds(sha256: string): boolean {
    return this.#checkpoints.has(sha256);
  }

  /** Known from the first tensor on, so that one that fails halfway can be dropped whole. */
  async load(sha256: string, checkpoint: Checkpoint): Promise<void> {
    const tensors = new Map<string, StoredBuffer>();
    this.#checkpoints.set(sha256, tensors);
    for await (const { name, dtype, bytes } of checkpoint.read()) {
      const buffer = this.#buffer(name, bytes.byteLength);
      tensors.set(name, { buffer, dtype });
      this.device.queue.writeBuffer(buffer, 0, wholeWords(bytes));
    }
  }

  drop(sha256: string): void {
    for (const { buffer } of this.#checkpoints.get(sha256)?.values() ?? []) buffer.destroy();
    this.#checkpoints.delete(sha256);
  }

  /** merged = sum of coefficient * checkpoint, one dispatch per tensor and ingredient, in one submission. */
  merge(terms: Term[]): void {
    const steps = this.#writeSteps(terms);
    const encoder = this.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    let step = 0;
    for (const { sha256 } of terms) {
      for (const [name, { buffer, count }] of this.merged) {
        const stored = this.#stored(sha256, name);
        pass.setPipeline(this.#pipeline(stored.dtype));
        const entries = [buffer, stored.buffer].map((resource, binding) => ({ binding, resource: { buffer: resource } }));
        const layout = this.#bindings;
        const group = this.device.createBindGroup({ layout, entries: [...entries, { binding: 2, resource: { buffer: steps, size: 16 } }] });
        pass.setBindGroup(0, group, [stepBytes * step++]);
        pass.dispatchWorkgroups(workgroups(count));
      }
    }
    pass.end();
    this.device.queue.submit([encoder.finish()]);
    steps.destroy();
  }

  /** A copy of one merged tensor. */
  async read(name: string): Promise<Float32Array> {
    const { buffer, count } = this.merged.get(name) as MergedBuffer;
    const staging = this.device.createBuffer({ size: buffer.size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    const encoder = this.device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
    this.device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const values = new Float32Array(staging.getMappedRange().slice(0, 4 * count));
    staging.destroy();
    return values;
  }

  /** The uniform of every dispatch: {c, keep, stride, count} as the shader declares it. */
  #writeSteps(terms: Term[]): GPUBuffer {
    const data = new DataView(new ArrayBuffer(stepBytes * terms.length * this.merged.size));
    let offset = 0;
    terms.forEach(({ coefficient }, i) => {
      for (const { count } of this.merged.values()) {
        data.setFloat32(offset, coefficient, true);
        data.setFloat32(offset + 4, i === 0 ? 0 : 1, true);
        data.setUint32(offset + 8, workgroups(count) * workgroupSize, true);
        data.setUint32(offset + 12, count, true);
        offset += stepBytes;
      }
    });
    const buffer = this.device.createBuffer({ size: data.byteLength, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
    this.device.queue.writeBuffer(buffer, 0, data.buffer);
    return buffer;
  }

  #pipeline(dtype: Dtype): GPUComputePipeline {
    const known = this.#pipelines.get(dtype);
    if (known) return known;
    const pipeline = this.device.createComputePipeline({
      layout: this.device.createPipelineLayout({ bindGroupLayouts: [this.#bindings] }),
      compute: { module: this.device.createShaderModule({ code: accumulateShader(dtype) }), entryPoint: 'main' },
    });
    this.#pipelines.set(dtype, pipeline);
    return pipeline;
  }

  #stored(sha256: string, name: string): StoredBuffer {
    const stored = this.#checkpoints.get(sha256)?.get(name);
    if (!stored) throw new Error(`checkpoint ${sha256} is not loaded`);
    return stored;
  }

  #buffer(tensor: string, bytes: number): GPUBuffer {
    const { maxBufferSize, maxStorageBufferBindingSize } = this.device.limits;
    const limit = Math.min(maxBufferSize, maxStorageBufferBindingSize);
    if (bytes > limit) throw failure('tensor-too-large', { tensor, bytes, limit });
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    return this.device.createBuffer({ size: 16 * Math.ceil(bytes / 16), usage });
  }
}

/** Padded to a multiple of 4 bytes: a device copies nothing smaller. */
function wholeWords(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  if (bytes.byteLength % 4 === 0) return bytes as Uint8Array<ArrayBuffer>;
  const padded = new Uint8Array(4 * Math.ceil(bytes.byteLength / 4));
  padded.set(bytes);
  return padded;
}

function workgroups(count: number): number {
  return Math.min(mostWorkgroups, Math.ceil(count / workgroupSize));
}
