import { expect, test } from 'vitest';
import { seeded, xoshiro128 } from './random';

const take = (next: () => number, count: number): number[] => Array.from({ length: count }, next);

test('the words are those of xoshiro128starstar.c with the state 1, 2, 3, 4', () => {
  const words = [11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804];
  expect(take(xoshiro128([1, 2, 3, 4]), 10)).toEqual(words);
});

test('a seed gives the same words again, and another seed others', () => {
  expect(take(seeded(7), 5)).toEqual(take(seeded(7), 5));
  expect(new Set([0, 1, 2, -1].flatMap((seed) => take(seeded(seed), 5))).size).toBe(20);
});

test('words fall evenly: 16 cells, chi-squared with 15 degrees of freedom below its 99.9 % point', () => {
  for (const seed of [0, 1, 2025]) {
    const cells = new Array<number>(16).fill(0);
    for (const word of take(seeded(seed), 160_000)) cells[word >>> 28]++;
    expect(cells.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(37.7);
  }
});
