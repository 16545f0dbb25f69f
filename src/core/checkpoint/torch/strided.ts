/** Views of a storage: their place in it, and their values row by row. Offsets, sizes and strides are counted in values. */
import type { Tensor } from './pickled';

/** How many values a shape has. */
export function sizeOf(shape: number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** How many values lie from the first to the last of a view. */
export function spanOf({ shape, strides }: Pick<Tensor, 'shape' | 'strides'>): number {
  return sizeOf(shape) === 0 ? 0 : 1 + shape.reduce((sum, size, i) => sum + (size - 1) * strides[i], 0);
}

/** Whether the values lie row by row without gaps. */
export function isContiguous({ shape, strides }: Pick<Tensor, 'shape' | 'strides'>): boolean {
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && strides[i] !== step) return false;
    step *= shape[i];
  }
  return true;
}

/**
 * The values of a view, row by row.
 * @param span the values from its first to its last, as 16- or 32-bit patterns
 */
export function gather<Words extends Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>(span: Words, { shape, strides }: Pick<Tensor, 'shape' | 'strides'>): Words {
  const gathered = new (span.constructor as new (length: number) => Words)(sizeOf(shape));
  const inner = shape.length - 1;
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < gathered.length; to += shape[inner]) {
    for (let i = 0; i < shape[inner]; i++) gathered[to + i] = span[from + i * strides[inner]];
    for (let axis = inner - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return gathered;
}
