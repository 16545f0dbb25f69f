import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNotebook, toNotebook, type Cell, type CellOf } from './document';
import { insertCells, takenNames } from './edits';
import { countSoups, mostSoups, series, soupCells, type SeriesName, type SoupsWanted } from './soup-series';

const first = parseNotebook(readFileSync(new URL('../../../public/notebooks/first-soup.json', import.meta.url), 'utf8'), 'first-soup.json');
const four = ['step5000', 'step6000', 'step7000', 'step8000'];
const names = Object.keys(series) as SeriesName[];

const wanted = (more: Partial<SoupsWanted> = {}): SoupsWanted => ({ series: 'neighbours', checkpoints: four, last: 3, method: 'uniform', text: 'text', ...more });
const soups = (more: Partial<SoupsWanted> = {}, taken: string[] = []): CellOf<'soup'>[] => soupCells(wanted(more), taken) as CellOf<'soup'>[];
const ingredients = (more: Partial<SoupsWanted>): string[] => soups(more).map((soup) => soup.ingredients.map((name) => name.slice(4, 5)).join(''));

describe('a series of soups', () => {
  test.each<[SeriesName, number, string[]]>([
    ['neighbours', 3, ['56', '67', '78']],
    ['last', 3, ['678']],
    ['last', 2, ['78']],
    ['last', 9, ['5678']],
    ['last', 0, ['78']],
    ['lengths', 4, ['78', '678', '5678']],
    ['lengths', 9, ['78', '678', '5678']],
    ['lengths', 2, ['78']],
    ['pairs', 3, ['56', '57', '58', '67', '68', '78']],
  ])('of %s, k = %d, is made of %j', (name, last, expected) => {
    expect(ingredients({ series: name, last })).toEqual(expected);
  });

  test.each(names)('of %s is none of fewer than two checkpoints', (name) => {
    for (const checkpoints of [[], ['step8000']]) expect(countSoups(wanted({ series: name, checkpoints }))).toBe(0);
  });

  test('counts before anything is made', () => {
    const many = Array.from({ length: 200 }, (_, i) => `step${i}`);
    expect(countSoups(wanted({ series: 'pairs', checkpoints: many }))).toBe(19_900);
    expect(countSoups(wanted({ series: 'pairs', checkpoints: many.slice(0, 9) }))).toBeLessThanOrEqual(mostSoups);
  });
});

describe('each soup', () => {
  test('is named by its ingredients, and has a title', () => {
    expect(soups().map(({ id, title }) => [id, title])).toEqual([
      ['uniform-5000-6000', 'Uniform: step5000 and step6000'],
      ['uniform-6000-7000', 'Uniform: step6000 and step7000'],
      ['uniform-7000-8000', 'Uniform: step7000 and step8000'],
    ]);
    expect(soups({ series: 'lengths', method: 'perplexity' }).map(({ id, title }) => [id, title])).toEqual([
      ['weighted-7000-8000', 'Perplexity-weighted: step7000 and step8000'],
      ['weighted-last-3', 'Perplexity-weighted: the last 3 checkpoints'],
    ]);
  });

  test('reads the text where its method needs one', () => {
    expect(soups()[0]).toMatchObject({ method: 'uniform', text: null, parameters: {} });
    expect(soups({ method: 'perplexity' })[0]).toMatchObject({ method: 'perplexity', text: 'text' });
  });

  test.each([
    [['step7000', 'step8800-cooldown'], 'uniform-7000-8800-cooldown'],
    [['early', 'late'], 'uniform-early-late'],
    [['run-a', 'run-b'], 'uniform-a-b'],
    [['x', 'x1'], 'uniform-x-x1'],
    [['a1', 'b1'], 'uniform-a1-b1'],
    [['70', '71'], 'uniform-70-71'],
  ])('of %j is called %s', (checkpoints, id) => {
    expect(soups({ checkpoints })[0].id).toBe(id);
  });

  test('gets a number where its name is taken', () => {
    expect(soups({}, ['uniform-6000-7000']).map(({ id }) => id)).toEqual(['uniform-5000-6000', 'uniform-6000-7000-2', 'uniform-7000-8000']);
  });

  test('fits into the notebook, whatever checkpoints are called', () => {
    const name = fc.stringMatching(/^[\w][\w .+-]{0,63}$/);
    const checkpoints = fc.uniqueArray(name, { maxLength: 9 });
    fc.assert(
      fc.property(checkpoints, fc.constantFrom(...names), fc.integer({ min: -2, max: 12 }), fc.constantFrom('uniform' as const, 'perplexity' as const), (all, which, last, method) => {
        const want = wanted({ series: which, checkpoints: all, last, method });
        const cells: Cell[] = soupCells(want, takenNames(first));
        expect(cells).toHaveLength(countSoups(want));
        const added = insertCells(first, cells, 2);
        expect(toNotebook(added, 'f')).toEqual(added);
        expect(new Set(cells.map((cell) => JSON.stringify((cell as CellOf<'soup'>).ingredients))).size).toBe(cells.length);
      }),
    );
  });

  test('has no more ingredients than a soup can', () => {
    const many = Array.from({ length: 150 }, (_, i) => `step${i}`);
    expect(soups({ series: 'last', checkpoints: many, last: 150 })[0].ingredients).toHaveLength(100);
  });
});
