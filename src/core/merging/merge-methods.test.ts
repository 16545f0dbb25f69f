import { describe, expect, test } from 'vitest';
import { Failure } from '../errors';
import { methodNames, type MergeMethod, type MethodName } from './merge-method';
import { mergeMethods, methodNamed } from './merge-methods';

const ingredients = (count: number): string[] => Array.from({ length: count }, (_, i) => `step${i}`);

test('each method stands under its own name', () => {
  for (const [name, method] of Object.entries(mergeMethods)) expect(method.name).toBe(name);
});

test('each says what it measures', () => {
  const measuring = (data: MergeMethod['data']): MethodName[] => methodNames.filter((name) => methodNamed(name).data === data);
  expect(measuring('none')).toEqual(['uniform', 'manual', 'lawa', 'ema']);
  expect(measuring('text')).toEqual(['perplexity', 'regmean', 'search']);
  expect(measuring('items-or-text')).toEqual(['greedy', 'fisher']);
});

describe('uniform', () => {
  test.each([1, 2, 3, 7])('gives each of %i ingredients the same, and all together 1', (count) => {
    const { coefficients, stderrs } = mergeMethods.uniform.coefficients(ingredients(count), {}, [], 'soup');
    expect(new Set(coefficients).size).toBe(1);
    expect(coefficients.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    expect(coefficients).toHaveLength(count);
    expect(stderrs).toBeNull();
  });
});

describe('by hand', () => {
  const manual = (count: number, coefficients?: number[]): number[] =>
    mergeMethods.manual.coefficients(ingredients(count), { coefficients }, [], 'my soup').coefficients;

  test.each([[[0.3, 0.7]], [[1.5, -0.5]], [[0.1, 0.2, 0.7]], [[0.333333, 0.333333, 0.333334]], [[1]], [[1, 0]]])('%j is taken as it is', (chosen) => {
    expect(manual(chosen.length, chosen)).toEqual(chosen);
  });

  test.each<[number, number[] | undefined, RegExp]>([
    [2, undefined, /0 for 2 ingredients/],
    [2, [1], /1 for 2 ingredients/],
    [2, [0.2, 0.3, 0.5], /3 for 2 ingredients/],
    [2, [NaN, 1], /not a finite number/],
    [2, [Infinity, -Infinity], /not a finite number/],
    [2, [0.5, 0.4], /sum to 0\.9/],
    [2, [0.5, 0.50001], /sum to 1\.00001/],
    [2, [0, 0], /sum to 0/],
    [2, [1e38, 1e38], /sum to 2e\+38/],
  ])('for %i ingredients, %j is refused', (count, chosen, found) => {
    const refused = (): number[] => manual(count, chosen);
    expect(refused).toThrow(Failure);
    expect(refused).toThrow(expect.objectContaining({ code: 'coefficients-invalid' }));
    expect(refused).toThrow(found);
    expect(refused).toThrow(/my soup.*summing to 1/);
  });
});
