import { describe, expect, test } from 'vitest';
import type { SweepSoup } from '../core/notebook/results';
import { soupsSentence } from './sweep-words';

/** @param difference of the mean NLL, soup minus the best of its models */
const soup = (ingredients: string, difference = 0, differenceStderr: number | null = 0.01): SweepSoup => {
  const perplexity = 40 * Math.exp(difference);
  return { ingredients: ingredients.split(' '), perplexity, nll: 100, stderr: 1, tokens: 100, bytes: 300, bitsPerByte: 1, best: { model: 'c', perplexity: 40 }, difference, differenceStderr } as SweepSoup;
};
const alone = ['a', 'b', 'c'].map((name) => soup(name));

describe('what several soups come to', () => {
  test('counts by how many models they have, and names the lowest', () => {
    const sentence = soupsSentence([...alone, soup('a b', 0.05), soup('b c', -0.05), soup('a b c', -0.015)]);
    expect(sentence).toBe('Of 2: 1 of 2 soups are better than the best of their models (1 by more than two standard errors), on average −0.13 %. Of 3: 1 of 1 soups are better than the best of their models (0 by more than two standard errors), on average +1.49 %. Lowest of all: b + c, 38.05.');
  });

  test('is sure of nothing where there is no error', () => {
    expect(soupsSentence([...alone, soup('a b', -0.5, null)])).toContain('(0 by more than two standard errors)');
  });

  test('says nothing of models alone', () => {
    expect(soupsSentence(alone)).toBe('');
  });
});
