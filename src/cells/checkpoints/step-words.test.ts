import { expect, test } from 'vitest';
import { trainingStepOf } from '../../core/checkpoint/training-step';
import { shortStep, stepWords } from './step-words';

test.each([
  ['step0', '0', 'step0: step 0'],
  ['step512', '512', 'step512: step 512'],
  ['step143000', '143k', 'step143000: step 143 000'],
  ['stage1-step120000-tokens252B', '120k', 'stage1-step120000-tokens252B: stage 1, step 120 000, 252 billion tokens'],
  ['stage2-step1500-tokens3B', '2·1.5k', 'stage2-step1500-tokens3B: stage 2, step 1 500, 3 billion tokens'],
  ['main', 'main', 'main'],
])('%s', (name, short, words) => {
  const step = trainingStepOf(name);
  expect(shortStep(name, step)).toBe(short);
  expect(stepWords(name, step).replace(/[\u00a0\u2009\u202f,](?=\d)/g, ' ')).toBe(words);
});
