import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holm } from './holm';

const families = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 });

describe("Holm's adjusted p-values", () => {
  test.each([
    [[], []],
    [[0.03], [0.03]],
    [[0.01, 0.04, 0.03], [0.03, 0.06, 0.06]],
    [[0.5, 0.6], [1, 1]],
    [[0.02, 0.02, 0.02], [0.06, 0.06, 0.06]],
  ])('of %j are %j', (pValues, adjusted) => {
    const found = holm(pValues);
    expect(found).toHaveLength(adjusted.length);
    adjusted.forEach((p, i) => expect(found[i]).toBeCloseTo(p, 14));
  });

  test('reject what the step-down procedure rejects', () => {
    fc.assert(
      fc.property(families, fc.double({ min: 0.001, max: 0.999, noNaN: true }), (pValues, alpha) => {
        const sorted = [...pValues].sort((a, b) => a - b);
        const kept = sorted.findIndex((p, i) => (sorted.length - i) * p > alpha);
        expect(holm(pValues).filter((p) => p <= alpha)).toHaveLength(kept === -1 ? sorted.length : kept);
      }),
    );
  });

  test('lie between the p-values and Bonferroni, and leave what they were given alone', () => {
    fc.assert(
      fc.property(families, (pValues) => {
        const given = [...pValues];
        holm(pValues).forEach((p, i) => expect(pValues[i] <= p && p <= Math.min(1, pValues.length * Math.max(...pValues))).toBe(true));
        expect(pValues).toEqual(given);
      }),
    );
  });
});
