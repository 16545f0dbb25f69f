import { describe, expect, test } from 'vitest';
import type { BackendInfo } from '../scoring/backend';
import { toNotebook, type CellOf, type Notebook } from './document';
import { isFitted, modelInputs } from './inputs';
import { resultVersion, Results, type KeptResult } from './results';
import { cellKeys, type CellKey } from './stale';

const backend: BackendInfo = { kind: 'node', precision: 'fp32', runtime: 'fake 1', device: '2 threads' };

/** A checkpoint, and soups of which each is made of everything above it, the first of them fitted to a text. */
function soupsOfSoups(depth: number): Notebook {
  const ref = { id: 'step', source: { kind: 'bundled', run: 'pico', name: 'step8000' }, sha256: 'a'.repeat(64) };
  const soups = Array.from({ length: depth }, (_, i) => ({
    id: `soup ${i}`,
    kind: 'soup',
    method: i === 0 ? 'perplexity' : 'uniform',
    text: i === 0 ? 'text' : null,
    ingredients: ['step', ...Array.from({ length: i }, (_, k) => `soup ${k}`)],
  }));
  return toNotebook({ stockpot: 2, title: '', cells: [{ id: 'text', kind: 'text', text: 'Soup.' }, { id: 'c', kind: 'checkpoints', checkpoints: [ref] }, ...soups, { id: 'p', kind: 'perplexity', models: [`soup ${depth - 1}`], texts: ['text'] }] }, 'f');
}

/** Every soup as it was run, in equal parts. */
function resultsOf(notebook: Notebook): Results {
  const keys = cellKeys(notebook);
  const soups = notebook.cells.filter((cell): cell is CellOf<'soup'> => cell.kind === 'soup');
  const kept = new Map(
    soups.map(({ id, ingredients }): [string, KeptResult] => {
      const coefficients = ingredients.map(() => 1 / ingredients.length);
      return [id, { version: resultVersion, key: keys.get(id) as CellKey, backend, finished: '', result: { kind: 'soup', method: 'uniform', ingredients, coefficients, stderrs: null, perplexities: [], temperature: 1 } }];
    }),
  );
  return new Results(kept, keys, backend);
}

describe('soups of soups', () => {
  const deep = soupsOfSoups(100);

  test('a hundred deep, each made of all above it, are mixed in no time', () => {
    const cell = deep.cells.at(-1) as CellOf<'perplexity'>;
    const [model] = modelInputs(deep, cell, cell.models, resultsOf(deep));
    expect(model.ingredients.map(({ checkpoint }) => checkpoint.id)).toEqual(['step']);
    expect(model.ingredients[0].coefficient).toBeCloseTo(1, 9);
  }, 2_000);

  test('take no longer where one name is said a hundred times', () => {
    const cells = deep.cells.map((cell) => (cell.kind === 'soup' ? { ...cell, ingredients: Array.from({ length: 99 }, () => cell.ingredients.at(-1) as string) } : cell));
    const repeating = { ...deep, cells };
    expect(isFitted(repeating, 'soup 99', 'text')).toBe(true);
  }, 2_000);

  test('are known at once to be fitted to a text, however deep the soup is that took it', () => {
    expect(isFitted(deep, 'soup 99', 'text')).toBe(true);
    expect(isFitted(deep, 'soup 99', 'another')).toBe(false);
    expect(isFitted(deep, 'step', 'text')).toBe(false);
  }, 2_000);

  test('that were written in a circle are no circle for whoever asks what they are fitted to', () => {
    const circle = toNotebook({ stockpot: 2, title: '', cells: [{ id: 'a', kind: 'soup', method: 'uniform', ingredients: ['b'] }, { id: 'b', kind: 'soup', method: 'uniform', ingredients: ['a'] }] }, 'f');
    expect(isFitted(circle, 'a', 'text')).toBe(false);
  });
});
