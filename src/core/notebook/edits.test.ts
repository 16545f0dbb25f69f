import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stateOf } from '../checkpoint/source';
import { kinds } from './cells';
import { placeOf } from './choices';
import { parseNotebook, toNotebook, type Cell, type CellKind, type CellOf, type Notebook } from './document';
import { complete, copyOf, deleteCell, freshName, insertCells, moveCell, newCell, renameCell, takenElsewhere, takenNames, withNames } from './edits';
import { afterEdit, emptyHistory, redone, undone } from './history';
import { cellKeys } from './stale';

const first = parseNotebook(readFileSync(new URL('../../../public/notebooks/first-soup.json', import.meta.url), 'utf8'), 'first-soup.json');
const empty = toNotebook({ stockpot: 2, title: '', cells: [] }, 'empty');
const everyKind = Object.keys(kinds) as CellKind[];

const ids = ({ cells }: Notebook): string[] => cells.map(({ id }) => id);
/** Throws where a notebook could not be opened again. */
const opened = (notebook: Notebook): Notebook => toNotebook(notebook, 'the notebook');

function cell<K extends CellKind>(notebook: Notebook, kind: K, id: string = kind): CellOf<K> {
  const found = notebook.cells.find((candidate): candidate is CellOf<K> => candidate.kind === kind && candidate.id === id);
  if (!found) throw new Error(`no ${kind} cell ${id}`);
  return found;
}

/** What a person may do to a notebook's structure; `which` and `to` are taken as far as there are cells. */
type Doing =
  | { what: 'add'; kind: CellKind; to: number }
  | { what: 'delete' | 'duplicate'; which: number }
  | { what: 'move'; which: number; by: number }
  | { what: 'rename'; which: number; stem: string };

const doing: fc.Arbitrary<Doing> = fc.oneof(
  fc.record({ what: fc.constant('add' as const), kind: fc.constantFrom(...everyKind), to: fc.nat(20) }),
  fc.record({ what: fc.constantFrom('delete' as const, 'duplicate' as const), which: fc.nat(20) }),
  fc.record({ what: fc.constant('move' as const), which: fc.nat(20), by: fc.integer({ min: -20, max: 20 }) }),
  fc.record({ what: fc.constant('rename' as const), which: fc.nat(20), stem: fc.constantFrom('soup', 'a', 'text-2', 'step7000', 'x'.repeat(64)) }),
);

function done(notebook: Notebook, act: Doing): Notebook {
  const { cells } = notebook;
  if (act.what === 'add') return insertCells(notebook, [newCell(notebook, act.kind, act.to % (cells.length + 1))], act.to % (cells.length + 1));
  if (cells.length === 0) return notebook;
  const at = act.which % cells.length;
  const { id } = cells[at];
  switch (act.what) {
    case 'delete':
      return deleteCell(notebook, id);
    case 'duplicate':
      return insertCells(notebook, [copyOf(notebook, cells[at])], at + 1);
    case 'move':
      return moveCell(notebook, id, act.by);
    case 'rename':
      return renameCell(notebook, id, freshName(act.stem, takenNames(notebook)));
  }
}

describe('any sequence of edits', () => {
  const acts = fc.array(doing, { maxLength: 40 });
  const starts = fc.constantFrom(first, empty);

  test('gives a notebook that can be opened again, every name its own', () => {
    fc.assert(
      fc.property(starts, acts, (start, all) => {
        const end = all.reduce(done, start);
        expect(opened(end)).toEqual(end);
        expect(new Set(ids(end)).size).toBe(end.cells.length);
      }),
    );
  });

  test('leaves the notebook it began with as it was', () => {
    const before = JSON.stringify(first);
    fc.assert(fc.property(acts, (all) => void all.reduce(done, first)), { numRuns: 30 });
    expect(JSON.stringify(first)).toBe(before);
  });

  test('is taken back step by step, and done again', () => {
    fc.assert(
      fc.property(starts, acts, (start, all) => {
        let [now, history] = [start, emptyHistory<Notebook>()];
        for (const act of all) {
          const before = now;
          now = done(before, act);
          history = afterEdit(history, before, { did: act.what, place: null, at: 0 });
        }
        const end = now;
        for (let step = undone(history, now); step; step = undone(history, now)) ({ history, value: now } = step);
        expect(now).toBe(start);
        for (let step = redone(history, now); step; step = redone(history, now)) ({ history, value: now } = step);
        expect(now).toBe(end);
      }),
    );
  });
});

