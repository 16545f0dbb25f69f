import { describe, expect, test } from 'vitest';
import { countNotFinite, decode, isDtype } from './dtype';

/** IEEE 754 binary16 by its definition: sign * mantissa * power of two, in double precision. */
function half(pattern: number): number {
  const sign = pattern >= 0x8000 ? -1 : 1;
  const exponent = Math.floor(pattern / 1024) % 32;
  const fraction = (pattern % 1024) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15);
}

const patterns = Array.from({ length: 65536 }, (_, i) => i);

function littleEndian(words: number[]): Uint8Array {
  return Uint8Array.from(words.flatMap((word) => [word % 256, Math.floor(word / 256)]));
}

describe('decoding stored values', () => {
  test('each of the 65,536 half-precision patterns is the number it stands for', () => {
    const values = decode(littleEndian(patterns), 'F16');
    const wrong = patterns.filter((pattern) => !Object.is(values[pattern], half(pattern)));
    expect(wrong).toEqual([]);
  });

  test('halves known by heart', () => {
    const values = decode(littleEndian([0x3c00, 0xc000, 0x7bff, 0x0001, 0x03ff, 0x0400, 0x8000, 0xfc00, 0x3555]), 'F16');
    expect([...values]).toEqual([1, -2, 65504, 2 ** -24, 1023 * 2 ** -24, 2 ** -14, -0, -Infinity, 0.333251953125]);
  });

  test('a bfloat16 is the upper half of a 32-bit float', () => {
    const view = new DataView(new ArrayBuffer(4));
    const values = decode(littleEndian(patterns), 'BF16');
    const wrong = patterns.filter((pattern) => {
      view.setUint16(0, pattern); // big-endian: the upper half comes first
      return !Object.is(values[pattern], view.getFloat32(0));
    });
    expect(wrong).toEqual([]);
    expect([...decode(littleEndian([0x3f80, 0xc040, 0x7f80, 0x0001]), 'BF16')]).toEqual([1, -3, Infinity, 2 ** -133]);
  });

  test.each([1, 2, 3, 5])('bytes that start at offset %i decode like aligned ones', (offset) => {
    const numbers = Float32Array.of(1.5, -2.25, 1e-40, 3e38);
    const shifted = new Uint8Array(offset + 16);
    shifted.set(new Uint8Array(numbers.buffer), offset);
    const bytes = shifted.subarray(offset);
    expect(decode(bytes, 'F32')).toEqual(numbers);
    expect(decode(bytes, 'F16')).toEqual(decode(bytes.slice(), 'F16'));
    expect(decode(bytes, 'BF16')).toEqual(decode(bytes.slice(), 'BF16'));
  });

  test('the values are a copy: writing to them leaves the stored bytes alone', () => {
    const bytes = new Uint8Array(Float32Array.of(1, 2).buffer);
    decode(bytes, 'F32').fill(7);
    expect([...new Float32Array(bytes.buffer)]).toEqual([1, 2]);
  });

  test('no values decode to no values', () => {
    for (const dtype of ['F32', 'F16', 'BF16'] as const) expect(decode(new Uint8Array(0), dtype)).toHaveLength(0);
  });
});

test('infinities and NaN are counted, subnormals and the largest values are not', () => {
  expect(countNotFinite(littleEndian(patterns), 'F16')).toBe(2 * 1024); // exponent 31: 1024 fractions with either sign
  expect(countNotFinite(littleEndian(patterns), 'BF16')).toBe(2 * 128);
  expect(countNotFinite(new Uint8Array(Float32Array.of(NaN, 3.4e38, -Infinity, 1e-45).buffer), 'F32')).toBe(2);
});

describe('counting what is not finite', () => {
  const isNotFinite = (value: number): boolean => !Number.isFinite(value);

  test.each(['F16', 'BF16'] as const)('agrees with decoding for each %s beside each kind of neighbour, in either half of a word', (dtype) => {
    const neighbours = [0x0000, 0xffff, 0x7c00, 0x7f80, 0x3c00];
    const wrong = neighbours.filter((neighbour) => {
      const halves = Uint16Array.from({ length: 4 * 65536 }, (_, i) => ([0, 3].includes(i % 4) ? i >> 2 : neighbour));
      const pairs = new Uint8Array(halves.buffer);
      return countNotFinite(pairs, dtype) !== decode(pairs, dtype).filter(isNotFinite).length;
    });
    expect(wrong).toEqual([]);
  });

  test('agrees with decoding for each exponent of F32, with either sign', () => {
    const words = Array.from({ length: 512 }, (_, i) => [(i << 23) >>> 0, ((i << 23) | 1) >>> 0, ((i << 23) | 0x7fffff) >>> 0]).flat();
    const bytes = new Uint8Array(Uint32Array.from(words).buffer);
    expect(countNotFinite(bytes, 'F32')).toBe(6);
    expect(decode(bytes, 'F32').filter(isNotFinite)).toHaveLength(6);
  });

  test.each([1, 2, 3, 5])('takes an odd number of halves, and bytes at offset %i', (offset) => {
    const shifted = new Uint8Array(offset + 6);
    shifted.set(littleEndian([0x7c00, 0x3c00, 0xfc01]), offset);
    expect(countNotFinite(shifted.subarray(offset), 'F16')).toBe(2);
    expect(countNotFinite(shifted.subarray(offset, offset + 2), 'F16')).toBe(1);
    expect(countNotFinite(shifted.subarray(offset, offset), 'F16')).toBe(0);
  });
});

test('only F32, F16 and BF16 are types of weights', () => {
  for (const name of ['F32', 'F16', 'BF16']) expect(isDtype(name)).toBe(true);
  for (const name of ['F64', 'I8', 'f16', '', 'toString', 'constructor', '__proto__']) expect(isDtype(name)).toBe(false);
});
