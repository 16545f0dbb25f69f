/** A checkpoint: named tensors of one configuration, read lazily from its files. */
import { failure } from '../errors';
import { parameterShapes } from '../graph/architectures';
import { namesInFile } from './checkpoint-names';
import type { ModelConfig } from './config';
import { bytesPerValue, countNotFinite, decode, type Dtype } from './dtype';
import { openWeightFile, type FileTensor, type WeightFile } from './weight-file';

/** One parameter as it is stored. */
export interface StoredTensor {
  name: string;
  dtype: Dtype;
  shape: number[];
  bytes: Uint8Array<ArrayBuffer>;
}

export class Checkpoint {
  private constructor(
    readonly name: string,
    /** the parameters in the architecture's order */
    private readonly tensors: Map<string, FileTensor>,
  ) {}

  /**
   * Opens the files and holds their tables against the configuration. Tensors the architecture does not ask for (masks, rotary
   * buffers) are ignored, and so is a prefix that all names have or lack.
   * @param files one file, or all shards
   * @throws tensor-missing, tensor-shape, tensor-dtype, tensor-twice, names-ambiguous, and what `openWeightFile` throws
   */
  static async open(files: Blob[], config: ModelConfig, name: string): Promise<Checkpoint> {
    const { tensors, others } = await openShards(files, name);
    const wanted = parameterShapes(config);
    const names = namesInFile([...wanted.keys()], new Set([...tensors.keys(), ...others.keys()]), name);
    const missing = [...wanted.keys()].filter((parameter) => !names.has(parameter));
    if (missing.length) throw failure('tensor-missing', { file: name, tensors: missing });
    const ordered = new Map<string, FileTensor>();
    for (const [parameter, inFile] of names) {
      const tensor = tensors.get(inFile);
      const expected = wanted.get(parameter) as number[];
      if (!tensor) throw failure('tensor-dtype', { file: name, tensor: inFile, dtype: others.get(inFile) as string });
      if (tensor.shape.join() !== expected.join()) throw failure('tensor-shape', { file: name, tensor: inFile, found: tensor.shape, expected });
      ordered.set(parameter, tensor);
    }
    return new Checkpoint(name, ordered);
  }

  /** How many numbers the model has. */
  get parameters(): number {
    return [...this.tensors.values()].reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  }

  /** What its parameters take as they are stored. */
  get storedBytes(): number {
    return [...this.tensors.values()].reduce((sum, { shape, dtype }) => sum + bytesPerValue[dtype] * shape.reduce((a, b) => a * b, 1), 0);
  }

  /**
   * One parameter.
   * @throws weights-not-finite, file-unreadable
   */
  async tensor(name: string): Promise<StoredTensor> {
    const tensor = this.tensors.get(name);
    if (!tensor) throw new Error(`“${name}” is no parameter of this model`);
    const bytes = await tensor.read();
    const count = countNotFinite(bytes, tensor.dtype);
    if (count) throw failure('weights-not-finite', { file: this.name, tensor: name, count });
    return { name, dtype: tensor.dtype, shape: tensor.shape, bytes };
  }

  /**
   * One parameter in 32 bits.
   * @throws weights-not-finite, file-unreadable
   */
  async values(name: string): Promise<Float32Array> {
    const { bytes, dtype } = await this.tensor(name);
    return decode(bytes, dtype);
  }

  /**
   * The parameters in the architecture's order, one at a time, so that only one is held.
   * @throws weights-not-finite, file-unreadable
   */
  async *read(): AsyncGenerator<StoredTensor> {
    for (const name of this.tensors.keys()) yield await this.tensor(name);
  }
}

/** All shards as one file. Each tensor is in one of them; which one wins is never a question. */
async function openShards(files: Blob[], name: string): Promise<WeightFile> {
  const whole: WeightFile = { tensors: new Map(), others: new Map() };
  const placeOf = new Map<string, string>();
  const named = (i: number): string => (files.length === 1 ? name : `${name}, file ${i + 1} of ${files.length}`);
  const opened = await Promise.all(files.map((file, i) => openWeightFile(file, named(i))));
  opened.forEach(({ tensors, others }, i) => {
    for (const tensor of [...tensors.keys(), ...others.keys()]) {
      const first = placeOf.get(tensor);
      if (first) throw failure('tensor-twice', { tensor, first, second: named(i) });
      placeOf.set(tensor, named(i));
    }
    for (const [tensor, read] of tensors) whole.tensors.set(tensor, read);
    for (const [tensor, dtype] of others) whole.others.set(tensor, dtype);
  });
  return whole;
}
