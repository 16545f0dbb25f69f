import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rightBits, rightOf } from './right-bits';

test('the items come back as they were', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 300 }), (right) => {
      expect(rightOf(rightBits(right), right.length)).toEqual(right);
    }),
  );
});

test('the first item is the highest bit of the first byte', () => {
  expect(rightBits([true])).toBe(Buffer.from([0x80]).toString('base64url'));
  expect(rightBits([false, true, false, false, false, false, false, true, true])).toBe(Buffer.from([0x41, 0x80]).toString('base64url'));
  expect(rightBits([])).toBe('');
});

test('nothing else is taken: another length, items beyond the last, another alphabet', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 60 }), fc.nat(80), (right, n) => {
      const found = rightOf(rightBits(right), n);
      expect(found === null || rightBits(found) === rightBits(right)).toBe(true);
      if (Math.ceil(n / 8) !== Math.ceil(right.length / 8)) expect(found).toBeNull();
    }),
  );
  for (const bits of ['', 'g', 'gA==', 'gB', 'gAA', 'w$', 'gé', ' gA', 'oA']) expect(rightOf(bits, 1)).toBeNull();
  expect(rightOf('gA', 1)).toEqual([true]);
  expect(rightOf('A'.repeat(1_000_000), 1)).toBeNull();
});
