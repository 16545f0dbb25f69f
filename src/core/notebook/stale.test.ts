import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseNotebook, type Cell, type CellKind, type CellOf, type Notebook } from './document';
import { renameCell } from './edits';
import { cellKeys, hashOf, staleReason, withInputs, type CellKey } from './stale';

const json = readFileSync(new URL('../../../public/notebooks/first-soup.json', import.meta.url), 'utf8');
const first = (): Notebook => parseNotebook(json, 'first-soup.json');

function cell<K extends CellKind>(notebook: Notebook, kind: K, id: string = kind): CellOf<K> {
  const found = notebook.cells.find((candidate): candidate is CellOf<K> => candidate.kind === kind && candidate.id === id);
  if (!found) throw new Error(`no ${kind} cell ${id}`);
  return found;
}

const index = (notebook: Notebook, id: string): number => notebook.cells.findIndex((candidate) => candidate.id === id);

function move(notebook: Notebook, id: string, before: string): void {
  const [moved] = notebook.cells.splice(index(notebook, id), 1);
  notebook.cells.splice(index(notebook, before), 0, moved);
}

describe('a key', () => {
  test('is the same whatever is only for show, and of other words another', () => {
    const [before, after] = [first(), first()];
    for (const each of after.cells) each.title = 'Another';
    expect(cellKeys(after)).toEqual(cellKeys(before));
    cell(after, 'text').text += '.';
    expect(cellKeys(after).get('text')).not.toEqual(cellKeys(before).get('text'));
  });

  test('a cell that names one checkpoint does not care about the others', () => {
    const [before, after] = [first(), first()];
    for (const n of [before, after]) cell(n, 'perplexity').models = ['step8000'];
    const [replacement] = cell(after, 'checkpoints').presets[1].checkpoints; // step500
    cell(after, 'checkpoints').checkpoints[0] = replacement;
    expect(cellKeys(after).get('perplexity')).toEqual(cellKeys(before).get('perplexity'));
    cell(after, 'checkpoints').checkpoints[1].sha256 = 'a'.repeat(64);
    expect(cellKeys(after).get('perplexity')).not.toEqual(cellKeys(before).get('perplexity'));
  });
});

