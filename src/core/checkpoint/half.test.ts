import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode } from './dtype';
import { encodeHalves } from './half';

const finite = Uint16Array.from({ length: 65536 }, (_, half) => half).filter((half) => (half & 0x7c00) !== 0x7c00);
const floats = decode(new Uint8Array(finite.buffer), 'F16');

function encode(...values: number[]): number[] {
  const halves = new Uint16Array(values.length);
  encodeHalves(Float32Array.from(values), halves);
  return [...halves];
}

describe('halves of floats', () => {
  test('are what they were for each of the 63,488 finite ones', () => {
    const halves = new Uint16Array(finite.length);
    expect(encodeHalves(floats, halves)).toBe(0);
    expect(halves).toEqual(finite);
  });

  test('are the nearer neighbour, and between two as near the even one', () => {
    const positive = floats.slice(0, 0x7c00); // in the order of their bits
    const property = fc.property(fc.integer({ min: 0, max: positive.length - 2 }), fc.float({ min: 0, max: 1, noNaN: true }), (i, share) => {
      const [low, high] = [positive[i], positive[i + 1]];
      const value = Math.fround(low + share * (high - low));
      const middle = (low + high) / 2; // exact: one bit more than a half has
      const expected = value < middle ? i : value > middle ? i + 1 : i + (i % 2);
      expect(encode(value, -value)).toEqual([expected, expected | 0x8000]);
    });
    fc.assert(property, { numRuns: 2000 });
    const ties = [...positive.slice(0, -1)].map((low, i) => (low + positive[i + 1]) / 2);
    expect(encode(...ties)).toEqual(ties.map((_, i) => i + (i % 2)));
  });

  test('beyond the largest are counted', () => {
    const halves = new Uint16Array(4);
    expect(encodeHalves(Float32Array.of(65519, 65520, -1e30, 1), halves)).toBe(2);
    expect([...halves]).toEqual([0x7bff, 0x7c00, 0xfc00, 0x3c00]);
  });
});
