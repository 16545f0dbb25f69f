import { describe, expect, test } from 'vitest';
import { pairedBootstrap } from './bootstrap';
import { pairedTest } from './paired-mean';
import { seeded } from './random';

const next = seeded(3);
const uniform = (): number => next() / 2 ** 32;
const width = (interval: [number, number] | null): number => (interval ? interval[1] - interval[0] : NaN);

describe('the bootstrap', () => {
  const differences = Array.from({ length: 2000 }, () => Math.floor(3 * uniform()) - 1);

  test('is the same for the same seed, and nearly so for another', () => {
    const [first, again, other] = [1, 1, 2].map((seed) => pairedBootstrap(differences, { seed }));
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(width(other) / width(first)).toBeCloseTo(1, 1);
  });

  test('of many differences is about the interval by Student, and takes well under a second', () => {
    const start = performance.now();
    const found = pairedBootstrap(differences);
    expect(performance.now() - start).toBeLessThan(2000);
    const expected = pairedTest(differences)?.interval ?? [NaN, NaN];
    expect(width(found) / width(expected)).toBeGreaterThan(0.93);
    expect(width(found) / width(expected)).toBeLessThan(1.07);
  });

  test('of two differences, by hand: means of -1, 0 and 1 with chances 1, 2, 1 in 4', () => {
    expect(pairedBootstrap([-1, 1])).toEqual([-1, 1]);
    expect(pairedBootstrap([-1, 1], { confidence: 0.4 })).toEqual([0, 0]);
  });

  test('of a constant has no width, and of fewer than two there is none', () => {
    expect(pairedBootstrap([0.5, 0.5, 0.5])).toEqual([0.5, 0.5]);
    expect([[], [1]].map((few) => pairedBootstrap(few))).toEqual([null, null]);
  });
});

describe('the bootstrap of clusters', () => {
  const single = Array.from({ length: 300 }, () => uniform() - 0.4);
  const twins = single.flatMap((value) => [value, value]);
  const clusters = twins.map((_, i) => i >> 1);

  test('knows that twins which always agree are one item: wider by the root of two than items alone', () => {
    expect(pairedBootstrap(twins, { clusters })).toEqual(pairedBootstrap(single));
    expect(width(pairedBootstrap(twins, { clusters })) / width(pairedBootstrap(twins))).toBeCloseTo(Math.SQRT2, 1);
  });

  test('gives clusters of different sizes the weight of their items', () => {
    const [low, high] = pairedBootstrap([1, 1, 1, 0], { clusters: [8, 8, 8, 2], confidence: 0.4 }) ?? [];
    expect([low, high]).toEqual([0.75, 0.75]);
  });

  test('does not mind how clusters are numbered or where their items stand', () => {
    const numbered = [5, -2, 5, 9, -2, 9];
    const values = [1, 2, 3, 4, 5, 6];
    expect(pairedBootstrap(values, { clusters: numbered })).toEqual(pairedBootstrap([1, 3, 2, 5, 4, 6], { clusters: [0, 0, 1, 1, 2, 2] }));
  });

  test('of one cluster there is none, and every difference needs one', () => {
    expect(pairedBootstrap([1, 2, 3], { clusters: [0, 0, 0] })).toBeNull();
    expect(() => pairedBootstrap([1, 2, 3], { clusters: [0, 1] })).toThrow(RangeError);
  });
});
