import { expect, test } from 'vitest';
import { pageMemory } from './page-memory';

test('a small machine is taken at its word, one that tells the most is taken to have more', () => {
  const GiB = 2 ** 30;
  expect(pageMemory(4)).toBeCloseTo(2.4 * GiB);
  expect(pageMemory(8)).toBeCloseTo(9.6 * GiB);
  expect(pageMemory(undefined)).toBe(pageMemory(8));
  expect(pageMemory(32)).toBeCloseTo(19.2 * GiB);
});