describe('the reason', () => {
  const key = (notebook: Notebook, id: string): CellKey => cellKeys(notebook).get(id) ?? { key: '', definition: '', inputs: {} };
  const reason = (id: string, edit: (notebook: Notebook) => void): string | null => {
    const after = first();
    edit(after);
    return staleReason(key(after, id), key(first(), id), after);
  };

  test('is none while a result holds', () => {
    expect(reason('line', () => undefined)).toBeNull();
  });

  test('names the input that changed, or says that the settings did', () => {
    expect(reason('uniform', (n) => void cell(n, 'checkpoints').checkpoints.pop())).toBe('“Two checkpoints of one training run” changed since this was computed.');
    expect(reason('perplexity', (n) => void (cell(n, 'text').text += '.'))).toBe('“A text, without labels” changed since this was computed.');
    expect(reason('perplexity', (n) => void (cell(n, 'soup', 'weighted').parameters.temperature = 2))).toBe('“A soup weighted by perplexity” changed since this was computed.');
    expect(reason('line', (n) => void (cell(n, 'sweep', 'line').points = 3))).toMatch(/settings changed/);
  });

  test('says of an input that is not above any more where it went', () => {
    expect(reason('line', (n) => void n.cells.splice(index(n, 'text'), 1))).toBe('“text” was removed since this was computed.');
    expect(reason('evaluation', (n) => void n.cells.splice(index(n, 'weighted'), 2))).toBe('“uniform” and “weighted” were removed since this was computed.');
    expect(reason('weighted', (n) => move(n, 'text', 'line'))).toBe('“A text, without labels” moved below this cell since this was computed.');
    expect(reason('perplexity', (n) => move(n, 'perplexity', 'weighted'))).toBe('“A soup in equal parts” and “A soup weighted by perplexity” moved below this cell since this was computed.');
  });

  test('says so of a checkpoint that is not chosen any more, or stands below', () => {
    const why = (edit: (notebook: Notebook) => void): string | null => {
      const [before, after] = [first(), first()];
      for (const n of [before, after]) cell(n, 'perplexity').models = ['step7000'];
      edit(after);
      return staleReason(key(after, 'perplexity'), key(before, 'perplexity'), after);
    };
    expect(why((n) => void cell(n, 'checkpoints').checkpoints.shift())).toBe('“step7000” was removed since this was computed.');
    expect(why((n) => move(n, 'perplexity', 'checkpoints'))).toBe('“step7000” and “A text, without labels” moved below this cell since this was computed.');
  });

  test('tells several of them in one sentence', () => {
    const several = (n: Notebook): void => {
      cell(n, 'text').text += '.';
      n.cells.splice(index(n, 'uniform'), 1);
      move(n, 'weighted', 'evaluation');
    };
    expect(reason('line', several)).toBe('“A text, without labels” changed, “A soup weighted by perplexity” moved below this cell and “uniform” was removed since this was computed.');
  });

  test('of a renaming, here or further up, says that nothing is measured anew', () => {
    const only = /^Only names changed since this was computed: /;
    const renamed = (n: Notebook): void => {
      n.cells = renameCell(n, 'checkpoints', 'two').cells;
    };
    expect(reason('checkpoints', renamed)).not.toMatch(only); // it has no result under its new name
    for (const id of ['weighted', 'uniform', 'line', 'perplexity', 'evaluation']) expect(reason(id, renamed)).toMatch(only);
    expect(reason('line', (n) => void (renamed(n), (cell(n, 'sweep', 'line').points = 3)))).toMatch(/settings changed/);
    expect(reason('evaluation', (n) => void (renamed(n), (cell(n, 'text').text += '.')))).not.toMatch(only);
  });

  test('of an input that was renamed and then removed or moved says that, and of another input that it changed', () => {
    const renamed = (n: Notebook): void => {
      n.cells = renameCell(n, 'text', 'words').cells;
    };
    const after = (edit: (n: Notebook) => void) => (n: Notebook): void => (renamed(n), edit(n));
    const remove = after((n) => void n.cells.splice(index(n, 'words'), 1));
    for (const id of ['weighted', 'line', 'perplexity']) expect(reason(id, remove)).toBe('“words” was removed since this was computed.');
    expect(reason('weighted', after((n) => move(n, 'words', 'line')))).toBe('“A text, without labels” moved below this cell since this was computed.');
    expect(reason('perplexity', after((n) => void cell(n, 'checkpoints').checkpoints.pop()))).toBe('“Two checkpoints of one training run” changed since this was computed.');
    expect(reason('line', after((n) => void (cell(n, 'sweep', 'line').points = 3)))).toMatch(/settings changed/);
  });

  test('of another input chosen in the place of one says that the settings changed', () => {
    const another = (n: Notebook): void => {
      n.cells.unshift({ ...cell(n, 'text'), id: 'other', text: 'Another.' });
      cell(n, 'soup', 'weighted').text = 'other';
    };
    expect(reason('weighted', another)).toMatch(/settings changed/);
    expect(reason('uniform', (n) => void (cell(n, 'soup', 'uniform').ingredients = ['step8000']))).toMatch(/settings changed/);
    expect(reason('perplexity', (n) => void cell(n, 'perplexity').models.reverse())).toMatch(/settings changed/);
  });

  test('of a result that an older page kept is told without its content', () => {
    const after = first();
    cell(after, 'checkpoints').checkpoints.pop();
    const older = { ...key(first(), 'uniform'), content: undefined };
    expect(staleReason(key(after, 'uniform'), older, after)).toBe('“Two checkpoints of one training run” changed since this was computed.');
  });
});

describe('what must be run for a cell', () => {
  const needed = (id: string, notebook = first()): string[] => withInputs(notebook, id).map((each: Cell) => each.id);

  test.each([
    ['intro', ['intro']],
    ['uniform', ['checkpoints', 'uniform']],
    ['weighted', ['checkpoints', 'text', 'weighted']],
    ['line', ['checkpoints', 'text', 'weighted', 'uniform', 'line']],
    ['evaluation', ['checkpoints', 'text', 'weighted', 'uniform', 'evaluation']],
  ])('%s', (id, expected) => {
    expect(needed(id)).toEqual(expected);
  });

  test('a checkpoint’s name brings the cell it stands in', () => {
    const notebook = first();
    cell(notebook, 'evaluation').models = ['step7000'];
    expect(needed('evaluation', notebook)).toEqual(['checkpoints', 'evaluation']);
  });

  test('never a cell below it, and the cell itself comes last', () => {
    const notebook = first();
    move(notebook, 'text', 'evaluation');
    expect(needed('weighted', notebook)).toEqual(['checkpoints', 'weighted']);
  });
});

describe('the hash of a value', () => {
  test('is the sha256 of its JSON with every object’s fields in order', () => {
    const sorted = '{"a":[2,{"c":null,"d":"é"}],"b":1}';
    expect(hashOf({ b: 1, a: [2, { d: 'é', c: null }] })).toBe(createHash('sha256').update(sorted).digest('hex'));
  });

  test('tells lists of another order, numbers from text, and a name of the prototype', () => {
    const values = [[1, 2], [2, 1], ['1', 2], { 0: 1, 1: 2 }, JSON.parse('{"__proto__": 1}') as unknown, {}, JSON.parse('{"__proto__": 2}') as unknown, null];
    expect(new Set(values.map(hashOf)).size).toBe(values.length);
  });
});
