/** Our own shaders on a graphics device: steps that wait for one submission, and the buffers they work on. */
import { failure } from '../src/core/errors';
import { workgroupSize } from '../src/core/merging/linear';

/** A dispatch of a shader with the bindings of merging/linear.ts: a target, a source, and numbers. */
export interface Step {
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

export class Dispatcher {
  readonly #pipelines = new Map<string, GPUComputePipeline>();
  readonly #bindings: GPUBindGroupLayout;
  #steps: Step[] = [];

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

  /** @throws tensor-too-large */
  buffer(tensor: string, bytes: number): GPUBuffer {
    if (bytes > this.limit) throw failure('tensor-too-large', { tensor, bytes, limit: this.limit });
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    return this.device.createBuffer({ size: 16 * Math.ceil(bytes / 16), usage });
  }

  write(buffer: GPUBuffer, bytes: Uint8Array<ArrayBuffer>): void {
    this.device.queue.writeBuffer(buffer, 0, bytes);
  }

  /** A copy of a buffer's first bytes. */
  async read(buffer: GPUBuffer, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
    const staging = this.device.createBuffer({ size: buffer.size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    const encoder = this.device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
    this.device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const copy = new Uint8Array(staging.getMappedRange(), 0, bytes).slice();
    staging.destroy();
    return copy;
  }

  pipeline(name: string, code: string): GPUComputePipeline {
    const known = this.#pipelines.get(name);
    if (known) return known;
    const pipeline = this.device.createComputePipeline({
      layout: this.device.createPipelineLayout({ bindGroupLayouts: [this.#bindings] }),
      compute: { module: this.device.createShaderModule({ code }), entryPoint: 'main' },
    });
    this.#pipelines.set(name, pipeline);
    return pipeline;
  }

  push(step: Step): void {
    this.#steps.push(step);
  }

  /** Submits, and waits: bytes on their way to the device are one more copy of them, and would pile up. */
  async finish(): Promise<void> {
    if (this.#steps.length === 0) return;
    this.submit();
    await this.device.queue.onSubmittedWorkDone();
  }

  /** Forgets what was not submitted. */
  drop(): void {
    this.#steps = [];
  }

  submit(): void {
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
}

function workgroups(count: number): number {
  return Math.min(mostWorkgroups, Math.ceil(count / workgroupSize));
}
