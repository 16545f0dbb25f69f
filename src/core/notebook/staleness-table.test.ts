/** Every kind of edit, and exactly which results it makes stale: the default notebook, and beside it what it does not have. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sha256Of } from '../sha256';
import { isRunnable } from './cells';
import { placeOf } from './choices';
import { parseNotebook, toNotebook, type Cell, type CellKind, type CellOf, type EvaluationTask, type Notebook, type TextItems } from './document';
import { copyOf, deleteCell, insertCells, moveCell, newCell, renameCell } from './edits';
import { afterEdit, emptyHistory, redone, undone } from './history';
import { cellKeys, staleReason } from './stale';

type Edit = (notebook: Notebook) => Notebook;

const first = parseNotebook(readFileSync(new URL('../../../public/notebooks/first-soup.json', import.meta.url), 'utf8'), 'first-soup.json');

/** A text of items, soups by hand and of soups, and more that is measured. */
const more = [
  { id: 'items', kind: 'text', text: '', items: { name: 'piqa_style', limit: 20 } },
  { id: 'hand', kind: 'soup', method: 'manual', ingredients: ['step7000', 'step8000'], parameters: { coefficients: [0.25, 0.75] } },
  { id: 'soups', kind: 'soup', method: 'uniform', ingredients: ['uniform', 'hand'] },
  { id: 'on-items', kind: 'perplexity', models: ['soups'], texts: ['items'] },
  { id: 'one', kind: 'perplexity', models: ['step8000'], texts: ['text'] },
  { id: 'asked', kind: 'evaluation', models: ['hand'], tasks: [{ name: 'piqa_style', shots: 2 }, { name: 'winogrande_style' }] },
];
const notebook = toNotebook({ ...first, cells: [...first.cells, ...more] }, 'the table');

function cell<K extends CellKind>(kind: K, id: string): CellOf<K> {
  const found = notebook.cells.find((candidate): candidate is CellOf<K> => candidate.kind === kind && candidate.id === id);
  if (!found) throw new Error(`no ${kind} cell ${id}`);
  return found;
}

const set = <K extends CellKind>(kind: K, id: string, patch: Partial<Omit<CellOf<K>, 'id' | 'kind'>>): Edit => {
  const edited = { ...cell(kind, id), ...patch } as Cell;
  return (n) => ({ ...n, cells: n.cells.map((other) => (other.id === id ? edited : other)) });
};
const setItems = (patch: Partial<TextItems>, paradigm: CellOf<'text'>['paradigm'] = 'raw'): Edit =>
  set('text', 'items', { paradigm, items: { ...(cell('text', 'items').items as TextItems), ...patch } });
const setTask = (at: number, patch: Partial<EvaluationTask>): Edit =>
  set('evaluation', 'asked', { tasks: cell('evaluation', 'asked').tasks.map((task, i) => (i === at ? { ...task, ...patch } : task)) });
const setParameters = (id: string, parameters: CellOf<'soup'>['parameters']): Edit => set('soup', id, { parameters });
const add = (kind: CellKind, at: number): Edit => (n) => insertCells(n, [newCell(n, kind, at)], at);
const remove = (id: string): Edit => (n) => deleteCell(n, id);
const move = (id: string, by: number): Edit => (n) => moveCell(n, id, by);
const rename = (id: string, to: string): Edit => (n) => renameCell(n, id, to);
const duplicate = (id: string): Edit => (n) => insertCells(n, [copyOf(n, n.cells[placeOf(n, id)])], placeOf(n, id) + 1);
const toStart = (id: string): Edit => move(id, -notebook.cells.length);

const { checkpoints, presets } = cell('checkpoints', 'checkpoints');
const [, distant] = presets;
const step500 = distant.checkpoints[0];
const words = cell('text', 'text').text;
const strided = { kind: 'strided', stride: 128 } as const;
const hash = 'a'.repeat(64);

/** What rests on the text, also by a soup that takes its coefficients from it; and on all of the checkpoints. */
const onText = 'weighted line perplexity evaluation one';
const onCheckpoints = 'checkpoints weighted uniform line perplexity evaluation soups on-items';

