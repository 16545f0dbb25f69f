import { describe, expect, test } from 'vitest';
import { wilsonInterval } from '../statistics/wilson';
import { accuracyOf, answer, marginOf, type Answer } from './accuracy';
import type { WindowScores } from '../scoring/score';
import type { Item } from './task';

const item = (gold: number, ...characters: number[]): Item => ({ gold, text: '', choices: characters.map((count) => ({ context: '', continuation: '', characters: count })) }) as Item;
/** Scores of continuations of one token, none of them the model's first choice. */
const scored = (...logLikelihoods: number[]): WindowScores[] => logLikelihoods.map((value) => ({ nll: Float32Array.of(-value), gap: Float32Array.of(1) }));

describe('an answer', () => {
  test('is the most likely choice, and the most likely per character', () => {
    expect(answer(item(0, 10, 20), scored(-10, -15))).toEqual({ logLikelihoods: [-10, -15], greedy: [false, false], choice: 0, choiceNorm: 1 });
    expect(answer(item(0, 20, 10), scored(-15, -10))).toMatchObject({ choice: 1, choiceNorm: 0 });
    expect(answer(item(0, 5, 5, 5), scored(-3, -1, -2))).toMatchObject({ choice: 1, choiceNorm: 1 });
  });

  test('sums the tokens, and is greedy where each of them is the first choice', () => {
    const scores = [[0, 0], [0, 0.5]].map((gap) => ({ nll: Float32Array.of(1, 2), gap: Float32Array.from(gap) }));
    expect(answer(item(0, 1, 1), scores)).toMatchObject({ logLikelihoods: [-3, -3], greedy: [true, false] });
  });

  test('is the first of equals, as numpy has it', () => {
    expect(answer(item(1, 4, 8), scored(-6, -6))).toMatchObject({ choice: 0, choiceNorm: 1 });
    expect(answer(item(1, 4, 8), scored(-3, -6))).toMatchObject({ choice: 0, choiceNorm: 0 });
  });
});

describe('accuracy', () => {
  const said = (choice: number, choiceNorm = choice): Answer => ({ logLikelihoods: [], greedy: [], choice, choiceNorm });

  test('by hand: 3 of 4 right, 2 of 4 per character', () => {
    const found = accuracyOf('choice', [0, 1, 1, 0], [said(0), said(1), said(0, 1), said(0, 1)].map((a, i) => (i === 1 ? said(1, 0) : a)));
    expect(found).toMatchObject({ n: 4, accuracy: 0.75, accuracyNorm: 0.5 });
    // sample standard deviation of 1, 1, 0, 1 is 0.5, and of 1, 0, 1, 0 the root of 1/3
    expect(found.stderr).toBeCloseTo(0.25, 12);
    expect(found.stderrNorm).toBeCloseTo(Math.sqrt(1 / 3) / 2, 12);
  });

  test('on all of PIQA has the standard error everybody knows, 1.1 points', () => {
    const gold = Array.from({ length: 1838 }, () => 0);
    const { accuracy, stderr } = accuracyOf('choice', gold, gold.map((_, i) => said(i < 1140 ? 0 : 1)));
    expect(accuracy).toBeCloseTo(0.6202, 4);
    expect(stderr).toBeCloseTo(0.0113, 4);
  });

  test('of a single item has no standard error, and of items all right an error of 0', () => {
    expect(accuracyOf('choice', [0], [said(0)])).toMatchObject({ accuracy: 1, stderr: null, stderrNorm: null });
    expect(accuracyOf('choice', [0, 1], [said(0), said(1)])).toMatchObject({ accuracy: 1, stderr: 0 });
  });

  test('comes with Wilson’s interval', () => {
    const { interval } = accuracyOf('choice', [0, 0, 0, 0], [said(0), said(0), said(0), said(0)]);
    expect(interval).toEqual(wilsonInterval(4, 4));
  });

  test('where the one continuation counts, is how often it is what the model says first, with its perplexity per item', () => {
    const answers = [true, false].map((greedy, i): Answer => ({ logLikelihoods: [-1 - i], greedy: [greedy], choice: 0, choiceNorm: 0 }));
    expect(accuracyOf('greedy', [0, 0], answers)).toMatchObject({ accuracy: 0.5, accuracyNorm: 0.5, perplexity: Math.exp(1.5) });
    expect(accuracyOf('choice', [0, 0], answers)).toMatchObject({ accuracy: 1, perplexity: null });
  });
});

describe('the margin', () => {
  const of = (...logLikelihoods: number[]): Answer => ({ logLikelihoods, greedy: [], choice: 0, choiceNorm: 0 });

  test('is that of the right choice over the best of the others, or its own log-likelihood where there is none', () => {
    expect(marginOf(1, of(-5, -3, -4))).toBe(1);
    expect(marginOf(0, of(-5, -3, -4))).toBe(-2);
    expect(marginOf(0, of(-7))).toBe(-7);
  });
});
