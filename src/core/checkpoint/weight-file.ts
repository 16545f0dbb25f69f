/** A file of weights, whatever its format: named tensors, each read only when it is asked for. */
import type { Dtype } from './dtype';
import { readBytes } from './read-bytes';
import { openSafetensors } from './safetensors';
import { openTorchFile } from './torch/torch-file';
import { formatOf, signatureBytes } from './weight-file-formats';

/** A tensor as a file has it. */
export interface FileTensor {
  dtype: Dtype;
  shape: number[];
  /**
   * Its values as they are stored, little-endian, row by row, in memory of their own.
   * @throws file-unreadable
   */
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

export interface WeightFile {
  /** those of weight types */
  tensors: Map<string, FileTensor>;
  /** the stored type of each tensor that is not of a weight type, such as a mask */
  others: Map<string, string>;
}

/**
 * Opens a file of weights by what it is, not by its name.
 * @param name what to call it in an error
 * @throws weights-unrecognised; safetensors-malformed, tensor-dtype; torch-malformed, torch-refused; file-unreadable
 */
export async function openWeightFile(file: Blob, name: string): Promise<WeightFile> {
  const start = await readBytes(file, 0, Math.min(file.size, signatureBytes), name);
  return formatOf(start, name) === 'torch' ? openTorchFile(file, name) : openSafetensors(file, name);
}