const nothing = '';
const table: [what: string, edit: Edit, stale: string][] = [
  ['the notebook’s title', (n) => ({ ...n, title: 'Another' }), nothing],
  ['the title of a text', set('text', 'text', { title: 'Another' }), nothing],
  ['the title of a soup', set('soup', 'uniform', { title: 'Another' }), nothing],
  ['the words of a note', set('note', 'intro', { markdown: 'Another' }), nothing],

  ['a text: its words', set('text', 'text', { text: `${words}.` }), onText],
  ['… a line end at its end', set('text', 'text', { text: `${words}\n` }), onText],
  ['… its words withheld: it is the same text', set('text', 'text', { text: '', withheld: { sha256: sha256Of(words), bytes: 1 } }), nothing],
  ['… another one withheld', set('text', 'text', { text: '', withheld: { sha256: hash, bytes: 1 } }), onText],
  ['… how it is split', set('text', 'text', { split: 'none' }), onText],
  ['… split at separators', set('text', 'text', { split: 'separator' }), onText],
  ['… the separator, while it is split at blank lines', set('text', 'text', { separator: '---' }), nothing],
  ['… the paradigm, while it is a written one', set('text', 'text', { paradigm: 'few-shot' }), nothing],
  ['… made of items instead', set('text', 'text', { items: cell('text', 'items').items }), onText],

  ['a text of items: how many', setItems({ limit: 10 }), 'on-items'],
  ['… how many are passed over', setItems({ skip: 3 }), 'on-items'],
  ['… which ones', setItems({ sha256: hash }), 'on-items'],
  ['… where they were fetched', setItems({ commit: 'b'.repeat(40) }), nothing],
  ['… an instruction in front', setItems({}, 'zero-shot'), 'on-items'],
  ['… demonstrations in front', setItems({ shots: 2 }, 'few-shot'), 'on-items'],
  ['… demonstrations, their seed and their pool while none are shown', setItems({ shots: 2, seed: 1, pool: hash }), nothing],
  ['… whether what stands in front is scored, while nothing does', setItems({ scored: 'all' }), nothing],
  ['… words that are written under the items', set('text', 'items', { text: 'Not read.' }), nothing],
  ['… written ones instead', set('text', 'items', { items: null, text: 'Read.' }), 'on-items'],

  ['checkpoints: one more, in front', set('checkpoints', 'checkpoints', { checkpoints: [step500, ...checkpoints] }), onCheckpoints],
  ['… one less', set('checkpoints', 'checkpoints', { checkpoints: [checkpoints[1]] }), `${onCheckpoints} hand asked`],
  ['… none', set('checkpoints', 'checkpoints', { checkpoints: [] }), `${onCheckpoints} hand one asked`],
  ['… a preset', set('checkpoints', 'checkpoints', { checkpoints: distant.checkpoints }), `${onCheckpoints} hand asked`],
  ['… their order', set('checkpoints', 'checkpoints', { checkpoints: [...checkpoints].reverse() }), onCheckpoints],
  ['… the presets themselves', set('checkpoints', 'checkpoints', { presets: [] }), nothing],

  ['a soup: its method', set('soup', 'weighted', { method: 'uniform' }), 'weighted line perplexity evaluation'],
  ['… its temperature', setParameters('weighted', { temperature: 2 }), 'weighted line perplexity evaluation'],
  ['… the temperature it has anyway', setParameters('weighted', {}), nothing],
  ['… the temperature, while it is uniform', setParameters('uniform', { temperature: 2 }), nothing],
  ['… its coefficients', setParameters('hand', { coefficients: [0.5, 0.5] }), 'hand soups on-items asked'],
  ['… coefficients that another method left behind', setParameters('weighted', { temperature: 1, coefficients: [0.5, 0.5] }), nothing],
  ['… its text', set('soup', 'weighted', { text: 'items' }), 'weighted line perplexity evaluation'],
  ['… its text, while it is uniform', set('soup', 'uniform', { text: 'items' }), nothing],
  ['… its convention', set('soup', 'weighted', { convention: strided }), 'weighted line perplexity evaluation'],
  ['… its convention, while it is uniform', set('soup', 'uniform', { convention: strided }), nothing],
  ['… one ingredient less', set('soup', 'hand', { ingredients: ['step8000'] }), 'hand soups on-items asked'],
  ['… the checkpoints by name instead of all of them', set('soup', 'uniform', { ingredients: ['step7000', 'step8000'] }), 'uniform line perplexity evaluation soups on-items'],

  ['a sweep: its points', set('sweep', 'line', { points: 5 }), 'line'],
  ['… its marks', set('sweep', 'line', { marks: ['uniform'] }), 'line'],
  ['… where its slider stands', set('sweep', 'line', { at: 0.9 }), nothing],
  ['… its ends', set('sweep', 'line', { between: ['step7000', 'uniform'] }), 'line'],
  ['… its text', set('sweep', 'line', { text: 'items' }), 'line'],
  ['… its convention', set('sweep', 'line', { convention: strided }), 'line'],

  ['a perplexity: its models', set('perplexity', 'perplexity', { models: ['checkpoints'] }), 'perplexity'],
  ['… its texts', set('perplexity', 'perplexity', { texts: ['text', 'items'] }), 'perplexity'],
  ['… its convention', set('perplexity', 'perplexity', { convention: strided }), 'perplexity'],

  ['an evaluation: its models', set('evaluation', 'asked', { models: ['hand', 'soups'] }), 'asked'],
  ['… one task less', set('evaluation', 'asked', { tasks: cell('evaluation', 'asked').tasks.slice(1) }), 'asked'],
  ['… how many items', setTask(0, { limit: 10 }), 'asked'],
  ['… which items', setTask(0, { sha256: hash }), 'asked'],
  ['… where they were fetched', setTask(0, { commit: 'b'.repeat(40) }), nothing],
  ['… how many demonstrations', setTask(0, { shots: 3 }), 'asked'],
  ['… the seed of demonstrations', setTask(0, { seed: 1 }), 'asked'],
  ['… what demonstrations are drawn from', setTask(0, { pool: hash }), 'asked'],
  ['… the same, while none are shown', setTask(1, { seed: 1, pool: hash }), nothing],

  ...(['note', 'checkpoints', 'text', 'perplexity', 'soup', 'sweep', 'evaluation'] as const).flatMap((kind): typeof table => [
    [`a new ${kind} cell at the start`, add(kind, 0), nothing],
    [`a new ${kind} cell in the middle`, add(kind, 4), nothing],
  ]),

  ['the note deleted', remove('intro'), nothing],
  ['the checkpoints deleted', remove('checkpoints'), 'weighted uniform line perplexity evaluation hand soups on-items one asked'],
  ['the text deleted', remove('text'), onText],
  ['the text of items deleted', remove('items'), 'on-items'],
  ['a soup deleted', remove('uniform'), 'line perplexity evaluation soups on-items'],
  ['a soup of soups deleted', remove('soups'), 'on-items'],
  ['the sweep deleted', remove('line'), nothing],
  ['a perplexity deleted', remove('perplexity'), nothing],
  ['an evaluation deleted', remove('evaluation'), nothing],

  ['the note moved to the end', move('intro', 99), nothing],
  ['the text moved up, above the checkpoints', move('text', -1), nothing],
  ['the text moved down, below the weighted soup', move('text', 1), 'weighted line perplexity evaluation'],
  ['the text moved down, below all that reads it', move('text', 99), onText],
  ['the uniform soup moved up, past another one', move('uniform', -1), nothing],
  ['the uniform soup moved down, below the sweep', move('uniform', 1), 'line'],
  ['the uniform soup moved down, below all that is measured of it first', move('uniform', 3), 'line perplexity evaluation'],
  ['the uniform soup moved to the start', toStart('uniform'), 'uniform line perplexity evaluation soups on-items'],
  ['the checkpoints moved down, below the text', move('checkpoints', 1), nothing],
  ['the checkpoints moved to the end', move('checkpoints', 99), 'weighted uniform line perplexity evaluation hand soups on-items one asked'],
  ['the sweep moved up, above the soups that it marks', move('line', -2), 'line'],
  ['the sweep moved down', move('line', 2), nothing],
  ['a perplexity moved to the start', toStart('one'), 'one'],

  ['a text renamed', rename('text', 'words'), onText],
  ['the checkpoints renamed', rename('checkpoints', 'two'), 'weighted uniform line perplexity evaluation soups on-items'],
  ['a soup renamed', rename('hand', 'by-hand'), 'soups on-items asked'],
  ['a perplexity renamed', rename('perplexity', 'measured'), nothing],

  ...notebook.cells.map(({ id }): (typeof table)[number] => [`a copy of “${id}”`, duplicate(id), nothing]),
];

