import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wilsonInterval } from './wilson';

const counts = fc.integer({ min: 1, max: 5000 }).chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));

describe("Wilson's interval", () => {
  test('of 81 of 263, the textbook example (Newcombe 1998)', () => {
    const [low, high] = wilsonInterval(81, 263);
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
  });

  test('has a width where every item, or none, is right', () => {
    const z = 1.959963984540054;
    expect(wilsonInterval(10, 10)[0]).toBeCloseTo(10 / (10 + z * z), 12);
    expect(wilsonInterval(10, 10)[1]).toBe(1);
    expect(wilsonInterval(0, 10)[0]).toBe(0);
    expect(wilsonInterval(0, 0)).toEqual([0, 1]);
  });

  test('ends where the score test stands at its limit', () => {
    fc.assert(
      fc.property(counts, ([successes, n]) => {
        for (const p of wilsonInterval(successes, n).filter((end) => end > 0 && end < 1)) {
          expect(Math.abs(successes / n - p) / Math.sqrt((p * (1 - p)) / n)).toBeCloseTo(1.959963984540054, 8);
        }
      }),
    );
  });

  test('holds the accuracy, stays within 0 and 1, mirrors, and grows with the confidence', () => {
    fc.assert(
      fc.property(counts, ([successes, n]) => {
        const [low, high] = wilsonInterval(successes, n);
        const mirrored = wilsonInterval(n - successes, n);
        const wider = wilsonInterval(successes, n, 0.99);
        expect(0 <= low && low <= successes / n && successes / n <= high && high <= 1).toBe(true);
        expect(1 - mirrored[1]).toBeCloseTo(low, 12);
        expect(wider[1] - wider[0]).toBeGreaterThan(high - low);
      }),
    );
  });
});
