import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { filesByTask, itemsFrom, type ItemSources } from './items';
import { hashOfItems } from '../core/evaluation/items-hash';
import { bundledTasks, tasks } from '../core/evaluation/tasks';
import { fakeFetch, fakeHub } from '../core/hub/fake-hub';
import { makeParquet } from '../core/hub/make-parquet';
import type { ItemsRef } from '../core/notebook/document';
import type { TaskItems } from '../core/notebook/inputs';
import { unwatched } from '../core/scoring/watch';

const folder = mkdtempSync(join(tmpdir(), 'stockpot-items-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => void vi.unstubAllGlobals());

const row = (goal: string) => ({ goal, sol1: 'yes', sol2: 'no', label: 0 });

/** A file of items with these goals. */
function file(name: string, ...goals: string[]): string {
  const path = join(folder, name);
  writeFileSync(path, goals.map((goal) => JSON.stringify(row(goal))).join('\n'));
  return path;
}
const [asked, shown] = [file('valid.jsonl', 'cook', 'serve'), file('train.jsonl', 'wash')];

/** Items as the terminal finds them; the network is down. */
function find(ref: Partial<ItemsRef> & { name: string }, sources: Partial<ItemSources> = {}, fetch = (): Promise<never> => Promise.reject(new Error('somebody was asked'))): Promise<TaskItems> {
  vi.stubGlobal('fetch', fetch);
  return itemsFrom({ files: new Map(), demonstrations: new Map(), fetch: false, ...sources }, unwatched)({ sha256: null, pool: null, commit: null, shots: 0, seed: 1234, ...ref });
}
const goals = (items: TaskItems['items']): string[] => items.map(({ text }) => text);
const files = new Map([['piqa', [asked]]]);
const demonstrations = new Map([['piqa', [shown]]]);

describe('files by task', () => {
  test('are named once for each task, several with commas between', () => {
    expect(filesByTask(['piqa=valid.jsonl,labels.lst', 'own=a=b.csv'])).toEqual(new Map([['piqa', ['valid.jsonl', 'labels.lst']], ['own', ['a=b.csv']]]));
    expect(filesByTask([])).toEqual(new Map());
  });

  test.each(['soup=valid.jsonl', 'valid.jsonl', '=valid.jsonl', ''])('%j names no task and is refused', (option) => {
    expect(() => filesByTask([option])).toThrow(expect.objectContaining({ code: 'task-unknown', facts: expect.objectContaining({ task: option.split('=')[0] }) as unknown }));
  });

  test.each(['piqa', 'piqa='])('%j names no file and is refused', (option) => {
    expect(() => filesByTask([option])).toThrow(expect.objectContaining({ code: 'file-unrecognised', facts: expect.objectContaining({ file: option }) as unknown }));
  });
});

describe('items in the terminal', () => {
  test.each(bundledTasks)('of %s are at hand, and nobody is asked for them', async (name) => {
    const { items, pool, sha256 } = await find({ name }, { fetch: true });
    expect(items).toHaveLength(tasks[name].size.items);
    expect(pool).toBe(items);
    expect(sha256).toBe(hashOfItems(items));
  });

  test('are read from the files that were given, also in the place of bundled ones', async () => {
    const { items, sha256 } = await find({ name: 'piqa' }, { files });
    expect(goals(items)).toEqual(['cook', 'serve']);
    expect(goals((await find({ name: 'piqa', sha256 }, { files })).items)).toEqual(['cook', 'serve']);
    expect(goals((await find({ name: 'piqa_style' }, { files: new Map([['piqa_style', [asked]]]) })).items)).toEqual(['cook', 'serve']);
  });

  test('may lie in several files', async () => {
    const labels = join(folder, 'labels.lst');
    writeFileSync(labels, '1\n0\n');
    const { items } = await find({ name: 'piqa' }, { files: new Map([['piqa', [asked, labels]]]) });
    expect(items.map(({ gold }) => gold)).toEqual([1, 0]);
  });

  test('that no file was given for are refused, and nobody is asked for them without leave', async () => {
    await expect(find({ name: 'piqa' })).rejects.toMatchObject({ code: 'items-absent', facts: { task: 'PIQA' } });
    await expect(find({ name: 'winogrande' }, { files })).rejects.toMatchObject({ code: 'items-absent' });
  });

  test('that are not the pinned ones are refused', async () => {
    for (const name of ['piqa', 'piqa_style']) await expect(find({ name, sha256: 'f'.repeat(64) }, { files })).rejects.toMatchObject({ code: 'items-changed', facts: { expected: 'f'.repeat(64) } });
  });
});

describe('demonstrations in the terminal', () => {
  test('are the items themselves, or what was given for them', async () => {
    const own = await find({ name: 'piqa', shots: 1 }, { files });
    expect(own.pool).toBe(own.items);
    const apart = await find({ name: 'piqa', shots: 1 }, { files, demonstrations });
    expect([goals(apart.items), goals(apart.pool), apart.sha256]).toEqual([['cook', 'serve'], ['wash'], own.sha256]);
  });

  test('are the pinned ones, or are refused', async () => {
    const { pool } = await find({ name: 'piqa', shots: 1 }, { files, demonstrations });
    expect(goals((await find({ name: 'piqa', shots: 1, pool: hashOfItems(pool) }, { files, demonstrations })).pool)).toEqual(['wash']);
    await expect(find({ name: 'piqa', shots: 1, pool: 'f'.repeat(64) }, { files, demonstrations })).rejects.toMatchObject({ code: 'items-changed' });
  });

  test('that nobody is shown are not asked for', async () => {
    const { items, pool } = await find({ name: 'piqa', pool: 'f'.repeat(64) }, { files });
    expect(pool).toBe(items);
  });

  test('that are pinned and were not given are refused: the items do not stand in for them', async () => {
    const { sha256 } = await find({ name: 'piqa', shots: 1 }, { files });
    await expect(find({ name: 'piqa', shots: 1, pool: sha256 }, { files })).rejects.toMatchObject({ code: 'items-absent' });
    await expect(find({ name: 'piqa_style', shots: 1, pool: (await find({ name: 'piqa_style' })).sha256 })).rejects.toMatchObject({ code: 'items-absent' });
  });
});

describe('the Hub, where it may be asked', () => {
  const hub = fakeHub({ dataset: 'baber/piqa', config: 'default', split: 'train', files: [makeParquet([row('from the Hub')])] });

  test('is asked for what no file was given for, and for nothing else', async () => {
    const addresses: string[] = [];
    const pool = hashOfItems([tasks.piqa.item(row('from the Hub'))].flatMap((item) => item ?? []));
    const found = await find({ name: 'piqa', shots: 1, pool }, { files, fetch: true }, fakeFetch(hub, addresses) as () => Promise<never>);
    expect([goals(found.items), goals(found.pool)]).toEqual([['cook', 'serve'], ['from the Hub']]);
    expect(addresses.length).toBeGreaterThan(0);
    expect(addresses.join()).not.toContain('validation');
  });
});
