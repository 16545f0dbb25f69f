import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseNotebook, toNotebook } from '../core/notebook/document';
import { coloursOf } from './colours';

test('the lesson has a colour for each of its models', () => {
  const lesson = parseNotebook(readFileSync(new URL('../../public/notebooks/first-soup.json', import.meta.url), 'utf8'), 'lesson');
  expect(coloursOf(lesson)).toEqual({ step7000: 'var(--earlier)', step8000: 'var(--later)', uniform: 'var(--uniform)', weighted: 'var(--weighted)' });
});

test('a soup has its colour whatever it is called, and no other name has one', () => {
  const colours = coloursOf(toNotebook({ stockpot: 2, title: '', cells: [{ id: '__proto__', kind: 'soup', method: 'uniform', ingredients: ['a'] }] }, 'made'));
  expect(Object.entries(colours)).toEqual([['__proto__', 'var(--uniform)']]);
});
