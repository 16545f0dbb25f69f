import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalQuantile } from './normal';

test.each([
  [0.5, 0],
  [0.975, 1.959963984540054],
  [0.8, 0.8416212335729143],
  [0.0227501319481792, -2],
])('the quantile of %f is %f', (p, z) => {
  expect(normalQuantile(p)).toBeCloseTo(z, 13);
});

test('the ends are infinitely far away, and beyond them is nothing', () => {
  expect([0, 1].map(normalQuantile)).toEqual([-Infinity, Infinity]);
  expect([-0.1, 1.1, NaN].map(normalQuantile)).toEqual([NaN, NaN, NaN]);
});

test('is symmetric, grows, and does not jump where one approximation takes over from another', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 20 - 2 }), (i) => {
      const [p, next] = [i / 2 ** 20, (i + 1) / 2 ** 20];
      expect(normalQuantile(1 - p)).toBe(-normalQuantile(p));
      expect(normalQuantile(next)).toBeGreaterThan(normalQuantile(p));
    }),
  );
  for (const p of [0.075, Math.exp(-25)]) expect(normalQuantile(p * (1 + 1e-12))).toBeCloseTo(normalQuantile(p * (1 - 1e-12)), 10);
});
