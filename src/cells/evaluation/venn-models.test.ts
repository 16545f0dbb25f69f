import { describe, expect, test } from 'vitest';
import { evaluationResult, scoresOf, type Told } from '../../core/notebook/evaluation-result';
import { circlesOf } from './venn-models';

const right = { late: '10', early: '11', soup: '01' };

function circles(of: Record<string, string>, told: Told): string[] | null {
  const result = evaluationResult(of, told);
  const found = circlesOf(result, scoresOf(result));
  for (const { model, answered } of found ?? []) expect(answered).toBe(result.answers.find((each) => each.model === model));
  return found && found.map(({ model }) => model);
}

describe('the circles', () => {
  test('are the two ends of a merge, as the soup names them, and what came of it', () => {
    expect(circles(right, { soups: { soup: ['early', 'late'] } })).toEqual(['early', 'late', 'soup']);
  });

  test('are of the first soup of two', () => {
    const soups = { soup: ['early', 'late', 'middle'], stew: ['late', 'middle'], broth: ['early', 'late'] };
    expect(circles({ ...right, middle: '00', stew: '11', broth: '11' }, { soups })).toEqual(['late', 'middle', 'stew']);
  });

  test('pass over a soup whose ends were not asked', () => {
    expect(circles({ ...right, stew: '11' }, { soups: { soup: ['early', 'elsewhere'], stew: ['early', 'late'] } })).toEqual(['early', 'late', 'stew']);
  });

  test.each<[string, Told]>([
    ['without a soup', {}],
    ['where the soup has one ingredient', { soups: { soup: ['late'] } }],
    ['where the soup has three, one of which was not asked', { soups: { soup: ['early', 'late', 'elsewhere'] } }],
    ['where an end has not answered everything', { soups: { soup: ['early', 'late'] }, unfinished: ['early'] }],
    ['where the soup has not', { soups: { soup: ['early', 'late'] }, unfinished: ['soup'] }],
  ])('are none %s', (_, told) => {
    expect(circles(right, told)).toBeNull();
  });
});
