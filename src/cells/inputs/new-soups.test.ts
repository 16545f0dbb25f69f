import { expect, test } from 'vitest';
import { complete } from '../../core/notebook/edits';
import type { CellOf } from '../../core/notebook/document';
import { newSoups } from './new-soups';

const soup = (id: string, ingredients: string[], changes: Partial<CellOf<'soup'>> = {}): CellOf<'soup'> =>
  ({ ...complete({ id, title: '', kind: 'soup', method: 'uniform', ingredients, text: null }), ...changes }) as CellOf<'soup'>;
const left = (wanted: CellOf<'soup'>[], made: CellOf<'soup'>[]): string[] => newSoups(wanted, made).map(({ id }) => id);

test('a soup of the same checkpoints by the same method is there already, whatever it is called', () => {
  const wanted = [soup('ab', ['a', 'b']), soup('bc', ['b', 'c'])];
  expect(left(wanted, [soup('mine', ['b', 'a'])])).toEqual(['bc']);
  expect(left(wanted, [])).toEqual(['ab', 'bc']);
  expect(left(wanted, [soup('hand', ['a', 'b'], { method: 'manual', parameters: { coefficients: [0.5, 0.5] } })])).toEqual(['ab', 'bc']);
});

test('a soup weighted on another text, or at another temperature, is another one', () => {
  const weighted = (text: string, temperature?: number) => soup(text, ['a', 'b'], { method: 'perplexity', text, parameters: { temperature } });
  expect(left([weighted('mine')], [weighted('mine', 1)])).toEqual([]);
  expect(left([weighted('mine')], [weighted('other')])).toEqual(['mine']);
  expect(left([weighted('mine')], [weighted('mine', 0.1)])).toEqual(['mine']);
  expect(left([soup('ab', ['a', 'b'])], [soup('other', ['a', 'b'], { text: 'mine' })])).toEqual([]);
});
