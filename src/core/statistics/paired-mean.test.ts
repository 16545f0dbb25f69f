import { describe, expect, test } from 'vitest';
import { moments, pairedTest } from './paired-mean';

describe('the paired t-test', () => {
  test("of Student's own example: hours of sleep gained by ten patients", () => {
    const found = pairedTest([1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4]);
    expect(found?.mean).toBeCloseTo(1.58, 12);
    expect(found?.stderr).toBeCloseTo(0.38896, 5);
    expect(found?.p).toBeCloseTo(0.002833, 6);
    expect(found?.interval[0]).toBeCloseTo(0.7001, 4);
    expect(found?.interval[1]).toBeCloseTo(2.4599, 4);
  });

  test('of two differences, by hand: t = 2 with one degree of freedom', () => {
    const found = pairedTest([1, 3]);
    expect(found).toMatchObject({ n: 2, mean: 2 });
    expect(found?.stderr).toBeCloseTo(1, 14);
    expect(found?.p).toBeCloseTo((2 / Math.PI) * Math.atan(1 / 2), 12);
  });

  test('cannot be made of fewer than two', () => {
    expect([[], [0.3]].map((differences) => pairedTest(differences))).toEqual([null, null]);
  });

  test('of models that never differ finds nothing', () => {
    expect(pairedTest([0, 0, 0])).toEqual({ n: 3, mean: 0, stderr: 0, p: 1, interval: [0, 0] });
  });

  test('of one difference over and over has no p: its spread is not 0, it is unseen', () => {
    expect(pairedTest([0.1, 0.1, 0.1])).toEqual({ n: 3, mean: 0.1, stderr: 0, p: null, interval: [0.1, 0.1] });
  });

  test('turns with the sign, and its interval leaves out 0 exactly where p is below alpha', () => {
    const differences = [0.4, -0.1, 0.7, 0.2, 0.05, -0.3, 0.9];
    const found = pairedTest(differences);
    expect(pairedTest(differences.map((value) => -value))?.p).toBeCloseTo(found?.p ?? NaN, 14);
    expect(pairedTest(differences, 1 - (found?.p ?? NaN))?.interval[0]).toBeCloseTo(0, 12);
  });
});

test('moments far from 0 lose nothing', () => {
  const { mean, deviation } = moments([1e9 + 1, 1e9 + 2, 1e9 + 4]);
  expect(mean).toBeCloseTo(1e9 + 7 / 3, 6);
  expect(deviation).toBeCloseTo(Math.sqrt(7 / 3), 12);
});