/** The cells that have a result under their name, and one that does not hold any more. */
function staleAfter(before: Notebook, after: Notebook): string[] {
  const [then, now] = [cellKeys(before), cellKeys(after)];
  return after.cells.filter((each) => isRunnable(each) && then.has(each.id) && then.get(each.id)?.key !== now.get(each.id)?.key).map(({ id }) => id);
}

const inOrder = (ids: Iterable<string>): string[] => [...ids].sort();

describe('an edit makes exactly these results stale, and taking it back makes them hold again', () => {
  test.each(table)('%s', (_, edit, stale) => {
    const after = toNotebook(edit(notebook), 'after the edit');
    expect(after).not.toEqual(notebook);
    expect(inOrder(staleAfter(notebook, after))).toEqual(inOrder(stale.split(' ').filter(Boolean)));

    const back = undone(afterEdit(emptyHistory<Notebook>(), notebook, { did: 'edit', place: null, at: 0 }), after);
    expect(back && staleAfter(notebook, back.value)).toEqual([]);
    const again = back && redone(back.history, back.value);
    expect(again?.value).toBe(after);
  });

  test('each of them with a reason', () => {
    for (const [what, edit] of table) {
      const after = edit(notebook);
      const [then, now] = [cellKeys(notebook), cellKeys(after)];
      for (const id of staleAfter(notebook, after)) {
        expect(staleReason(now.get(id) as never, then.get(id) as never, after), `${id} after ${what}`).toMatch(/^(Its settings changed since|Only names changed since|“.+” (changed|moved below this cell|was removed|were removed) since) this was computed/);
      }
    }
  });
});

