/** The queue alone: the engine is a clock, and a cell's result is that it ran. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { BridgeOptions } from './bridge';
import type { BrowserMeasurements } from './browser/storage';
import { failure } from './core/errors';
import { toNotebook, type Notebook } from './core/notebook/document';
import type { Kitchen } from './core/notebook/kitchen';
import type { CellResult, KeptResult } from './core/notebook/results';
import { cellKeys, withInputs } from './core/notebook/stale';
import { RunQueue, type Host } from './run-queue.svelte';

const info = { kind: 'wasm', precision: 'fp32', runtime: 'none', device: 'a clock' } as const;
const [ran, opened] = [[] as string[], [] as string[]];
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
/** seconds that the engine takes for a run of the model, as it is timed */
let slowness = 0;

vi.mock('./bridge', () => ({
  EngineBridge: class {
    engine = (): Promise<unknown> =>
      Promise.resolve({
        info,
        open: ({ id }: { id: string }) => {
          opened.push(id);
          return id === 'gone' ? Promise.reject(failure('checkpoint-unknown', { checkpoint: id })) : Promise.resolve({ tokensPerRun: 512 });
        },
        scoreText: async () => {
          vi.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValueOnce(1000 * slowness);
          return Promise.resolve({});
        },
      });
  },
}));
vi.mock('./browser/items', () => ({ itemsOf: undefined }));
vi.mock('./core/notebook/run', () => ({
  runCell: async (cell: Notebook['cells'][number], { notebook, results, watch }: Kitchen): Promise<CellResult> => {
    for (let i = 0; i < 4; i++) {
      await pause(5);
      watch.checkStopped();
    }
    ran.push(cell.id);
    if (cell.kind === 'checkpoints' && cell.checkpoints.some(({ id }) => id === 'gone')) throw failure('checkpoint-unknown', { checkpoint: 'gone' });
    const soup = cell.kind === 'perplexity' && notebook.cells.find(({ id, kind }) => kind === 'soup' && cell.models.includes(id));
    if (soup && !results.soup(soup.id)) throw failure('soup-not-run', { soup: soup.id });
    return { kind: cell.kind } as CellResult;
  },
}));

const checkpoint = (id: string): object => ({ id, source: { kind: 'bundled', run: 'pico', name: id }, sha256: 'a'.repeat(64) });

/** A soup, a measurement that does without it, and one that rests on it. */
function book(method: 'uniform' | 'manual', more: object[] = []): Notebook {
  const cells = [
    ...more,
    { id: 'list', kind: 'checkpoints', checkpoints: [checkpoint('step1')] },
    { id: 'text', kind: 'text', text: 'Once upon a time.' },
    { id: 'soup', kind: 'soup', method, ingredients: ['list'], parameters: { coefficients: [1] } },
    { id: 'without', kind: 'perplexity', models: ['list'], texts: ['text'] },
    { id: 'with', kind: 'perplexity', models: ['soup'], texts: ['text'] },
  ];
  return toNotebook({ stockpot: 2, title: '', cells }, 'a test');
}

class Page implements Host {
  readonly kept = new Map<string, KeptResult>();
  readonly said: string[] = [];
  notebook = book('uniform');
  readonly queue = new RunQueue({} as BridgeOptions, {} as BrowserMeasurements, this);

  results = (): Map<string, KeptResult> => this.kept;
  holds: Host['holds'] = (id, { key }) => this.kept.get(id)?.key.key === key;
  keep: Host['keep'] = (id, kept) => void this.kept.set(id, kept);
  keyOf: Host['keyOf'] = (id) => cellKeys(this.notebook).get(id)?.key;
  precisionFor: Host['precisionFor'] = () => Promise.resolve('fp32');
  tell: Host['tell'] = (sentence) => void this.said.push(sentence);

