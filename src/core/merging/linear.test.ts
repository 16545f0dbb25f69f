import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode } from '../checkpoint/dtype';
import { mixInto, mixStored, type Theta } from './linear';

function soup(terms: [coefficient: number, theta: number[]][]): number[] {
  const sum = new Float32Array(terms[0][1].length).fill(NaN); // what was there before must not matter
  mixInto(sum, terms.map(([, theta]) => Float32Array.from(theta)), terms.map(([c]) => c));
  return [...sum];
}

test('a soup of numbers is their weighted sum', () => {
  expect(soup([[0.25, [4, -8, 0]], [0.75, [8, 8, 1]]])).toEqual([7, 4, 0.75]);
  expect(soup([[1.5, [2]], [-0.5, [4]]])).toEqual([1]);
});

test('a checkpoint alone with the coefficient 1 stays what it is, to the bit', () => {
  const theta = [0.1, -3.3e-12, 65504, 1e-40].map(Math.fround);
  expect(soup([[1, theta]])).toEqual(theta);
});

test('is the sum in double precision, but for the rounding of each step to 32 bits', () => {
  const number = fc.float({ min: -100, max: 100, noNaN: true });
  const term = fc.tuple(fc.double({ min: -2, max: 2, noNaN: true }), fc.array(number, { minLength: 3, maxLength: 3 }));
  const property = fc.property(fc.array(term, { minLength: 1, maxLength: 8 }), (terms) => {
    const found = soup(terms);
    found.forEach((value, i) => {
      const exact = terms.reduce((sum, [c, theta]) => sum + c * theta[i], 0);
      const size = terms.reduce((sum, [c, theta]) => sum + Math.abs(c * theta[i]), 0);
      expect(Math.abs(value - exact)).toBeLessThanOrEqual(terms.length * 2 ** -24 * size + 1e-44);
    });
  });
  fc.assert(property);
});

test('of stored tensors, some at a time, is to the bit the sum of the decoded ones at once', () => {
  const count = 70_001; // more than one stretch
  const stored = [3, 5, 7].map((seed) => Uint16Array.from({ length: count }, (_, i) => (seed * 7919 * i) & 0xbbff));
  const bytes = stored.map((halves) => new Uint8Array(halves.buffer));
  const c = [0.3, 1.1, -0.4];
  const whole = new Float32Array(count);
  mixInto(whole, bytes.map((each) => decode(each, 'F16')), c);
  const parts: Theta[] = bytes.map((each) => ({ bytes: each, dtype: 'F16' }));
  const sum = new Float32Array(count).fill(NaN);
  mixStored(sum, parts.slice(0, 2), c.slice(0, 2), false);
  mixStored(sum, [decode(bytes[2], 'F16')], c.slice(2), true);
  expect(sum).toEqual(whole);
});