describe('a renaming', () => {
  test.each(['checkpoints', 'text', 'weighted', 'uniform', 'hand', 'soups'])('of “%s” leaves its own key as it is, and all that is stale is stale for its names', (id) => {
    const after = renameCell(notebook, id, 'another');
    const [then, now] = [cellKeys(notebook), cellKeys(after)];
    expect(now.get('another')).toEqual(then.get(id));
    for (const stale of staleAfter(notebook, after)) expect(now.get(stale)?.content).toBe(then.get(stale)?.content);
  });

  test('to another name and back is none', () => {
    expect(renameCell(renameCell(notebook, 'uniform', 'equal'), 'equal', 'uniform')).toEqual(notebook);
  });
});

test('two edits at once make stale what either does', () => {
  const edits = table.filter(([what]) => ['a text: its words', 'a sweep: its points', 'an evaluation: its models'].includes(what));
  const after = edits.reduce((n, [, edit]) => edit(n), notebook);
  expect(inOrder(staleAfter(notebook, after))).toEqual(inOrder(new Set(edits.flatMap(([, , stale]) => stale.split(' ')))));
});

/** What methods are told, and what compares them. */
const methods = toNotebook(
  {
    stockpot: 4,
    title: 'Methods',
    cells: [
      { id: 'checkpoints', kind: 'checkpoints', checkpoints },
      { id: 'seen', kind: 'text', text: 'Seen.' },
      { id: 'held-out', kind: 'text', text: 'Held out.' },
      { id: 'by-text', kind: 'soup', method: 'greedy', ingredients: ['checkpoints'], text: 'seen' },
      { id: 'by-items', kind: 'soup', method: 'fisher', ingredients: ['checkpoints'], text: 'seen', items: { name: 'piqa_style', limit: 20 } },
      { id: 'pairs', kind: 'sweep', over: 'pairs', between: ['checkpoints'], text: 'held-out' },
      { id: 'compared', kind: 'comparison', groups: [['step7000', 'step8000']], methods: ['uniform', 'greedy'], text: 'seen', items: null, texts: ['held-out'], tasks: [{ name: 'winogrande_style' }] },
      { id: 'compared-by-items', kind: 'comparison', groups: [['step7000', 'step8000']], methods: ['fisher'], text: 'seen', items: { name: 'piqa_style', limit: 20 }, texts: ['held-out'] },
    ],
  },
  'the methods',
);
const edit =
  (id: string, patch: object): Edit =>
  (n) => ({ ...n, cells: n.cells.map((other) => (other.id === id ? ({ ...other, ...patch } as Cell) : other)) });
