import { describe, expect, test } from 'vitest';
import type { MethodName } from '../merging/merge-method';
import { changesByMethod, quantile, type ComparedGroup, type ComparedMethod } from './compared';
import { againstBest, changeWords, fittedWords, leaderWords, percent } from './compared-words';

const soup = (method: MethodName, change: number | null, more: Partial<ComparedMethod> = {}): ComparedMethod => ({ method, value: change === null ? null : 1, stderr: null, change, changeStderr: 0.01, p: 0.5, fitted: false, problem: null, ...more });
const group = (...methods: ComparedMethod[]): ComparedGroup => ({ ingredients: ['a', 'b'], average: 1, best: { model: 'b', value: 1, stderr: null }, methods });

describe('one method over all groups', () => {
  const groups = [group(soup('uniform', 0.05, { p: 0.01 })), group(soup('uniform', 0.01)), group(soup('uniform', -0.12, { p: 0.001 }))];

  test('its mean, its median, and how often it is better and surely so', () => {
    expect(changeWords(changesByMethod(groups)[0])).toBe('Uniform: −2.00 % on average, median +1.00 %; better than the best ingredient in 2 of 3 (1 by more than chance, 1 worse by more than chance).');
  });

  test('leaves out what could not be made, and says when nothing could', () => {
    expect(changeWords(changesByMethod([...groups, group(soup('uniform', null))])[0])).toContain('2 of 3');
    expect(changeWords(changesByMethod([group(soup('regmean', null))])[0])).toBe('RegMean: no soup could be made.');
  });
});

describe('which method comes first', () => {
  const two = (...changes: [uniform: number | null, fisher: number | null][]): string => leaderWords(changes.map(([uniform, fisher]) => group(soup('uniform', uniform), soup('fisher', fisher))));

  // scipy.stats.ttest_rel([.05, .06, .07, .08], [.02, .04, .05, .05]): mean .025, p = .0032
  test('surely, where it is ahead by much the same in every group', () => {
    expect(two([0.05, 0.02], [0.06, 0.04], [0.07, 0.05], [0.08, 0.05])).toBe('Highest on average: Uniform (+6.50 %), before Fisher (+4.00 %); they differ by more than chance (+2.50 ± 0.29 % over 4 groups).');
  });

  test('or perhaps by chance', () => {
    expect(two([0.02, 0.05], [0.06, 0.01], [0, 0])).toMatch(/^Highest on average: Uniform .* Fisher .*; that may well be chance \(\+0\.67 ± 2\.33 % over 3 groups\)\.$/);
  });

  test('from one group alone nobody can tell', () => {
    expect(two([0.02, 0.05])).toMatch(/; one group cannot tell whether that is chance\.$/);
    expect(two([0.02, 0.05], [0.3, null])).toMatch(/; one group cannot tell/);
  });

  test('together with those whose soups are the same', () => {
    const three = (...changes: [number, number, number][]): string => leaderWords(changes.map(([uniform, ema, fisher]) => group(soup('uniform', uniform), soup('ema', ema), soup('fisher', fisher))));
    expect(three([0.05, 0.05, 0.02], [0.06, 0.06, 0.04], [0.07, 0.07, 0.05], [0.08, 0.08, 0.05])).toBe(
      'Highest on average: Uniform and Exponential average (+6.50 %), before Fisher (+4.00 %); they differ by more than chance (+2.50 ± 0.29 % over 4 groups).',
    );
    expect(three([0.05, 0.05, 0.05], [-0.02, -0.02, -0.02])).toBe('On average all methods come to the same, +1.50 %.');
  });

  test('needs two methods', () => {
    expect(leaderWords([group(soup('uniform', 0.1))])).toBe('');
    expect(two([0.1, null])).toBe('');
  });
});

test('what was made with what it is judged on is named once', () => {
  const groups = [1, 2].map(() => group(soup('uniform', 0), soup('search', 0, { fitted: true }), soup('perplexity', 0, { fitted: true })));
  expect(fittedWords(groups)).toBe('Made with what they are judged on, which flatters them: Search, Perplexity-weighted.');
  expect(fittedWords([group(soup('uniform', 0))])).toBe('');
});

test('one soup against the best of its ingredients, with its error where it has one', () => {
  expect(againstBest(soup('uniform', 0.0512))).toBe('+5.12 ± 1.00 %');
  expect(againstBest(soup('uniform', -0.0512, { changeStderr: null }))).toBe('−5.12 %');
  expect(againstBest(soup('uniform', null))).toBe('');
  expect([0, -0, 1e-9, -1e-9].map(percent)).toEqual(['0.00 %', '0.00 %', '0.00 %', '0.00 %']);
});

test('quantiles as numpy has them', () => {
  expect([0, 0.1, 0.5, 1].map((share) => quantile([4, 1, 3, 2], share))).toEqual([1, 1.3, 2.5, 4]);
});
