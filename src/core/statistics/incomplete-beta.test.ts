import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { betaKernel, incompleteBeta } from './incomplete-beta';

const shape = fc.double({ min: 0.1, max: 1e4, noNaN: true });
const share = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true });

describe('the incomplete beta function', () => {
  test('has its closed forms: x^a for b = 1, 1 - (1 - x)^b for a = 1, and the arcsine', () => {
    fc.assert(
      fc.property(share, fc.double({ min: 0.1, max: 20, noNaN: true }), (x, a) => {
        expect(incompleteBeta(x, a, 1)).toBeCloseTo(x ** a, 12);
        expect(incompleteBeta(x, 1, a)).toBeCloseTo(1 - (1 - x) ** a, 12);
        expect(incompleteBeta(x, 0.5, 0.5)).toBeCloseTo((2 / Math.PI) * Math.asin(Math.sqrt(x)), 12);
      }),
    );
  });

  test('is the tail of the binomial distribution', () => {
    // P(X <= 3) of 10 fair coins: (1 + 10 + 45 + 120) / 1024
    expect(incompleteBeta(0.5, 7, 4)).toBeCloseTo(176 / 1024, 14);
  });

  test('of x and of 1 - x with a and b exchanged are 1 together', () => {
    fc.assert(
      fc.property(share, shape, shape, (x, a, b) => {
        expect(incompleteBeta(x, a, b) + incompleteBeta(1 - x, b, a, x)).toBeCloseTo(1, 12);
      }),
    );
  });

  test('meets the recurrence I_x(a, b) - I_x(a + 1, b) = x^a (1 - x)^b / (a B(a, b))', () => {
    fc.assert(
      fc.property(share, shape, shape, (x, a, b) => {
        expect(incompleteBeta(x, a, b) - incompleteBeta(x, a + 1, b)).toBeCloseTo(betaKernel(x, a, b) / a, 10);
      }),
    );
  });

  test('is 0 and 1 at the ends, a half in a symmetric middle however large, and NaN of NaN', () => {
    expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3)]).toEqual([0, 1]);
    expect(incompleteBeta(0.5, 1e6, 1e6)).toBeCloseTo(0.5, 10);
    expect(incompleteBeta(NaN, 2, 3)).toBeNaN();
  });
});
