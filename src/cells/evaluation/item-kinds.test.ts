import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tasks } from '../../core/evaluation/tasks';
import type { Item, Row } from '../../core/evaluation/task';
import { evaluationResult, scoresOf, type Told } from '../../core/notebook/evaluation-result';
import { choiceTexts, kindsOfItems, pairOf } from './item-kinds';

describe('the pair that is read side by side', () => {
  const right = { early: '11', late: '10', soup: '00' };
  const pair = (of: Record<string, string>, first?: string, second?: string, told: Told = { soups: { soup: ['early', 'late'] } }): string[] =>
    pairOf(scoresOf(evaluationResult(of, told)), first, second).map(({ model }) => model);

  test('is the chosen one', () => {
    expect(pair(right, 'late', 'early')).toEqual(['late', 'early']);
    expect(pair(right, 'early', 'early')).toEqual(['early']);
  });

  test('is the soup and what one would have used without it, where nothing was chosen, or what was chosen is gone', () => {
    expect(pair(right)).toEqual(['soup', 'late']);
    expect(pair(right, 'gone', 'gone')).toEqual(['soup', 'late']);
    expect(pair(right, undefined, 'early')).toEqual(['soup', 'early']);
  });

  test('is two different models where there are two', () => {
    expect(pair(right, 'late')).toEqual(['late', 'early']); // the usual one is the first already
    expect(pair({ early: '11', late: '10' })).toEqual(['early', 'late']);
    expect(pair({ late: '10' })).toEqual(['late']);
  });
});

describe('the kinds of items', () => {
  test('are sorted by who is right, those first on which the models part company most', () => {
    const margins = { soup: (i: number) => i, late: (i: number) => 16 - 2 * i };
    const scores = scoresOf(evaluationResult({ late: '00110011', soup: '11001010' }, { margins, soups: { soup: ['late'] } }));
    const kinds = kindsOfItems(scores, pairOf(scores, 'soup', 'late'));
    expect(Object.entries(kinds).map(([kind, { title, indices }]) => [kind, title, indices])).toEqual([
      ['only-first', 'Only soup is right', [0, 1, 4]],
      ['only-second', 'Only late is right', [2, 3, 7]],
      ['neither', 'Neither is right', [5]],
      ['both', 'Both are right', [6]],
    ]);
  });

  test('hold every item once', () => {
    const digits = fc.array(fc.constantFrom('0', '1'), { minLength: 30, maxLength: 30 }).map((each) => each.join(''));
    const property = fc.property(digits, digits, (early, late) => {
      const scores = scoresOf(evaluationResult({ early, late }));
      const found = Object.values(kindsOfItems(scores, scores.answered)).flatMap(({ indices }) => indices);
      expect(found.sort((a, b) => a - b)).toEqual([...early].map((_, i) => i));
    });
    fc.assert(property, { numRuns: 20 });
  });

  test('of one model are what it has right and what it has not', () => {
    const scores = scoresOf(evaluationResult({ late: '101' }));
    expect(kindsOfItems(scores, scores.answered)).toEqual({ neither: { title: 'Wrong', indices: [1] }, both: { title: 'Right', indices: [0, 2] } });
  });
});

describe('an item as a person reads it', () => {
  const read = (task: keyof typeof tasks, row: Row): ReturnType<typeof choiceTexts> => choiceTexts(tasks[task].item(row) as Item);

  test('has its question once where all choices share it', () => {
    expect(read('piqa', { goal: 'Cook soup.', sol1: 'Heat it. ', sol2: 'Cool it.', label: 0 })).toEqual({ question: 'Question: Cook soup.\nAnswer:', choices: ['Heat it.', 'Cool it.'] });
    expect(read('lambada_openai', { text: 'It is hot' })).toEqual({ question: 'It is', choices: ['hot'] });
  });

  test('is whole sentences where the choice is within them', () => {
    expect(read('winogrande', { sentence: 'The _ is hot.', option1: 'pot', option2: 'pan', answer: '1' })).toEqual({ question: '', choices: ['The pot is hot.', 'The pan is hot.'] });
  });
});