const itemsWith = (patch: object): object => ({ items: { ...(methods.cells.find(({ id }) => id === 'by-items') as CellOf<'soup'>).items, ...patch } });

const methodEdits: [what: string, edit: Edit, stale: string][] = [
  ['the words that methods look at', edit('seen', { text: 'Others.' }), 'by-text compared'],
  ['the words that soups are judged on', edit('held-out', { text: 'Others.' }), 'pairs compared compared-by-items'],
  ['greedy: the share that selects', edit('by-text', { parameters: { share: 0.25 } }), 'by-text'],
  ['… the share it has anyway', edit('by-text', { parameters: { share: 0.5 } }), nothing],
  ['… what another method is told', edit('by-text', { parameters: { ridge: 1, floor: 1, decay: 0.1 } }), nothing],
  ['… by items instead', edit('by-text', itemsWith({})), 'by-text'],
  ['fisher by items: how many', edit('by-items', itemsWith({ limit: 10 })), 'by-items'],
  ['… how many are passed over', edit('by-items', itemsWith({ skip: 5 })), 'by-items'],
  ['… where they were fetched', edit('by-items', itemsWith({ commit: 'b'.repeat(40) })), nothing],
  ['… the text that it does not read', edit('by-items', { text: 'held-out' }), nothing],
  ['… the floor', edit('by-items', { parameters: { floor: 0.1 } }), 'by-items'],
  ['… the estimator that items have anyway', edit('by-items', { parameters: { estimator: 'empirical' } }), nothing],
  ['… the other estimator', edit('by-items', { parameters: { estimator: 'sampled' } }), 'by-items'],
  ['… the seed, while nothing is drawn', edit('by-items', { parameters: { seed: 5 } }), nothing],
  ['… of a text instead', edit('by-items', { items: null }), 'by-items'],
  ['a sweep over pairs: its points', edit('pairs', { points: 7 }), nothing],
  ['… its marks', edit('pairs', { marks: ['by-text'] }), nothing],
  ['… over lengths', edit('pairs', { over: 'lengths' }), 'pairs'],
  ['a comparison: its groups', edit('compared', { groups: [['step8000', 'step7000']] }), 'compared'],
  ['… its methods', edit('compared', { methods: ['uniform'] }), 'compared'],
  ['… what one of them is told', edit('compared', { parameters: { share: 0.25 } }), 'compared'],
  ['… what a method is told that it does not have', edit('compared', { parameters: { floor: 0.25 } }), nothing],
  ['… which tasks judge', edit('compared', { tasks: [] }), 'compared'],
  ['… which texts judge', edit('compared', { texts: ['seen'] }), 'compared'],
  ['a comparison by items: the text that its methods do not read', edit('compared-by-items', { text: 'held-out' }), nothing],
  ['the checkpoints moved to the end', move('checkpoints', 99), 'by-text by-items pairs compared compared-by-items'],
];

describe('an edit to methods and comparisons', () => {
  test.each(methodEdits)('%s', (_, change, stale) => {
    const after = toNotebook(change(methods), 'after the edit');
    expect(after).not.toEqual(methods);
    expect(inOrder(staleAfter(methods, after))).toEqual(inOrder(stale.split(' ').filter(Boolean)));
  });
});
