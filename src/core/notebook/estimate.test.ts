import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../checkpoint/config';
import { LocalEngine } from '../engine';
import { readItemFiles } from '../evaluation/item-files';
import { taskNamed } from '../evaluation/tasks';
import { checkpointWithLevel, FakeBackend } from '../fakes';
import { unwatched } from '../scoring/watch';
import type { CheckpointRef } from '../soup/model';
import { isRunnable } from './cells';
import { parseNotebook, toNotebook, type Cell, type CellKind, type CellOf, type Notebook } from './document';
import { estimateRuns, estimateRunsEach } from './estimate';
import { memoryStore } from './measurements';
import { resultVersion, Results, type KeptResult } from './results';
import { runCell } from './run';
import { cellKeys, type CellKey } from './stale';

const root = new URL('../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const json = read('public/notebooks/first-soup.json');
const first = (): Notebook => parseNotebook(json, 'first-soup.json');
const perRun = 512;

function cell<K extends CellKind>(notebook: Notebook, kind: K): CellOf<K> {
  const found = notebook.cells.find((candidate): candidate is CellOf<K> => candidate.kind === kind);
  if (!found) throw new Error(`no ${kind} cell`);
  return found;
}
const estimate = (notebook: Notebook, ...cells: Cell[]): number => estimateRuns(notebook, cells, perRun);
const all = (notebook: Notebook): number => estimate(notebook, ...notebook.cells);

/** How many runs a notebook really takes, with pico's tokenizer and window on a model without a body to speak of. */
async function countRuns(notebook: Notebook): Promise<number> {
  const json = JSON.stringify({ ...(JSON.parse(read('models/pico/config.json')) as object), hidden_size: 8, num_hidden_layers: 1, num_attention_heads: 1, intermediate_size: 8 });
  const files = new Map<string, Blob>();
  for (const [i, ref] of cell(notebook, 'checkpoints').checkpoints.entries()) {
    const file = checkpointWithLevel(parseConfig(json, 'config.json'), i + 1);
    ref.sha256 = createHash('sha256').update(new Uint8Array(await file.arrayBuffer())).digest('hex');
    files.set(ref.id, file);
  }
  const backend = new FakeBackend(perRun);
  const library = {
    config: () => Promise.resolve(json),
    tokenizer: () => Promise.resolve(read('models/pico/tokenizer.json')),
    weights: ({ id }: CheckpointRef) => Promise.resolve([files.get(id) as Blob]),
  };
  const kept = new Map<string, KeptResult>();
  const kitchen = {
    notebook,
    engine: new LocalEngine(backend, library),
    results: new Results(kept, cellKeys(notebook), backend.info),
    measurements: memoryStore(),
    items: ({ name }: { name: string }) => {
      const items = readItemFiles(taskNamed(name), [{ name, text: read(`public/tasks/${name}.jsonl`) }]);
      return Promise.resolve({ items, pool: items, sha256: name });
    },
    watch: unwatched,
  };
  for (const each of notebook.cells.filter(isRunnable)) {
    kept.set(each.id, { version: resultVersion, key: cellKeys(notebook).get(each.id) as CellKey, backend: backend.info, finished: '', result: await runCell(each, kitchen) });
  }
  return backend.runs.length;
}

/** Ten texts that differ: the same document twice is scored once. */
function longer(text: string, times: number): string {
  return Array.from({ length: times }, (_, i) => text.replaceAll(/^(?=.)/gm, `${i} `)).join('\n\n');
}

describe('the estimate is within a factor of two of the runs it comes to', () => {
  test.each<[string, (notebook: Notebook) => void]>([
    ['the default notebook', () => undefined],
    ['a text ten times as long', (n) => void (cell(n, 'text').text = longer(cell(n, 'text').text, 10))],
    ['a text of one sentence', (n) => void (cell(n, 'text').text = 'The soup is hot.')],
    ['a sweep of 41 points', (n) => void (cell(n, 'sweep').points = 41)],
    ['ten items of a task', (n) => cell(n, 'evaluation').tasks.forEach((task) => (task.limit = 10))],
    ['no questions', (n) => void n.cells.splice(n.cells.indexOf(cell(n, 'evaluation')), 1)],
  ])('%s', async (_, edit) => {
    const notebook = first();
    edit(notebook);
    const [estimated, counted] = [all(notebook), await countRuns(notebook)];
    expect(estimated).toBeGreaterThan(counted / 2);
    expect(estimated).toBeLessThan(counted * 2);
  });
});

describe('the estimate of methods and comparisons is within a factor of two, too', () => {
  const compared = { id: 'compared', kind: 'comparison', groups: [['step7000', 'step8000']], methods: ['uniform', 'perplexity', 'greedy'], text: 'text', texts: ['text'] };
  test.each<[string, object[]]>([
    ['greedy by a text', [{ id: 'g', kind: 'soup', method: 'greedy', ingredients: ['checkpoints'], text: 'text' }]],
    ['greedy by items', [{ id: 'g', kind: 'soup', method: 'greedy', ingredients: ['checkpoints'], items: { name: 'piqa_style', limit: 60 } }]],
    ['a search', [{ id: 's', kind: 'soup', method: 'search', ingredients: ['checkpoints'], text: 'text' }]],
    ['every pair', [{ id: 'p', kind: 'sweep', over: 'pairs', between: ['checkpoints'], text: 'text' }]],
    ['the last ones', [{ id: 'l', kind: 'sweep', over: 'lengths', between: ['checkpoints'], text: 'text' }]],
    ['a comparison', [compared]],
    ['a comparison on items', [{ ...compared, texts: [], tasks: [{ name: 'piqa_style', limit: 60 }, { name: 'winogrande_style', limit: 40 }] }]],
  ])('%s', async (_, cells) => {
    const kept = first().cells.filter(({ kind }) => kind === 'checkpoints' || kind === 'text');
    const notebook = toNotebook({ stockpot: 4, title: '', cells: [...kept, ...cells] }, 'f');
    const [estimated, counted] = [all(notebook), await countRuns(notebook)];
    expect(estimated).toBeGreaterThan(counted / 2);
    expect(estimated).toBeLessThan(counted * 2);
  });

  test('gradients and Gram matrices count as the forward passes that they cost', () => {
    const soup = (method: string): Cell => ({ ...cell(first(), 'soup'), id: 'another', method, text: 'text', items: null }) as Cell;
    const [forward, fisher, regmean] = ['perplexity', 'fisher', 'regmean'].map((method) => estimate(first(), soup(method)));
    expect(fisher / forward).toBeGreaterThan(2.5);
    expect(regmean / forward).toBeGreaterThan(1.2);
    expect(fisher).toBeGreaterThan(regmean);
  });
});

describe('the estimate', () => {
  const notebook = first();

  test('of cells that measure nothing is 0', () => {
    const still = notebook.cells.filter(({ kind }) => kind === 'note' || kind === 'text' || kind === 'checkpoints');
    expect(estimate(notebook, ...still)).toBe(0);
    expect(estimate(notebook)).toBe(0);
    const uniform = notebook.cells.filter(({ id }) => id === 'uniform');
    expect(estimate(notebook, ...uniform)).toBe(0);
  });

  test('counts once what several cells share', () => {
    const perplexity = cell(notebook, 'perplexity');
    expect(estimate(notebook, perplexity, { ...perplexity, id: 'again' })).toBe(estimate(notebook, perplexity));
    expect(estimate(notebook, perplexity, cell(notebook, 'soup'))).toBe(estimate(notebook, perplexity));
  });

  test('grows with the text, which counts as a run at least', () => {
    const perplexity = cell(notebook, 'perplexity');
    const long = first();
    cell(long, 'text').text = cell(long, 'text').text.repeat(5);
    expect(estimate(long, perplexity)).toBeCloseTo(5 * estimate(notebook, perplexity), 6);
    cell(long, 'text').text = '';
    expect(estimate(long, perplexity)).toBe(4); // two checkpoints and two soups
  });

  test('knows how long the official sets are', () => {
    const evaluation = cell(first(), 'evaluation');
    const asked = (name: string, limit: number | null): number => estimate(notebook, { ...evaluation, tasks: [{ name, sha256: null, pool: null, commit: null, shots: 0, seed: 1234, limit, skip: 0 }] });
    expect(asked('piqa', null)).toBe(asked('piqa', 1838));
    expect(asked('winogrande', null)).toBe(asked('winogrande', 1267));
    expect(asked('piqa_style', null)).toBe(asked('piqa_style', 220));
    expect(asked('constructor', null)).toBe(asked('constructor', 100));
  });

  test('of names that stand for nothing is still a number', () => {
    expect(estimate(notebook, { ...cell(notebook, 'perplexity'), models: ['stew'], texts: ['nowhere'] })).toBe(1);
  });

  test('of each cell is what it adds to those before it', () => {
    const sums = notebook.cells.map((_, i) => estimate(notebook, ...notebook.cells.slice(0, i + 1)));
    const each = estimateRunsEach(notebook, notebook.cells, perRun);
    expect(each).toHaveLength(notebook.cells.length);
    each.forEach((runs, i) => expect(runs).toBeCloseTo(sums[i] - (sums[i - 1] ?? 0), 6));
    const evaluation = cell(first(), 'evaluation');
    const [long, short] = [null, 10].map((limit) => ({ ...evaluation, tasks: evaluation.tasks.map((task) => ({ ...task, limit })) }));
    expect(estimateRunsEach(notebook, [long, short], perRun)).toEqual([estimate(notebook, long), 0]);
    expect(estimateRunsEach(notebook, [short, long], perRun)[1]).toBeCloseTo(estimate(notebook, long) - estimate(notebook, short), 6);
  });

  test('of a long text that hundreds of cells name thousands of times takes no time', () => {
    const vast = first();
    cell(vast, 'text').text = 'Soup is good. '.repeat(36_000);
    const perplexity = { ...cell(vast, 'perplexity'), models: Array.from({ length: 100 }, (_, i) => `m${i}`), texts: Array.from({ length: 100 }, () => 'text') };
    const cells = Array.from({ length: 199 }, (_, i) => ({ ...perplexity, id: `p${i}` }));
    const start = performance.now();
    expect(estimate(vast, ...cells)).toBe(estimate(vast, cells[0]));
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
