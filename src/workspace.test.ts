/** Notebooks opened, left, taken over and deleted, with a store, a clock and locks in memory: nothing lands in the wrong one. */
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { fetchItems } from './asked-items';
import type { BridgeOptions } from './bridge';
import type { KeptNotebook } from './browser/storage';
import { unwatched } from './core/scoring/watch';
import { Workspace } from './workspace.svelte';

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
/** longer than a save waits */
const saved = (): Promise<void> => pause(400);

const shelf = new Map<string, KeptNotebook>();
const fetched = { sha256: 'b'.repeat(64), commit: null, count: 5 };

vi.mock('./browser/storage', () => ({
  readNotebook: async (id: string) => pause(3).then(() => shelf.get(id)),
  readNotebooks: () => Promise.resolve([...shelf.values()]),
  writeNotebook: (kept: KeptNotebook) => Promise.resolve(Boolean(shelf.set(kept.id, kept))),
  removeNotebook: (id: string) => Promise.resolve(void shelf.delete(id)),
  readResults: async () => pause(3).then(() => new Map()),
  replaceResults: () => Promise.resolve(),
  writeResult: () => Promise.resolve(true),
  browserMeasurements: () => ({}),
}));
vi.mock('./browser/items', () => ({ fetchAndKeep: async () => pause(20).then(() => fetched), keepItems: async () => pause(20).then(() => fetched) }));
vi.mock('./browser/fetch-text', () => ({
  fetchText: async (path: string) => pause(15).then(() => readFileSync(new URL(`../${path.startsWith('models') ? '' : 'public/'}${path}`, import.meta.url), 'utf8')),
}));
vi.mock('./bridge', () => ({ EngineBridge: vi.fn() }));
vi.mock('./browser/finder', () => ({ browserFinder: {} }));

/** What the browser has of locks, in one agent: https://w3c.github.io/web-locks/ */
const held = new Map<string, (reason: Error) => void>();
const locks = {
  request: (name: string, options: LockOptions, callback: (lock: object | null) => unknown) =>
    new Promise((resolve, reject) => {
      setTimeout(() => {
        if (held.has(name) && !options.steal) return options.ifAvailable && resolve(callback(null));
        held.get(name)?.(new DOMException('stolen', 'AbortError'));
        held.set(name, reject);
        void Promise.resolve(callback({ name })).then((value) => {
          if (held.get(name) === reject) held.delete(name);
          resolve(value);
        });
      }, 2);
    }),
};

const cells = [{ id: 'evaluation', kind: 'evaluation', models: [], tasks: [] }, { id: 'text', kind: 'text', text: 'mine' }];
function keep(id: string, title = id, lesson: string | null = null): void {
  shelf.set(id, { id, title, json: JSON.stringify({ stockpot: 2, title, cells }), lesson, link: null, saved: '2026-11-24' });
}
const titleOf = (id: string): string => (JSON.parse(shelf.get(id)?.json ?? '{}') as { title: string }).title;
const tasksOf = (id: string): unknown[] => (JSON.parse(shelf.get(id)?.json ?? '{}') as { cells: { tasks: unknown[] }[] }).cells[0].tasks;
const lockOf = (id: string): string => `stockpot-notebook-${id}`;

let workspace: Workspace;
/** how often the page wrote an address into the history */
let pushed = 0;
const go = (work: (workspace: Workspace) => Promise<unknown>): Promise<void> => workspace.attempt(() => work(workspace));

