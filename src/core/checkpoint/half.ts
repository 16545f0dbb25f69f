/** 32-bit floats -> half precision, the other way round than dtype.ts. */

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

/**
 * Rounds to the nearest binary16, ties to even, subnormals included.
 * @param halves as many as there are values
 * @returns how many values are beyond the largest half (65504) and became infinite
 */
export function encodeHalves(values: Float32Array, halves: Uint16Array): number {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  let beyond = 0;
  for (let i = 0; i < bits.length; i++) {
    const sign = (bits[i] >>> 16) & 0x8000;
    const magnitude = bits[i] & 0x7fffffff;
    const half = magnitude < 0x38800000 ? subnormalHalf(values[i]) : (magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13;
    if (half >= 0x7c00) beyond++;
    halves[i] = sign | Math.min(half, 0x7c00);
  }
  return beyond;
}

/** The last bit of 0.5 is worth what the last bit of a subnormal half is, 2^-24: adding it rounds as it should. */
function subnormalHalf(value: number): number {
  scratch[0] = 0.5 + Math.abs(value);
  return scratchBits[0] - 0x3f000000;
}
