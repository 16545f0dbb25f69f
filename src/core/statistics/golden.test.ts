/** Intervals, tests and powers against scipy and statsmodels (reference/README.md). */
import { describe, expect, test } from 'vitest';
import { mismatches, relative, type Tolerance } from '../../../reference/compare';
import golden from '../../../reference/golden/statistics.json';
import { pairedBootstrap } from './bootstrap';
import { holm } from './holm';
import { mcnemarP } from './mcnemar';
import { normalQuantile } from './normal';
import { pairedTest } from './paired-mean';
import { itemsNeeded, itemsNeededForMean } from './power';
import { criticalT, twoSidedP } from './student-t';
import { wilsonInterval } from './wilson';

/** A billionth of the number; of what should be 0, the rounding of numbers about 1. */
const exact: Tolerance = (expected) => Math.max(relative(1e-9)(expected), expected === 0 ? 1e-15 : 0);

/** 1 where only the first model is right, -1 where only the second is, 0 elsewhere. */
function differencesOf([both, first, second, neither]: number[]): number[] {
  return [...Array<number>(first).fill(1), ...Array<number>(second).fill(-1), ...Array<number>(both + neither).fill(0)];
}

function flat(differences: number[], confidence?: number): number[] {
  const found = pairedTest(differences, confidence);
  return found ? [found.mean, found.stderr, found.p ?? NaN, ...found.interval] : [];
}

test.each(golden.tables)('the table $table has the same Wilson interval and McNemar p', ({ table, wilson, mcnemar }) => {
  const [both, first, second, neither] = table;
  expect(mismatches(wilsonInterval(both + first, both + first + second + neither), wilson, exact)).toEqual([]);
  expect(mismatches([mcnemarP(first, second)], [mcnemar], exact)).toEqual([]);
});

const varied = golden.tables.flatMap(({ table, paired }) => (paired ? [{ table, paired }] : []));

test.each(varied)('the table $table has the same paired t-test', ({ table, paired }) => {
  expect(mismatches(flat(differencesOf(table)), paired, exact)).toEqual([]);
});

test.each(golden.wilson)('Wilson: %i of %i at %f', (successes, n, confidence, ...interval) => {
  expect(mismatches(wilsonInterval(successes, n, confidence), interval, exact)).toEqual([]);
});

test.each(golden.margins)('margins at $confidence have the same paired t-test', ({ differences, confidence, paired }) => {
  expect(mismatches(flat(differences, confidence), paired, exact)).toEqual([]);
});

test('quantiles and tails of the normal distribution and of Student’s t', () => {
  const expected = (rows: number[][]): number[] => rows.map((row) => row[row.length - 1]);
  expect(mismatches(golden.normalQuantile.map(([p]) => normalQuantile(p)), expected(golden.normalQuantile), relative(1e-14))).toEqual([]);
  expect(mismatches(golden.criticalT.map(([alpha, df]) => criticalT(alpha, df)), expected(golden.criticalT), exact)).toEqual([]);
  expect(mismatches(golden.twoSidedP.map(([t, df]) => twoSidedP(t, df)), expected(golden.twoSidedP), exact)).toEqual([]);
});

test.each(golden.holm)('Holm: %j', (pValues, adjusted) => {
  expect(mismatches(holm(pValues), adjusted, exact)).toEqual([]);
});

/**
 * Both intervals are estimates. The 2.5 % point of R resampled means has a Monte Carlo error of sqrt(0.025 * 0.975 / R) over
 * the density there, 0.0584 / SE: with R = 10 000 here and 100 000 there, 0.028 SE together. Four of those; and one step more
 * where means are counts over n.
 */
const errors = 4 * 0.028;

test.each(golden.bootstrap)('bootstrap percentiles are within Monte Carlo error', ({ table, step, differences, clusters, interval, stderr }) => {
  const found = pairedBootstrap(differences ?? differencesOf(table ?? []), { clusters });
  expect(mismatches(found ?? [], interval, () => errors * stderr + (step ?? 0))).toEqual([]);
});

describe.each(golden.itemsNeeded)('discordance %f, difference %f, alpha %f, power %f', (discordant, difference, alpha, power, n, largeSample, exactTest) => {
  test('need as many items', () => {
    expect(itemsNeeded({ discordant, difference }, alpha, power)).toBe(n);
  });

  test('and then have that power: the large-sample test within 0.01, the exact one at most 0.04 below', () => {
    expect(Math.abs(largeSample - power)).toBeLessThan(0.01);
    expect(exactTest).toBeGreaterThan(power - 0.04);
    expect(exactTest).toBeLessThan(power);
  });
});

test.each(golden.itemsNeededForMean)('mean %f, deviation %f, alpha %f, power %f', (mean, deviation, alpha, power, n, byT) => {
  expect(itemsNeededForMean({ mean, deviation }, alpha, power)).toBe(n);
  expect(Math.abs(byT - n - normalQuantile(alpha / 2) ** 2 / 2)).toBeLessThan(1.1);
});
