/** Stored number formats of weights <-> 32-bit floats. */

export type Dtype = 'F32' | 'F16' | 'BF16';

export const bytesPerValue: Record<Dtype, number> = { F32: 4, F16: 2, BF16: 2 };

export function isDtype(name: string): name is Dtype {
  return Object.hasOwn(bytesPerValue, name);
}

/** The 32-bit float pattern of every half-precision pattern: a table look-up is several times faster than the arithmetic. */
const halfTable = new Float32Array(new Uint32Array(65536).map((_, half) => halfToFloatBits(half)).buffer);

/** IEEE 754 binary16 -> binary32, exactly, subnormals, infinities and NaN included. */
function halfToFloatBits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 31) return sign | 0x7f800000 | (mantissa << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (mantissa << 13);
  if (mantissa === 0) return sign;
  const shift = Math.clz32(mantissa) - 21; // a subnormal half is a normal float
  return sign | ((113 - shift) << 23) | (((mantissa << shift) & 0x3ff) << 13);
}

/**
 * Decodes stored little-endian values.
 * @param bytes `count * bytesPerValue[dtype]` bytes, at any alignment (only the writer of a safetensors file aligns)
 * @returns the values as 32-bit floats; F16 and BF16 convert exactly
 */
export function decode(bytes: Uint8Array, dtype: Dtype): Float32Array {
  const size = bytesPerValue[dtype];
  const aligned = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  const count = bytes.byteLength / size;
  if (dtype === 'F32') return new Float32Array(aligned.buffer, aligned.byteOffset, count).slice();
  const stored = new Uint16Array(aligned.buffer, aligned.byteOffset, count);
  const values = new Float32Array(count);
  if (dtype === 'F16') {
    for (let i = 0; i < count; i++) values[i] = halfTable[stored[i]];
  } else {
    const bits = new Uint32Array(values.buffer);
    for (let i = 0; i < count; i++) bits[i] = stored[i] << 16;
  }
  return values;
}

/** How many stored values are infinite or NaN: those whose exponent bits are all ones. Looks at the bits alone, and copies nothing that is aligned. */
export function countNotFinite(bytes: Uint8Array, dtype: Dtype): number {
  const size = bytesPerValue[dtype];
  const aligned = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  const Words = size === 4 ? Uint32Array : Uint16Array;
  const words = new Words(aligned.buffer, aligned.byteOffset, bytes.byteLength / size);
  const exponent = exponentBits[dtype];
  let count = 0;
  for (let i = 0; i < words.length; i++) if ((words[i] & exponent) === exponent) count++;
  return count;
}

const exponentBits: Record<Dtype, number> = { F32: 0x7f800000, F16: 0x7c00, BF16: 0x7f80 };