describe('a name', () => {
  test('is the stem where it is free, and otherwise gets the first free number', () => {
    expect(freshName('soup', new Set())).toBe('soup');
    expect(freshName('soup', new Set(['soup']))).toBe('soup-2');
    expect(freshName('soup', new Set(['soup', 'soup-2', 'soup-4']))).toBe('soup-3');
  });

  test('stays a name, however long its stem is', () => {
    const long = 'x'.repeat(64);
    expect(freshName(long, new Set())).toBe(long);
    expect(freshName(long, new Set([long]))).toBe(`${'x'.repeat(56)}-2`);
  });

  test('is taken by cells, by checkpoints, and by those that a preset would bring', () => {
    expect([...takenNames(first)].sort()).toEqual([...ids(first), 'step500', 'step7000', 'step8000'].sort());
  });

  test('is taken elsewhere unless it is one of the cell’s own checkpoints', () => {
    expect([...takenElsewhere(first, 'checkpoints')].sort()).toEqual(ids(first).sort());
    expect(takenElsewhere(first, 'text')).toEqual(takenNames(first));
  });
});

describe('a new cell', () => {
  test.each(everyKind)('of kind %s is complete, at every place and in a notebook with nothing in it', (kind) => {
    for (const notebook of [first, empty]) {
      for (let at = 0; at <= notebook.cells.length; at++) {
        const added = insertCells(notebook, [newCell(notebook, kind, at)], at);
        expect(opened(added)).toEqual(added);
        expect(added.cells[at]).toMatchObject({ kind, title: '' });
      }
    }
  });

  test('takes as its inputs what lies above it', () => {
    const end = first.cells.length;
    expect(newCell(first, 'perplexity', end)).toMatchObject({ id: 'perplexity-2', models: ['checkpoints', 'weighted', 'uniform'], texts: ['text'] });
    expect(newCell(first, 'evaluation', end)).toMatchObject({ models: ['checkpoints', 'weighted', 'uniform'] });
    expect(newCell(first, 'soup', end)).toMatchObject({ id: 'soup', method: 'uniform', ingredients: ['checkpoints'], text: 'text' });
    expect(newCell(first, 'sweep', end)).toMatchObject({ between: ['checkpoints'], text: 'text', marks: [] });
    expect(newCell(first, 'perplexity', placeOf(first, 'text'))).toMatchObject({ models: ['checkpoints'], texts: [] });
    expect(newCell(first, 'soup', 0)).toMatchObject({ ingredients: [], text: null });
  });

  test('takes the nearest checkpoints and the nearest text', () => {
    const more = insertCells(first, [copyOf(first, cell(first, 'checkpoints')), copyOf(first, cell(first, 'text'))], 3);
    expect(newCell(more, 'soup', 5)).toMatchObject({ ingredients: ['checkpoints-2'], text: 'text-2' });
    expect(newCell(more, 'soup', 3)).toMatchObject({ ingredients: ['checkpoints'], text: 'text' });
  });

  test('avoids names that old results are kept under', () => {
    expect(newCell(first, 'soup', 3, ['soup', 'soup-2']).id).toBe('soup-3');
  });

  test('names no more models than a cell can', () => {
    const soups = Array.from({ length: 150 }, (_, i) => complete({ id: `s${i}`, kind: 'soup', method: 'uniform', ingredients: [] }));
    const many = insertCells(empty, soups, 0);
    expect(cell(insertCells(many, [newCell(many, 'evaluation', 150)], 150), 'evaluation').models).toHaveLength(100);
  });
});

describe('moving', () => {
  test('keeps all cells, and the others in their order', () => {
    fc.assert(
      fc.property(fc.nat(first.cells.length - 1), fc.integer({ min: -12, max: 12 }), (at, by) => {
        const { id } = first.cells[at];
        const moved = moveCell(first, id, by);
        expect(placeOf(moved, id)).toBe(Math.min(Math.max(at + by, 0), first.cells.length - 1));
        expect(deleteCell(moved, id)).toEqual(deleteCell(first, id));
        expect(moved.cells[placeOf(moved, id)]).toBe(first.cells[at]);
      }),
    );
  });

  test('there and back is no move, unless an end stopped it', () => {
    expect(moveCell(moveCell(first, 'text', 3), 'text', -3)).toEqual(first);
    expect(moveCell(first, 'intro', -1)).toBe(first);
    expect(moveCell(first, 'evaluation', 5)).toBe(first);
    expect(moveCell(first, 'nothing', 1)).toBe(first);
  });
});

describe('deleting and inserting', () => {
  test('leave the rest of the notebook alone, and names that nothing bears any more where they stood', () => {
    const without = deleteCell(first, 'uniform');
    expect(ids(without)).toEqual(ids(first).filter((id) => id !== 'uniform'));
    expect(cell(without, 'sweep', 'line').marks).toEqual(['uniform', 'weighted']);
    expect(insertCells(without, [cell(first, 'soup', 'uniform')], placeOf(first, 'uniform'))).toEqual(first);
    expect(deleteCell(first, 'nothing')).toEqual(first);
  });
});

