import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { criticalT, twoSidedP } from './student-t';

describe("Student's t", () => {
  test('with one degree of freedom is Cauchy, with two has a closed form', () => {
    for (const t of [1e-8, 0.3, 1, 7, 1e6]) {
      expect(twoSidedP(t, 1) / ((2 / Math.PI) * Math.atan(1 / t))).toBeCloseTo(1, 12);
      expect(twoSidedP(t, 2)).toBeCloseTo(1 - t / Math.sqrt(2 + t * t), 12);
    }
  });

  test('of 0 is 1, of infinity or nearly 0, and the sign does not matter', () => {
    expect([0, Infinity, -Infinity].map((t) => twoSidedP(t, 5))).toEqual([1, 0, 0]);
    expect(twoSidedP(-1.7, 9)).toBe(twoSidedP(1.7, 9));
    expect(twoSidedP(1e200, 1)).toBe(0);
  });

  test.each([
    [0.05, 1, 12.706204736],
    [0.05, 10, 2.228138852],
    [0.01, 30, 2.749995654],
  ])('the table says that t at alpha %f and %i degrees of freedom is %f', (alpha, df, t) => {
    expect(criticalT(alpha, df)).toBeCloseTo(t, 8);
  });

  test('a critical value has the p it was asked for', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 0.999, noNaN: true }), fc.integer({ min: 1, max: 5000 }), (alpha, df) => {
        expect(twoSidedP(criticalT(alpha, df), df) / alpha).toBeCloseTo(1, 10);
      }),
    );
  });
});
