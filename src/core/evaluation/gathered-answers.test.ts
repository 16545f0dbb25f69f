import { expect, test } from 'vitest';
import type { WindowScores } from '../scoring/score';
import { GatheredAnswers } from './gathered-answers';
import type { Item } from './task';

const item = (choices: number): Item => ({ gold: 0, text: '', choices: Array.from({ length: choices }, () => ({ context: '', continuation: '', characters: 1 })) }) as Item;
const scores = (nll: number): WindowScores => ({ nll: Float32Array.of(nll), gap: Float32Array.of(0) });

test('an answer is complete with its last choice, whichever comes first, and is told once', () => {
  const gathered = new GatheredAnswers([item(2), item(1), item(3)]);
  gathered.add(1, scores(2));
  gathered.add(5, scores(6));
  expect(gathered.fresh()).toEqual([]);
  gathered.add(0, scores(1));
  gathered.add(2, scores(3));
  expect(gathered.fresh().map(([index, { logLikelihoods }]) => [index, logLikelihoods])).toEqual([[0, [-1, -2]], [1, [-3]]]);
  expect(gathered.fresh()).toEqual([]);
  gathered.add(3, scores(4));
  gathered.add(4, scores(5));
  expect(gathered.answers.map(({ logLikelihoods }) => logLikelihoods)).toEqual([[-1, -2], [-3], [-4, -5, -6]]);
});
