import { describe, expect, test } from 'vitest';
import { itemsNeeded, itemsNeededForMean } from './power';

describe("items for McNemar's test", () => {
  test('by hand: a fifth of the items differ, by five points', () => {
    const root = 1.959964 * Math.sqrt(0.2) + 0.841621 * Math.sqrt(0.2 - 0.0025);
    expect(itemsNeeded({ discordant: 0.2, difference: 0.05 })).toBe(Math.ceil((root / 0.05) ** 2));
  });

  test('are more for a smaller difference, more power, a stricter alpha and more that differs by chance', () => {
    const usual = itemsNeeded({ discordant: 0.2, difference: 0.05 }) ?? NaN;
    expect(itemsNeeded({ discordant: 0.2, difference: 0.025 })).toBeGreaterThan(3.9 * usual);
    expect(itemsNeeded({ discordant: 0.2, difference: 0.05 }, 0.05, 0.9)).toBeGreaterThan(usual);
    expect(itemsNeeded({ discordant: 0.2, difference: 0.05 }, 0.01)).toBeGreaterThan(usual);
    expect(itemsNeeded({ discordant: 0.3, difference: 0.05 })).toBeGreaterThan(usual);
    expect(itemsNeeded({ discordant: 0.2, difference: -0.05 })).toBe(usual);
  });

  test('cannot be told of no difference', () => {
    expect(itemsNeeded({ discordant: 0.2, difference: 0 })).toBeNull();
    expect(itemsNeeded({ discordant: 0, difference: 0 })).toBeNull();
  });

  test('a difference beyond the discordance is refused, one of rounding is not', () => {
    expect(() => itemsNeeded({ discordant: 0.1, difference: 0.2 })).toThrow(RangeError);
    expect(itemsNeeded({ discordant: 0.3, difference: 0.1 + 0.2 })).toBeGreaterThan(0);
    expect(itemsNeeded({ discordant: 1, difference: 1 + 1e-12 })).toBe(4);
  });
});

describe('items for a mean', () => {
  test('a tenth of a standard deviation takes 785', () => {
    expect(itemsNeededForMean({ mean: 0.1, deviation: 1 })).toBe(785);
    expect(itemsNeededForMean({ mean: -0.1, deviation: 1 })).toBe(785);
  });

  test('cannot be told of a mean of 0', () => {
    expect(itemsNeededForMean({ mean: 0, deviation: 1 })).toBeNull();
  });
});
