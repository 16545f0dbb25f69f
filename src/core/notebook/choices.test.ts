import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { modelsAbove, placeOf, textsAbove, withToggled, type Choice } from './choices';
import { parseNotebook } from './document';

const first = parseNotebook(readFileSync(new URL('../../../public/notebooks/first-soup.json', import.meta.url), 'utf8'), 'first-soup.json');
const names = (choices: Choice[]): string[] => choices.map(({ name }) => name);

describe('what a cell can name', () => {
  test('are the checkpoints and the soups above it, a list before its checkpoints', () => {
    expect(modelsAbove(first, placeOf(first, 'uniform'))).toEqual([
      { name: 'checkpoints', title: 'Two checkpoints of one training run', kind: 'checkpoints' },
      { name: 'step7000', title: '', kind: 'checkpoint' },
      { name: 'step8000', title: '', kind: 'checkpoint' },
      { name: 'weighted', title: 'A soup weighted by perplexity', kind: 'soup' },
    ]);
    expect(names(modelsAbove(first, first.cells.length))).toEqual(['checkpoints', 'step7000', 'step8000', 'weighted', 'uniform']);
  });

  test('are the texts above it', () => {
    expect(textsAbove(first, placeOf(first, 'weighted'))).toEqual([{ name: 'text', title: 'A text, without labels', kind: 'text' }]);
    expect(textsAbove(first, placeOf(first, 'text')), 'not itself').toEqual([]);
  });

  test('is nothing at the start, and nothing for a cell that is not there', () => {
    for (const at of [0, placeOf(first, 'nothing') + 1]) expect([...modelsAbove(first, at), ...textsAbove(first, at)]).toEqual([]);
    expect(placeOf(first, 'nothing')).toBe(-1);
  });

  test('leaves out what a preset would bring', () => {
    expect(names(modelsAbove(first, first.cells.length))).not.toContain('step500');
  });
});

describe('one name more or less', () => {
  const choices = modelsAbove(first, first.cells.length);

  test('comes in where it stands in the notebook', () => {
    expect(withToggled(['step7000', 'uniform'], 'weighted', choices)).toEqual(['step7000', 'weighted', 'uniform']);
    expect(withToggled(['uniform'], 'checkpoints', choices)).toEqual(['checkpoints', 'uniform']);
  });

  test('goes, and the others stay as they are', () => {
    expect(withToggled(['uniform', 'step7000', 'gone'], 'step7000', choices)).toEqual(['uniform', 'gone']);
    expect(withToggled(['uniform', 'gone'], 'gone', choices)).toEqual(['uniform']);
  });

  test('leaves names that nothing bears at the end, in their order', () => {
    expect(withToggled(['gone', 'uniform', 'lost'], 'step8000', choices)).toEqual(['step8000', 'uniform', 'gone', 'lost']);
  });

  test('twice is as it was, but for the order', () => {
    const some = fc.uniqueArray(fc.constantFrom(...names(choices), 'gone', 'lost'));
    fc.assert(
      fc.property(some, fc.constantFrom(...names(choices)), (list, name) => {
        const once = withToggled(list, name, choices);
        expect(once.includes(name)).toBe(!list.includes(name));
        expect([...withToggled(once, name, choices)].sort()).toEqual([...list].sort());
      }),
    );
  });
});
