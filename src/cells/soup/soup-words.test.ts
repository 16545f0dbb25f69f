import { describe, expect, test } from 'vitest';
import type { SoupResult, TrialReport } from '../../core/notebook/results';
import { coefficientsText, fusionSentence, reportSentence, trialValue } from './soup-words';

const report = (by: TrialReport['by'], difference: number, stderr: number | null): TrialReport => ({
  by,
  tried: [],
  selected: 1200,
  reported: { count: 1300, soup: by === 'text' ? 48 : 0.6, best: { model: 'step8000', value: by === 'text' ? 50 : 0.5 }, difference, stderr },
});

describe('how a soup does on what did not select it', () => {
  test.each([
    ['text', -0.04, 0.01, 'They differ by 3.9 ± 1.0 %: the soup is better.'],
    ['text', 0.04, 0.01, 'They differ by 4.1 ± 1.0 %: the soup is worse.'],
    ['text', -0.04, 0.03, 'which is within noise.'],
    ['text', -0.04, null, 'how sure that is cannot be told.'],
    ['text', 0, 0, '; no difference.'],
    ['items', 0.1, 0.01, 'They differ by 10.0 ± 1.0 points: the soup is better.'],
    ['items', -0.1, 0.01, 'the soup is worse.'],
  ] as const)('by %s, %d ± %s', (by, difference, stderr, words) => {
    const sentence = reportSentence(report(by, difference, stderr));
    expect(sentence).toContain(words);
    expect(sentence).toContain(by === 'text' ? '1,200 tokens selected. On the other 1,300: perplexity 48.00, step8000 perplexity 50.00' : '1,200 items selected. On the other 1,300: 60.0 % right, step8000 50.0 % right');
  });
});

describe('what a soup without coefficients was made from', () => {
  const made = (method: SoupResult['method'], data: object, facts: object = {}): SoupResult =>
    ({ kind: 'soup', method, ingredients: [], coefficients: [], fusion: { recipe: { method, data }, facts: { examples: 12, tokens: 3456, distance: 0.0021, ...facts } } }) as unknown as SoupResult;

  test('from items, from a text, and how far it is from the average', () => {
    expect(fusionSentence(made('fisher', { items: [] }))).toBe('Shares are means over all weights: each weight has its own. Made from 12 labelled items, 3,456 tokens. Its weights are 0.21 % away from the average of its ingredients.');
    expect(fusionSentence(made('regmean', { text: {} }, { examples: 1, distance: 0.123 }))).toBe('Layers are solved for, everything else is averaged. Made from 1 window of the text, 3,456 tokens. Its weights are 12.3 % away from the average of its ingredients.');
  });

  test('says nothing of a soup with coefficients', () => {
    expect(fusionSentence({ kind: 'soup', method: 'uniform' } as SoupResult)).toBe('');
  });
});

test('a trial in numbers', () => {
  expect(trialValue('text', Math.log(44.25))).toBe('44.25');
  expect(trialValue('items', 0.25)).toBe('75.0 %');
  expect(coefficientsText([0, 0.3333333, 1])).toBe('0, 0.333, 1');
});
