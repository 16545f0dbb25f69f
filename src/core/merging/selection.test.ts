/** Greedy soups and the search, on losses that can be worked out. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { greedy } from './greedy';
import type { Selection, Trials } from './merge-method';
import { mostTrials, search } from './search';

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `step${i}`);

/** Trials by a function, which count. */
class Counted implements Trials {
  readonly asked: number[][] = [];
  constructor(
    private readonly f: (c: number[]) => number,
    private readonly df: (c: number[]) => number[] = () => [],
  ) {}

  loss(coefficients: number[]): Promise<number> {
    this.asked.push(coefficients);
    return Promise.resolve(this.f(coefficients));
  }

  async slopes(coefficients: number[]): Promise<{ loss: number; slopes: number[] }> {
    return { loss: await this.loss(coefficients), slopes: this.df(coefficients) };
  }
}

const choose = (method: Selection, count: number, trials: Trials): ReturnType<Selection['choose']> => method.choose(names(count), {}, trials, 'soup');

describe('the greedy soup', () => {
  const members = (c: number[]): number[] => c.flatMap((value, i) => (value > 0 ? [i] : []));
  /** Of each uniform soup by its members; a loss of 9 for all that are not listed. */
  const table = (losses: Record<string, number>): Counted => new Counted((c) => losses[members(c).join()] ?? 9);

  test('begins with the best and keeps what does not make it worse', async () => {
    const trials = table({ 0: 3, 1: 1, 2: 2, '1,2': 0.9, '0,1,2': 0.9 });
    expect((await choose(greedy, 3, trials)).coefficients).toEqual([1 / 3, 1 / 3, 1 / 3]);
    expect(trials.asked.map(members)).toEqual([[0], [1], [2], [1, 2], [0, 1, 2]]);
  });

  test('passes over what makes it worse, and goes on with the next', async () => {
    const trials = table({ 0: 1, 1: 2, 2: 3, '0,1': 1.1, '0,2': 0.8 });
    const { coefficients, tried } = await choose(greedy, 3, trials);
    expect(coefficients).toEqual([0.5, 0, 0.5]);
    expect(tried.map(({ loss }) => loss)).toEqual([1, 2, 3, 1.1, 0.8]);
  });

  test('of one ingredient is that one, of equal ones all of them', async () => {
    expect((await choose(greedy, 1, table({ 0: 2 }))).coefficients).toEqual([1]);
    expect((await choose(greedy, 10, new Counted(() => 0.5))).coefficients).toEqual(new Array(10).fill(0.1));
  });

  test('is never worse than its best ingredient on what selects', () => {
    const property = fc.asyncProperty(fc.func(fc.double({ min: 0, max: 1, noNaN: true })), fc.integer({ min: 1, max: 6 }), async (f, count) => {
      const trials = new Counted((c) => f(c.join()));
      const { coefficients, tried } = await choose(greedy, count, trials);
      expect(f(coefficients.join())).toBeLessThanOrEqual(Math.min(...tried.slice(0, count).map(({ loss }) => loss)));
    });
    return fc.assert(property, { numRuns: 50 });
  });
});

describe('the search on a line', () => {
  const shapes: Record<string, (c: number) => number> = {
    'a parabola': (c) => 3.5 + 0.08 * (c - 0.52) ** 2,
    'a parabola near an end': (c) => 3.5 + 0.3 * (c - 0.97) ** 2,
    'a minimum at the later end': (c) => 3.5 + 0.3 * (1 - c),
    'a minimum at the earlier end': (c) => 3.5 + 0.4 * c ** 2,
    'a skew valley': (c) => 3.5 + 0.5 * (Math.exp(3 * c - 2) - 3 * c),
    'a wall on one side': (c) => 3.5 + 2 * (c < 0.2 ? 0.2 - c : (c - 0.2) ** 2),
    'nothing to choose': () => 3.5,
    'a hill between the ends': (c) => 3.5 - 0.4 * (c - 0.4) ** 2,
  };

  test.each(Object.entries(shapes))('%s: as low as a sweep of 101 places within 0.02 %, in at most 12 evaluations', async (_, shape) => {
    const trials = new Counted(([, c]) => shape(c));
    const { coefficients, tried } = await choose(search, 2, trials);
    expect(trials.asked.length).toBeLessThanOrEqual(mostTrials);
    expect(mostTrials).toBeLessThanOrEqual(12);
    expect(new Set(trials.asked.map(String)).size).toBe(trials.asked.length);
    const best = Math.min(...Array.from({ length: 101 }, (_, i) => shape(i / 100)));
    expect(Math.exp(shape(coefficients[1]) - best)).toBeLessThanOrEqual(1.0002);
    expect(tried).toHaveLength(trials.asked.length);
    expect(coefficients[0] + coefficients[1]).toBe(1);
  });
});

describe('the search among several', () => {
  /** sum over i of w_i c_i^2, least where c_i is in proportion to 1 / w_i */
  const bowl = (w: number[]): Counted => new Counted((c) => 3 + c.reduce((sum, each, i) => sum + w[i] * each ** 2, 0), (c) => c.map((each, i) => 2 * w[i] * each));

  test.each([[[1, 1, 1]], [[1, 2, 4]], [[0.1, 0.2, 0.1, 0.3]], [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]])('finds the minimum of a bowl with weights %j', async (w) => {
    const { coefficients, tried } = await choose(search, w.length, bowl(w));
    const least = w.map((each) => 1 / each / w.reduce((sum, other) => sum + 1 / other, 0));
    const loss = (c: number[]): number => c.reduce((sum, each, i) => sum + w[i] * each ** 2, 0);
    expect(loss(coefficients) - loss(least)).toBeLessThan(0.002 * loss(least));
    expect(coefficients.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    expect(tried.length).toBeLessThanOrEqual(w.length + mostTrials);
  });

  test('takes one ingredient alone where nothing is lower', async () => {
    const trials = new Counted((c) => 1 * c[0] + 2 * c[1] + 3 * c[2], () => [1, 2, 3]);
    expect((await choose(search, 3, trials)).coefficients).toEqual([1, 0, 0]);
  });

  test('of one is that one, of equal ones equal parts', async () => {
    expect((await choose(search, 1, new Counted(() => 2, () => [2]))).coefficients).toEqual([1]);
    const { coefficients } = await choose(search, 4, new Counted(() => 2, () => [2, 2, 2, 2]));
    expect(coefficients.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  });
});

test.each([greedy, search])('a loss that is no number is refused', async (method) => {
  await expect(choose(method, 2, new Counted(() => NaN))).rejects.toThrow(expect.objectContaining({ code: 'coefficients-invalid' }));
});
