import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Choice } from '../../core/notebook/choices';
import { chosenInWords, endsInWords, expanded, inWords, listsOf, missingFrom, withPressed } from './input-names';

const choice = (name: string, kind: Choice['kind'], title = ''): Choice => ({ name, kind, title });
const choices = [
  choice('early', 'checkpoints', 'The early ones'),
  choice('step1', 'checkpoint'),
  choice('step2', 'checkpoint'),
  choice('uniform', 'soup'),
  choice('late', 'checkpoints'),
  choice('step8', 'checkpoint'),
  choice('step9', 'checkpoint'),
  choice('weighted', 'soup', 'By perplexity'),
];

test('a checkpoints cell brings its checkpoints', () => {
  expect(listsOf(choices)).toEqual([
    { name: 'early', title: 'The early ones', checkpoints: ['step1', 'step2'] },
    { name: 'late', title: 'late', checkpoints: ['step8', 'step9'] },
  ]);
});

test('names are those of models, each once, and of what is above', () => {
  expect(expanded(['step2', 'early', 'weighted', 'gone', 'weighted'], choices)).toEqual(['step2', 'step1', 'weighted']);
  expect(missingFrom(['gone', 'early', 'lost', 'gone'], choices)).toEqual(['gone', 'lost']);
});

describe('pressing', () => {
  test.each<[what: string, names: string[], pressed: string, after: string[]]>([
    ['a checkpoint adds it', ['step1'], 'step8', ['step1', 'step8']],
    ['it again removes it', ['step1', 'step8'], 'step8', ['step1']],
    ['a soup adds it where it stands', ['step9'], 'uniform', ['uniform', 'step9']],
    ['a list takes the place of its checkpoints', ['step2', 'step8', 'weighted'], 'early', ['early', 'step8', 'weighted']],
    ['it again removes it', ['early', 'weighted'], 'early', ['weighted']],
    ['a checkpoint of a whole list leaves the others', ['early', 'weighted'], 'step1', ['step2', 'weighted']],
    ['a missing name removes it', ['early', 'gone'], 'gone', ['early']],
    ['a name that stands there twice removes it', ['step1', 'step1'], 'step1', []],
  ])('%s', (_, names, pressed, after) => {
    expect(withPressed(names, pressed, choices)).toEqual(after);
  });

  test('makes exactly what was pressed come or go', () => {
    const names = choices.map(({ name }) => name);
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...names, 'gone')), fc.constantFrom(...names), (list, pressed) => {
        const [before, after] = [expanded(list, choices), expanded(withPressed(list, pressed, choices), choices)];
        const meant = expanded([pressed], choices);
        const changed = names.filter((name) => before.includes(name) !== after.includes(name));
        for (const name of changed) expect(meant).toContain(name);
        expect(missingFrom(withPressed(list, pressed, choices), choices)).toEqual(missingFrom(list, choices));
      }),
    );
  });
});

test.each([
  [['early'], 'step1 to step2'],
  [['step9', 'uniform'], 'step9 to uniform'],
  [['early', 'uniform'], 'step1 to uniform'],
  [['step9', 'gone'], 'step9 to gone'],
  [['step9'], 'without two ends'],
  [['step9', 'step9'], 'without two ends'],
  [[], 'without two ends'],
])('the ends of %j are %s', (between, words) => {
  expect(endsInWords(between, choices)).toBe(words);
});

test('a checkpoints cell of many is told as one', () => {
  const many = [choice('run', 'checkpoints', 'The run'), ...[1, 2, 3, 4].map((i) => choice(`step${i}`, 'checkpoint')), choice('soup', 'soup')];
  expect(chosenInWords(['run', 'soup'], many)).toBe('all 4 of The run, soup');
  expect(chosenInWords(['step1', 'soup'], many)).toBe('step1, soup');
  expect(chosenInWords(['early', 'weighted', 'gone'], choices)).toBe('step1, step2, weighted');
  expect(chosenInWords([], choices)).toBe('');
});

test('many names are cut short, and one more is not worth it', () => {
  const many = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  expect(inWords(many)).toBe('a, b, c, d, e, f, g');
  expect(inWords([...many, 'h'])).toBe('a, b, c, d, e, f and 2 more');
  expect(inWords([])).toBe('');
});