beforeEach(async () => {
  shelf.clear();
  held.clear();
  const kept = new Map<string, string>();
  const address = { hash: '', pathname: '/', search: '' };
  pushed = 0;
  const write = (_: unknown, __: unknown, url: string): void => {
    pushed++;
    address.hash = url.includes('#') ? url.slice(url.indexOf('#')) : '';
  };
  vi.stubGlobal('navigator', { locks });
  vi.stubGlobal('location', address);
  vi.stubGlobal('history', { pushState: write, replaceState: write });
  vi.stubGlobal('localStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value), removeItem: (key: string) => kept.delete(key) });
  keep('A');
  keep('B');
  workspace = await Workspace.start({} as BridgeOptions);
});

describe('openings take turns', () => {
  test('the one that was asked for last is shown, and no other one stays claimed', async () => {
    void go((w) => w.openKept('A'));
    void go((w) => w.openKept('B'));
    await go((w) => w.openKept('A'));
    expect([workspace.view.kind, workspace.open.origin.id, [...held.keys()]]).toEqual(['notebook', 'A', [lockOf('A')]]);
    await go((w) => w.goHome());
    await pause(5);
    expect([...held.keys()]).toEqual([]);
  });

  test('a slow one does not take the place of a later one', async () => {
    void go((w) => w.openLesson('what-scores-say'));
    await go((w) => w.openKept('A'));
    await pause(60);
    expect(workspace.open.notebook.title).toBe('A');
  });
});

describe('what began in one notebook does not end in the next', () => {
  test('items that were fetched', async () => {
    await go((w) => w.openKept('A'));
    const fetching = fetchItems(workspace.open, 'piqa', 'items', unwatched, 'evaluation');
    await go((w) => w.openKept('B'));
    await fetching;
    await saved();
    expect([tasksOf('A'), tasksOf('B')]).toEqual([[], []]);
  });

  test('the way back to a lesson', async () => {
    keep('L', 'Changed', 'first-soup');
    await go((w) => w.openKept('L'));
    void go((w) => w.resetToLesson());
    await go((w) => w.openKept('B'));
    await saved();
    expect([titleOf('L'), titleOf('B'), workspace.open.notebook.title]).toEqual(['First soup', 'B', 'B']);
  });

  test('an edit of a notebook that was left', async () => {
    await go((w) => w.openKept('A'));
    await go((w) => w.goHome());
    keep('A', 'of another tab');
    workspace.open.rename('too late');
    await saved();
    expect(titleOf('A')).toBe('of another tab');
  });
});

test('what is typed last is saved when the notebook is left', async () => {
  await go((w) => w.openKept('A'));
  workspace.open.rename('the last word');
  await go((w) => w.goHome());
  expect(titleOf('A')).toBe('the last word');
  expect(workspace.notebooks.find(({ id }) => id === 'A')?.title).toBe('the last word');
});

test('a notebook that another tab took by force is not written over', async () => {
  await go((w) => w.openKept('A'));
  workspace.open.rename('typed by the tab that slept');
  void locks.request(lockOf('A'), { steal: true }, () => new Promise(() => undefined));
  await pause(10);
  keep('A', 'of the tab that took it');
  await saved();
  expect([workspace.view.kind, titleOf('A')]).toEqual(['elsewhere', 'of the tab that took it']);
});

test('deleting and bringing back is of what is there, not of what was listed an hour ago', async () => {
  await go((w) => w.goHome());
  const [listed] = workspace.notebooks.filter(({ id }) => id === 'A');
  keep('A', 'an hour of work in another tab');
  await go((w) => w.remove(listed));
  expect(shelf.has('A')).toBe(false);
  await go((w) => w.bringBack(w.deleted[0]));
  expect(titleOf('A')).toBe('an hour of work in another tab');
});

test('a notebook that another tab works on is not deleted', async () => {
  held.set(lockOf('A'), () => undefined);
  await go((w) => w.goHome());
  await go((w) => w.remove(w.notebooks.filter(({ id }) => id === 'A')[0]));
  expect([shelf.has('A'), workspace.problem?.code]).toEqual([true, 'notebook-in-use']);
});

test('a run that was cut short is offered once, and left for good where the reader says so', async () => {
  localStorage.setItem('stockpot-running-A', '["evaluation"]');
  await go((w) => w.openKept('A'));
  expect(workspace.open.interrupted).toEqual(['evaluation']);
  workspace.open.stop();
  expect(workspace.open.interrupted).toEqual([]);
  await go((w) => w.openKept('B'));
  await go((w) => w.openKept('A'));
  expect(workspace.open.interrupted).toEqual([]);
});

test('undo knows what was done before the notebook was left, but not where another tab changed it meanwhile', async () => {
  await go((w) => w.openKept('A'));
  workspace.open.rename('renamed');
  await go((w) => w.openKept('B'));
  await go((w) => w.openKept('A'));
  workspace.open.undo();
  expect(workspace.open.notebook.title).toBe('A');
  await go((w) => w.openKept('B'));
  keep('A', 'of another tab');
  await go((w) => w.openKept('A'));
  workspace.open.undo();
  expect(workspace.open.notebook.title).toBe('of another tab');
});

test('a notebook that is not here is said not to be, and the list is shown', async () => {
  await workspace.follow((location.hash = '#notebook=nowhere'));
  expect([workspace.view.kind, workspace.problem?.code, location.hash]).toEqual(['home', 'notebook-absent', '#notebooks']);
});

test('an address that the reader has left before it was shown is not written back', async () => {
  await workspace.follow((location.hash = '#notebook=A'));
  const there = workspace.follow((location.hash = '#notebooks'));
  const back = workspace.follow((location.hash = '#notebook=A')); // before the list could be shown
  await Promise.all([there, back]);
  expect([workspace.view.kind, location.hash, pushed]).toEqual(['notebook', '#notebook=A', 0]);
});
