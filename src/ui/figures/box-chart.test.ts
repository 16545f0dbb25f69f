import { describe, expect, test } from 'vitest';
import { boxOf, changeScale, fewestForBox } from './box-chart';

describe('a box', () => {
  // numpy.quantile([1, 2, 3, 4, 5, 6, 30], [.25, .5, .75]) is 2.5, 4, 5.5
  test('has quartiles, and whiskers that leave out what lies far', () => {
    expect(boxOf([30, 1, 2, 6, 3, 4, 5])).toEqual({ quartiles: [2.5, 4, 5.5], whiskers: [1, 6] });
  });

  test('of equal values is flat', () => {
    expect(boxOf([2, 2, 2, 2, 2])).toEqual({ quartiles: [2, 2, 2], whiskers: [2, 2] });
  });

  test('is not drawn around a few points', () => {
    expect(boxOf(Array.from({ length: fewestForBox - 1 }, (_, i) => i))).toBeNull();
  });
});

describe('the axis', () => {
  test.each([
    ['only better', [0.02, 0.05]],
    ['only worse', [-0.4, -0.1]],
    ['both', [-0.4, 0.05]],
    ['nothing at all', []],
    ['no change', [0, 0]],
  ])('has zero and every point within it: %s', (_, changes) => {
    const x = changeScale([{ name: 'a method', changes, mean: 0 }], [10, 210]);
    for (const value of [0, ...changes]) {
      expect(x(value)).toBeGreaterThan(10);
      expect(x(value)).toBeLessThan(210);
    }
  });
});
