import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ema } from './ema';
import { lawa } from './lawa';

const ingredients = (count: number): string[] => Array.from({ length: count }, (_, i) => `step${i}`);
const of = (rule: typeof lawa, count: number, parameters: object = {}): number[] => rule.coefficients(ingredients(count), parameters, [], 'soup').coefficients;

describe('LAWA', () => {
  test.each([
    [5, {}, [0, 0, 1 / 3, 1 / 3, 1 / 3]],
    [2, {}, [0.5, 0.5]],
    [1, { last: 7 }, [1]],
    [4, { last: 1 }, [0, 0, 0, 1]],
    [4, { last: 4 }, [0.25, 0.25, 0.25, 0.25]],
  ])('of %i with %j', (count, parameters, expected) => expect(of(lawa, count, parameters)).toEqual(expected));

  test.each([0, -1, 1.5, NaN])('of the last %d is refused', (last) => {
    expect(() => of(lawa, 3, { last })).toThrow(expect.objectContaining({ code: 'coefficients-invalid' }));
  });
});

describe('the exponential average', () => {
  test('is what keeping an average while training comes to', () => {
    const property = fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 12 }), fc.double({ min: 0, max: 0.99, noNaN: true }), (theta, decay) => {
      const kept = theta.slice(1).reduce((average, value) => decay * average + (1 - decay) * value, theta[0]);
      const c = of(ema, theta.length, { decay });
      expect(c.reduce((sum, each, i) => sum + each * theta[i], 0)).toBeCloseTo(kept, 9);
      expect(c.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    });
    fc.assert(property);
  });

  test.each([-0.1, 1, 2, NaN])('with a decay of %d is refused', (decay) => {
    expect(() => of(ema, 3, { decay })).toThrow(expect.objectContaining({ code: 'coefficients-invalid' }));
  });
});