  run(notebook: Notebook, cells = notebook.cells, forced?: string): Promise<boolean> {
    this.notebook = notebook;
    return this.queue.add(cells, { notebook, keys: cellKeys(notebook) }, forced);
  }

  async until(id: string): Promise<void> {
    await vi.waitFor(() => expect(this.queue.status(id).kind).toBe('running'), { interval: 1 });
  }
}

beforeEach(() => {
  [ran.length, opened.length, slowness] = [0, 0, 0];
});

test('cells run in order, one at a time, and those that hold are not run again', async () => {
  const page = new Page();
  expect(await page.run(page.notebook)).toBe(true);
  expect(ran).toEqual(['list', 'soup', 'without', 'with']);
  expect(page.said.at(-1)).toBe('Finished: 4 cells up to date.');
  await page.run(page.notebook);
  expect(ran).toHaveLength(4);
});

test('what waits is run after what it rests on, also when that was edited and asked for again meanwhile', async () => {
  const page = new Page();
  const whole = page.run(page.notebook);
  await page.until('without');
  expect(await page.run(book('manual'))).toBe(false);
  await whole;
  expect(ran).toEqual(['list', 'soup', 'without', 'soup', 'with']);
  expect(page.queue.status('with')).toEqual({ kind: 'idle' });
});

test('one cell is stopped, those that rest on it are left out, and the others go on', async () => {
  const page = new Page();
  const whole = page.run(page.notebook);
  await page.until('soup');
  page.queue.stopOne('soup');
  await whole;
  expect(ran).toEqual(['list', 'without']);
  expect(page.said.at(-1)).toBe('Finished: 2 cells up to date, 1 cell stopped, 1 cell left out for want of its inputs.');
});

test('everything is stopped at once, and asked for again at once', async () => {
  const page = new Page();
  const first = page.run(page.notebook);
  await page.until('soup');
  page.queue.stop();
  expect(page.queue.running).toBe(false);
  expect(await page.run(page.notebook)).toBe(true);
  expect(await first).toBe(false);
  expect(ran).toEqual(['list', 'soup', 'without', 'with']);
  expect([...page.kept.keys()]).toEqual(['list', 'soup', 'without', 'with']);
});

describe('a checkpoint that is not there', () => {
  const notebook = book('uniform', [{ id: 'broken', kind: 'checkpoints', checkpoints: [checkpoint('gone')] }]);

  test('stops only the cells that need it', async () => {
    const page = new Page();
    await page.run(notebook);
    expect(page.queue.status('broken')).toMatchObject({ kind: 'failed', failure: { code: 'checkpoint-unknown' } });
    expect([...page.kept.keys()]).toEqual(['list', 'soup', 'without', 'with']);
    expect(page.said.at(-1)).toBe('Finished: 4 cells up to date, 1 cell failed.');
  });

  test('is not asked for by cells that do without it', async () => {
    const page = new Page();
    await page.run(notebook, withInputs(notebook, 'with'));
    expect(opened).toEqual(['step1']);
  });

  test('is no failure any more once the cell is another', async () => {
    const page = new Page();
    await page.run(notebook);
    page.notebook = { ...notebook, cells: notebook.cells.map((cell) => (cell.id === 'broken' && cell.kind === 'checkpoints' ? { ...cell, checkpoints: [] } : cell)) };
    expect(page.queue.status('broken')).toEqual({ kind: 'idle' });
  });
});

test('a long run is asked about; without an answer nothing runs, and taking its cells out takes the question away', async () => {
  slowness = 1e6;
  const page = new Page();
  const whole = page.run(page.notebook, page.notebook.cells.filter(({ id }) => id === 'without'));
  await vi.waitFor(() => expect(page.queue.question).not.toBeNull());
  expect(page.queue.status('without')).toEqual({ kind: 'queued', place: 1, secondsUntil: null });
  page.queue.stopOne('without');
  await whole;
  expect([page.queue.question, page.queue.running, ran]).toEqual([null, false, []]);
});
