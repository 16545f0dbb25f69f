import { describe, expect, test } from 'vitest';
import { evaluationResult, scoresOf } from './evaluation-result';
import { comparisonsWith, ingredientRows, questionsOf, rightOf, taskScores } from './task-scores';

const soups = { soup: ['early', 'late'], stew: ['late', 'early'] };
const right = { early: '1100', late: '1000', soup: '1110' };

describe('the scores on a task', () => {
  test('are of that task alone, and there are none where it was not asked', () => {
    const [one, other] = [evaluationResult(right), evaluationResult({ early: '0000' }, { task: 'winogrande_style' })];
    const result = { ...one, tasks: [...one.tasks, ...other.tasks], rows: [...one.rows, ...other.rows], answers: [...one.answers, ...other.answers] };
    expect(taskScores(result, 'piqa_style')).toEqual(taskScores(one, 'piqa_style'));
    expect(taskScores(result, 'winogrande_style')).toMatchObject({ asked: { task: 'winogrande_style' }, rows: [{ model: 'early', accuracy: 0 }], checkpoints: ['early'], soups: [] });
    expect(taskScores(result, 'continuation')).toBeNull();
  });

  test('tell checkpoints from soups, among the models that answered everything', () => {
    const scores = scoresOf(evaluationResult(right, { soups, unfinished: ['early'] }));
    expect(scores).toMatchObject({ checkpoints: ['late'], soups: ['soup'] });
    expect(scores.rows.map(({ model }) => model)).toEqual(['early', 'late', 'soup']);
    expect(scores.answered.map(({ model }) => model)).toEqual(['late', 'soup']);
  });
});

describe('the best', () => {
  test.each<[string, Record<string, string>, string[], string | null]>([
    ['is a checkpoint, even where a soup is better', right, [], 'early'],
    ['is the first of equals', { late: '1010', early: '0101' }, [], 'late'],
    ['is one that answered everything', right, ['early'], 'late'],
    ['is a soup where there is no checkpoint', { soup: '1100', stew: '1110' }, [], 'stew'],
    ['is none where nobody has answered everything', right, ['early', 'late', 'soup'], null],
  ])('%s', (_, of, unfinished, best) => {
    expect(scoresOf(evaluationResult(of, { soups, unfinished })).best).toBe(best);
  });
});

describe('what one would have used without a soup', () => {
  const of = { early: '11', late: '00', later: '11' };
  test.each<[string, Record<string, string>, string[], string | null]>([
    ['is the later ingredient of the soup, however well it did', { ...of, soup: '11' }, [], 'late'],
    ['is that of the first soup of several', { ...of, stew: '11', soup: '00' }, [], 'early'],
    ['is the last checkpoint without a soup', of, [], 'later'],
    ['is the last checkpoint where that ingredient was not asked', { later: '11', early: '00', soup: '11' }, [], 'early'],
    ['is the last checkpoint where that ingredient has not answered everything', { ...of, soup: '11' }, ['late'], 'later'],
    ['is the soup where there is nothing else', { soup: '11' }, [], 'soup'],
    ['is none where nobody has answered everything', of, Object.keys(of), null],
  ])('%s', (_, asked, unfinished, usual) => {
    expect(scoresOf(evaluationResult(asked, { soups, unfinished })).usual).toBe(usual);
  });
});

describe('chance', () => {
  test('is one over the number of choices, on average over items', () => {
    const result = evaluationResult({ late: '110' });
    expect(scoresOf(result).chance).toBe(0.5);
    result.answers[0].answers[0].logLikelihoods.push(-9, -9);
    expect(scoresOf(result).chance).toBe((1 / 4 + 1 / 2 + 1 / 2) / 3);
  });

  test('there is none of where there is no other choice, and none without answers', () => {
    expect(scoresOf(evaluationResult({ late: '11' }, { task: 'lambada_openai' })).chance).toBeNull();
    expect(scoresOf(evaluationResult({ late: '11' }, { unfinished: ['late'] })).chance).toBeNull();
  });
});

describe('which items are right', () => {
  test.each(['piqa_style', 'lambada_openai'])('goes by what counts in %s', (task) => {
    const scores = scoresOf(evaluationResult({ late: '10110' }, { task }));
    expect(rightOf(scores, scores.answered[0])).toEqual([true, false, true, true, false]);
    expect(questionsOf(scores.asked)).toEqual({ metric: task === 'piqa_style' ? 'choice' : 'greedy', gold: scores.asked.gold, clusters: undefined });
  });
});

describe('comparisons', () => {
  const scores = scoresOf(evaluationResult(right, { soups, clusters: [0, 0, 1, 1] }));

  test('are of every other model with the reference, in the order of the rows', () => {
    expect(comparisonsWith(scores, 'late')).toMatchObject([
      { model: 'early', reference: 'late', both: 1, onlyModel: 1, onlyReference: 0, neither: 2 },
      { model: 'soup', reference: 'late', both: 1, onlyModel: 2, onlyReference: 0, neither: 1 },
    ]);
  });

  test('know twins', () => {
    expect(comparisonsWith(scores, 'late')[0].margin?.n).toBe(2);
  });

  test.each(['nobody', null])('with %s are none', (reference) => {
    expect(comparisonsWith(scores, reference)).toEqual([]);
  });
});

describe('the ingredients of a soup', () => {
  const rowsOf = (...asked: Parameters<typeof evaluationResult>) => {
    const result = evaluationResult(...asked);
    return ingredientRows(result, scoresOf(result));
  };

  test('are told on average and at best, once for soups of the same ingredients', () => {
    const [row, ...others] = rowsOf({ ...right, stew: '0000' }, { soups });
    expect(others).toEqual([]);
    expect([...row.ingredients].sort()).toEqual(['early', 'late']);
    expect(row.average.accuracy).toBe((0.5 + 0.25) / 2);
    expect(row.average.stderr).toBeCloseTo(Math.sqrt((0.625 ** 2 + 0.125 ** 2 + 2 * 0.375 ** 2) / 3) / 2, 12); // of 1, 1/2, 0, 0
    expect(row.best).toMatchObject({ model: 'early', accuracy: 0.5 });
  });

  test('have a row for each set of them', () => {
    expect(rowsOf({ ...right, later: '1111', stew: '0000' }, { soups: { soup: ['early', 'late'], stew: ['early', 'later'] } }).map(({ best }) => best.model)).toEqual(['early', 'later']);
  });

  test('are not told where one of them did not answer, nor of a soup of one', () => {
    expect(rowsOf(right, { soups, unfinished: ['late'] })).toEqual([]);
    expect(rowsOf({ late: '10', soup: '11' }, { soups })).toEqual([]);
    expect(rowsOf(right, { soups: { soup: ['late'] } })).toEqual([]);
  });

  test('have no error on a single item', () => {
    expect(rowsOf({ early: '1', late: '0', soup: '1' }, { soups })[0].average).toEqual({ accuracy: 0.5, stderr: null });
  });
});
