/** A checkpoint: named tensors of one configuration, read lazily from its files. */
import { failure } from '../errors';
import { parameterShapes } from '../graph/architectures';
import type { ModelConfig } from './config';
import { countNotFinite, type Dtype } from './dtype';
import { openWeightFile, type FileTensor } from './weight-file';

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
   * buffers) are ignored.
   * @param files one file, or all shards
   * @throws safetensors-malformed, tensor-dtype, tensor-missing, tensor-shape
   */
  static async open(files: Blob[], config: ModelConfig, name: string): Promise<Checkpoint> {
    const opened = await Promise.all(files.map((file) => openWeightFile(file, name)));
    const tensors = new Map(opened.flatMap((file) => [...file.tensors]));
    const others = new Map(opened.flatMap((file) => [...file.others]));
    const wanted = parameterShapes(config);
    for (const [tensor, dtype] of others) if (wanted.has(tensor)) throw failure('tensor-dtype', { file: name, tensor, dtype });
    const missing = [...wanted.keys()].filter((parameter) => !tensors.has(parameter));
    if (missing.length) throw failure('tensor-missing', { file: name, tensors: missing });
    const ordered = new Map<string, FileTensor>();
    for (const [parameter, shape] of wanted) {
      const tensor = tensors.get(parameter) as FileTensor;
      if (tensor.shape.join() !== shape.join()) {
        throw failure('tensor-shape', { file: name, tensor: parameter, found: tensor.shape, expected: shape });
      }
      ordered.set(parameter, tensor);
    }
    return new Checkpoint(name, ordered);
  }

  /** How many numbers the model has. */
  get parameters(): number {
    return [...this.tensors.values()].reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
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
   * The parameters in the architecture's order, one at a time, so that only one is held.
   * @throws weights-not-finite, file-unreadable
   */
  async *read(): AsyncGenerator<StoredTensor> {
    for (const name of this.tensors.keys()) yield await this.tensor(name);
  }
}
