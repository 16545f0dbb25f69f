/** Sums of what runs put out, on a graphics device: only what they came to leaves it. */
import type { Tensor } from 'onnxruntime-common';
import { countOf } from '../src/core/graph/weights';
import { accumulateShader } from '../src/core/merging/linear';
import type { Dispatcher } from './dispatch';

export class DeviceSums {
  readonly #sums = new Map<string, { buffer: GPUBuffer; count: number }>();

  constructor(private readonly dispatcher: Dispatcher) {}

  /** Adds the float32 outputs of a run, and lets all of them go. */
  add(outputs: Record<string, Tensor>): void {
    for (const [name, tensor] of Object.entries(outputs)) if (tensor.type === 'float32') this.#add(name, tensor);
    this.dispatcher.submit();
    for (const tensor of Object.values(outputs)) tensor.dispose();
  }

  async read(): Promise<Map<string, Float32Array>> {
    const read = new Map<string, Float32Array>();
    for (const [name, { buffer, count }] of this.#sums) read.set(name, new Float32Array((await this.dispatcher.read(buffer, 4 * count)).buffer));
    return read;
  }

  free(): void {
    this.dispatcher.drop();
    for (const { buffer } of this.#sums.values()) buffer.destroy();
    this.#sums.clear();
  }

  #add(name: string, tensor: Tensor): void {
    const count = countOf([...tensor.dims]);
    const known = this.#sums.get(name);
    const sum = known ?? { buffer: this.dispatcher.buffer(name, 4 * count), count };
    this.#sums.set(name, sum);
    const source = { buffer: tensor.gpuBuffer as GPUBuffer, size: 4 * count };
    this.dispatcher.push({ pipeline: this.dispatcher.pipeline('F32', accumulateShader('F32')), bindings: [{ buffer: sum.buffer }, source], coefficient: 1, more: known !== undefined, count });
  }
}
