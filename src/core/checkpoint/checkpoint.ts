/** A checkpoint: named tensors of one configuration, read lazily from a file. */
import { failure } from '../errors';
import { parameterShapes } from '../graph/architectures';
import type { ModelConfig } from './config';
import { countNotFinite, type Dtype } from './dtype';
import { readHeader, type TensorInfo } from './safetensors';

/** One parameter as it is stored. */
export interface StoredTensor {
  name: string;
  dtype: Dtype;
  shape: number[];
  bytes: Uint8Array;
}

export class Checkpoint {
  private constructor(
    readonly name: string,
    private readonly file: Blob,
    private readonly tensors: TensorInfo[],
  ) {}

  /**
   * Opens a file and holds its table against the configuration. Tensors the architecture does not ask for (masks, rotary
   * buffers) are ignored.
   * @throws safetensors-malformed, tensor-dtype, tensor-missing, tensor-shape
   */
  static async open(file: Blob, config: ModelConfig, name: string): Promise<Checkpoint> {
    const { tensors, others } = await readHeader(file, name);
    const wanted = parameterShapes(config);
    for (const [tensor, dtype] of others) if (wanted.has(tensor)) throw failure('tensor-dtype', { file: name, tensor, dtype });
    const missing = [...wanted.keys()].filter((parameter) => !tensors.has(parameter));
    if (missing.length) throw failure('tensor-missing', { file: name, tensors: missing });
    const ordered: TensorInfo[] = [];
    for (const [parameter, shape] of wanted) {
      const info = tensors.get(parameter) as TensorInfo;
      if (info.shape.join() !== shape.join()) {
        throw failure('tensor-shape', { file: name, tensor: parameter, found: info.shape, expected: shape });
      }
      ordered.push(info);
    }
    return new Checkpoint(name, file, ordered);
  }

  /** How many numbers the model has. */
  get parameters(): number {
    return this.tensors.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  }

  /**
   * The parameters in the architecture's order, one at a time, so that only one is held.
   * @throws weights-not-finite
   */
  async *read(): AsyncGenerator<StoredTensor> {
    for (const { name, dtype, shape, begin, end } of this.tensors) {
      const bytes = new Uint8Array(await this.file.slice(begin, end).arrayBuffer());
      const count = countNotFinite(bytes, dtype);
      if (count) throw failure('weights-not-finite', { file: this.name, tensor: name, count });
      yield { name, dtype, shape, bytes };
    }
  }
}
