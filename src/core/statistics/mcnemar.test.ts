import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mcnemarP } from './mcnemar';

/** Twice the lower tail, coin by coin in whole numbers. */
function byHand(b: number, c: number): number {
  const n = b + c;
  let [ways, sum] = [1n, 0n];
  for (let k = 0; k <= Math.min(b, c); k++) {
    sum += ways;
    ways = (ways * BigInt(n - k)) / BigInt(k + 1);
  }
  return Math.min(1, Number(2n * sum) / 2 ** n);
}

describe("McNemar's exact test", () => {
  test.each([
    [0, 0, 1],
    [1, 0, 1],
    [0, 2, 0.5],
    [6, 0, 1 / 32],
    [1, 9, 22 / 1024],
    [8, 8, 1],
  ])('of %i and %i has p = %f', (b, c, p) => {
    expect(mcnemarP(b, c)).toBeCloseTo(p, 14);
  });

  test('is the sum over all ways the items can fall, and does not mind which model comes first', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), (b, c) => {
        expect(mcnemarP(b, c) / byHand(b, c)).toBeCloseTo(1, 11);
        expect(mcnemarP(c, b)).toBe(mcnemarP(b, c));
      }),
    );
  });

  test('of a million discordant items is quick and near the normal tail', () => {
    const start = performance.now();
    expect(mcnemarP(500_980, 499_020)).toBeCloseTo(0.0501, 3);
    expect(mcnemarP(1_000_000, 0)).toBe(0);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
