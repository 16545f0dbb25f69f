/** Weights on a graphics device: the merged ones, kept checkpoints as they are stored, and the merge between them. */
import type { StoredTensor } from '../src/core/checkpoint/checkpoint';
import { bytesPerValue, decode, type Dtype } from '../src/core/checkpoint/dtype';
import { bytesPerWeight, countOf, type WeightInput, type WeightType } from '../src/core/graph/weights';
import { accumulateShader, halveShader } from '../src/core/merging/linear';
import type { Term } from '../src/core/scoring/backend';
import { stretchValues } from '../src/core/scoring/portions';
import { Residency } from '../src/core/scoring/residency';
import { inSteps, type Watch } from '../src/core/scoring/watch';
import type { Dispatcher } from './dispatch';

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

export class DeviceWeights {
  readonly merged: MergedBuffer[] = [];
  readonly #resident = new Residency<StoredBuffer>(({ buffer }) => buffer.destroy());
  /** room for what is not kept, while merging */
  #staging = new Map<'theta' | 'sums', GPUBuffer>();

  constructor(private readonly dispatcher: Dispatcher) {}

  /** Makes a buffer for each input, in place of those of an earlier model. */
  allocate(inputs: WeightInput[], type: WeightType): void {
    this.free();
    for (const input of inputs) this.merged.push({ input, type, buffer: this.dispatcher.buffer(input.name, bytesPerWeight[type] * countOf(input.shape)) });
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
      this.dispatcher.submit();
    } finally {
      this.dispatcher.drop();
      for (const buffer of this.#staging.values()) buffer.destroy();
      this.#staging.clear();
    }
  }

  /** A copy of one input's merged values. */
  async read({ input, type, buffer }: MergedBuffer): Promise<Float32Array> {
    return decode(await this.dispatcher.read(buffer, bytesPerWeight[type] * countOf(input.shape)), type === 'float32' ? 'F32' : 'F16');
  }

  async #mergeInput({ input, type, buffer }: MergedBuffer, terms: Term[]): Promise<void> {
    const count = countOf(input.shape);
    const sums = type === 'float32' ? buffer : this.#room('sums', 4 * evenly(count));
    for (const [i, term] of terms.entries()) await this.#add(sums, input, term, i > 0);
    if (type === 'float32') return;
    this.dispatcher.push({ pipeline: this.dispatcher.pipeline('halves', halveShader), bindings: [{ buffer }, { buffer: sums }], coefficient: 1, more: false, count: evenly(count) / 2 });
    await this.dispatcher.finish(); // before another input takes the same sums
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
      this.dispatcher.push({ pipeline: this.dispatcher.pipeline(stored.dtype, accumulateShader(stored.dtype)), bindings: [target, { buffer: stored.buffer }], coefficient, more, count });
    }
  }

  /** Brings stored bytes to the device: to stay, or to where the last ones were, once those are merged. */
  async #write(bytes: Uint8Array<ArrayBuffer>, dtype: Dtype, sha256: string, key: string): Promise<StoredBuffer> {
    const stays = this.#resident.keeps(sha256);
    if (!stays) await this.dispatcher.finish();
    const stored = { buffer: stays ? this.dispatcher.buffer(key, bytes.byteLength) : this.#room('theta', bytes.byteLength), dtype };
    if (stays) this.#resident.keep(sha256, key, stored);
    this.dispatcher.write(stored.buffer, bytes);
    return stored;
  }

  /** A buffer of at least this size, whose contents nobody needs any more. */
  #room(what: 'theta' | 'sums', bytes: number): GPUBuffer {
    const there = this.#staging.get(what);
    if (there && there.size >= bytes) return there;
    there?.destroy();
    const buffer = this.dispatcher.buffer(what, bytes);
    this.#staging.set(what, buffer);
    return buffer;
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
