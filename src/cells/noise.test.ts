import { describe, expect, test } from 'vitest';
import type { EvaluationRow } from '../core/notebook/results';
import { noiseRemark } from './noise';

/** A row with this many of n items right. */
function row(model: string, right: number, n: number): EvaluationRow {
  const accuracy = right / n;
  const stderr = n > 1 ? Math.sqrt((accuracy * (1 - accuracy)) / (n - 1)) : null;
  return { model, task: 'piqa', n, accuracy, stderr, accuracyNorm: 0.5, stderrNorm: null };
}

describe('the remark about noise', () => {
  const shared = 'taken as if the models were independent, though they share the items';

  test('needs two models', () => {
    expect(noiseRemark([])).toBe('');
    expect(noiseRemark([row('a', 20, 40)])).toMatch(/One model alone is too few/);
    expect(noiseRemark([row('a', 20, 40), row('a', 24, 40)])).toMatch(/One model alone is too few/);
  });

  test('says when the largest difference is within noise, and how its error was taken', () => {
    expect(noiseRemark([row('a', 20, 40), row('b', 24, 40), row('c', 22, 40)])).toBe(
      `The largest difference is 10.0 points; the standard error of a difference is about 11.2 with 40 items, ${shared}. So these are within noise.`,
    );
  });

  test('names the best and the worst where the difference is more than that, in whatever order they stand', () => {
    for (const rows of [[row('a', 500, 1000), row('b', 620, 1000), row('c', 550, 1000)], [row('b', 620, 1000), row('c', 550, 1000), row('a', 500, 1000)]]) {
      expect(noiseRemark(rows)).toBe(`The largest difference is 12.0 points (b over a); the standard error of a difference is about 2.2 with 1000 items, ${shared}.`);
    }
  });

  test('changes its mind at two standard errors', () => {
    const error = Math.hypot(0.01, 0.01);
    const rows = (difference: number): EvaluationRow[] => [0.5, 0.5 + difference].map((accuracy, i) => ({ ...row(`m${i}`, 1, 2), n: 2500, accuracy, stderr: 0.01 }));
    expect(noiseRemark(rows(1.99 * error))).toMatch(/within noise/);
    expect(noiseRemark(rows(2.01 * error))).toMatch(/m1 over m0/);
  });

  test('of few items says that they are too few, whatever the difference', () => {
    expect(noiseRemark([row('a', 0, 1), row('b', 1, 1)])).toBe('One item is too few to tell the models apart.');
    expect(noiseRemark([row('a', 1, 19), row('b', 18, 19)])).toBe('19 items are too few to tell the models apart.');
    expect(noiseRemark([row('a', 1, 20), row('b', 19, 20)])).toMatch(/b over a/);
  });

  test('without an error tells nothing: all right, or all wrong', () => {
    for (const [a, b] of [[40, 40], [0, 40], [0, 0]]) expect(noiseRemark([row('a', a, 40), row('b', b, 40)])).toMatch(/too few to tell/);
  });

  test('leaves the rows in their order', () => {
    const rows = [row('b', 30, 40), row('a', 20, 40)];
    noiseRemark(rows);
    expect(rows.map(({ model }) => model)).toEqual(['b', 'a']);
  });
});