describe('a copy', () => {
  test.each(first.cells.filter(({ kind }) => kind !== 'checkpoints').map((each) => [each.id, each] as const))('of “%s” says the same under a name of its own', (id, original) => {
    const title = original.title && `${original.title} (copy)`;
    expect(copyOf(first, original)).toEqual({ ...original, id: `${id}-2`, title });
  });

  test('of checkpoints gives each of them a name of its own, and brings no presets', () => {
    const copy = copyOf(first, cell(first, 'checkpoints')) as CellOf<'checkpoints'>;
    expect(copy.checkpoints.map(({ id, source }) => [id, stateOf(source)])).toEqual([['step7000-2', 'step7000'], ['step8000-2', 'step8000']]);
    expect(copy.presets).toEqual([]);
  });

  test('of a copy counts on, and a number that is part of a name stays in it', () => {
    const twice = insertCells(first, [copyOf(first, cell(first, 'text'))], 3);
    expect(copyOf(twice, twice.cells[3]).id).toBe('text-3');
    const named = renameCell(first, 'text', 'gpt-2');
    expect(copyOf(named, cell(named, 'text', 'gpt-2')).id).toBe('gpt-2-2');
  });

  test('avoids names that old results are kept under, and keeps a title within its limit', () => {
    const long = { ...cell(first, 'text'), title: 'x'.repeat(200) };
    expect(copyOf(first, long, ['text-2'])).toMatchObject({ id: 'text-3', title: 'x'.repeat(200) });
  });
});

/** With numbers that came with its soups. */
const withNumbers = ((): Notebook => {
  const backend = { kind: 'node', precision: 'fp32', runtime: 'fake 1', device: '2 threads' };
  const result = { cell: 'uniform', key: '0'.repeat(16), backend, kind: 'soup', ingredients: ['step7000', 'step8000'], coefficients: [0.5, 0.5], stderrs: null, nll: [] };
  const reported = { app: '1', finished: '2026-01-01T00:00:00Z', secondsPerRun: null, results: [result, { ...result, cell: 'weighted' }] };
  return toNotebook({ ...first, reported }, 'f');
})();

describe('a name that numbers which came with the notebook still have', () => {
  test('is given to no new cell and to no copy', () => {
    const gone = deleteCell(renameCell(withNumbers, 'uniform', 'soup'), 'soup');
    expect(newCell(gone, 'soup', 1).id).toBe('soup-2');
    const named = renameCell(deleteCell(renameCell(withNumbers, 'uniform', 'text-2'), 'text-2'), 'weighted', 'fitted');
    expect(copyOf(named, cell(named, 'text')).id).toBe('text-3');
  });
});

describe('renaming', () => {
  test('says the new name wherever the old one stood', () => {
    const renamed = renameCell(renameCell(first, 'text', 'words'), 'checkpoints', 'two');
    expect(cell(renamed, 'soup', 'weighted')).toMatchObject({ ingredients: ['two'], text: 'words' });
    expect(cell(renamed, 'sweep', 'line')).toMatchObject({ between: ['two'], text: 'words' });
    expect(cell(renamed, 'perplexity')).toMatchObject({ models: ['two', 'uniform', 'weighted'], texts: ['words'] });
    expect(cell(renamed, 'evaluation').models).toEqual(['two', 'uniform', 'weighted']);
    expect(cell(renameCell(first, 'uniform', 'equal'), 'sweep', 'line').marks).toEqual(['equal', 'weighted']);
    expect(renameCell(renameCell(first, 'uniform', 'equal'), 'equal', 'uniform')).toEqual(first);
  });

  test('takes the numbers along that came with the cell', () => {
    const renamed = opened(renameCell(withNumbers, 'uniform', 'equal'));
    expect(renamed.reported?.results.map((each) => each.cell)).toEqual(['equal', 'weighted']);
    expect(renameCell(withNumbers, 'uniform', 'uniform')).toEqual(withNumbers);
  });

  test('to the name of a cell that is gone lets go of the numbers that came with that one', () => {
    const renamed = opened(renameCell(deleteCell(withNumbers, 'weighted'), 'uniform', 'weighted'));
    expect(renamed.reported?.results).toEqual([{ ...withNumbers.reported?.results[0], cell: 'weighted' }]);
  });

  test('leaves every key as it was, up to the names', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(first.cells.length - 1), { maxLength: 6 }), (which) => {
        const names = ids(first);
        const renamed = which.reduce((n, at, i) => renameCell(n, n.cells[at].id, (names[at] = `name ${i}`)), first);
        expect(ids(renamed)).toEqual(names);
        const [before, after] = [[...cellKeys(first).values()], [...cellKeys(renamed).values()]];
        expect(after.map(({ content }) => content)).toEqual(before.map(({ content }) => content));
      }),
    );
  });

  test('of a cell that nobody names changes no key at all', () => {
    const after = cellKeys(renameCell(first, 'evaluation', 'questions'));
    for (const [id, key] of cellKeys(first)) expect(after.get(id === 'evaluation' ? 'questions' : id)).toEqual(key);
  });
});

test('a cell without names is left as it is when names are replaced', () => {
  const loud = (name: string): string => name.toUpperCase();
  const changed = first.cells.filter((each: Cell) => withNames(each, loud) !== each).map(({ id }) => id);
  expect(changed).toEqual(['weighted', 'uniform', 'line', 'perplexity', 'evaluation']);
});
