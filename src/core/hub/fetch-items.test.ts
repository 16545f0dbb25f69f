import { describe, expect, test } from 'vitest';
import { hashOfItems } from '../evaluation/items-hash';
import { own } from '../evaluation/own';
import { piqa } from '../evaluation/piqa';
import { lambada } from '../evaluation/lambada';
import type { Task } from '../evaluation/task';
import { unwatched } from '../scoring/watch';
import { fakeCommit, fakeFetch, fakeHub } from './fake-hub';
import { fetchItems, type ItemsFetched } from './fetch-items';
import { makeParquet } from './make-parquet';

const rows = [0, 1, 1].map((label, i) => ({ goal: `goal ${i}`, sol1: 'yes', sol2: 'no', label }));
const shown = rows.map((row) => ({ ...row, goal: `shown ${row.goal}` }));

function ask(task: Task, which: 'items' | 'demonstrations', sha256: string | null = null): Promise<ItemsFetched> {
  const places = [['validation', rows], ['train', shown]] as const;
  const hubs = places.map(([split, part]) => fakeHub({ dataset: 'baber/piqa', config: 'default', split, files: [makeParquet([...part])] }));
  const hub = (address: string) => hubs.map((each) => each(address)).find(({ status }) => status !== 404) ?? hubs[0](address);
  return fetchItems({ task, which, sha256, commit: null, fetch: fakeFetch(hub), watch: unwatched });
}

describe('official items', () => {
  test('are those of the split that is asked, pinned by their hash and the commit', async () => {
    const { items, sha256, commit, bytes } = await ask(piqa, 'items');
    expect(items.map(({ text, gold }) => [text, gold])).toEqual([['goal 0', 0], ['goal 1', 1], ['goal 2', 1]]);
    expect([sha256, commit]).toEqual([hashOfItems(items), fakeCommit]);
    expect(bytes).toBeGreaterThan(100);
  });

  test('or those that demonstrations are drawn from', async () => {
    expect((await ask(piqa, 'demonstrations')).items[0].text).toBe('shown goal 0');
  });

  test('must be the pinned ones', async () => {
    const { sha256 } = await ask(piqa, 'items');
    expect((await ask(piqa, 'items', sha256)).sha256).toBe(sha256);
    await expect(ask(piqa, 'items', 'a'.repeat(64))).rejects.toMatchObject({ code: 'items-changed', facts: { found: sha256 } });
  });

  test.each([['items', own], ['demonstrations', lambada]] as const)('a task without such %s is told so, and nobody is asked', async (which, task) => {
    await expect(ask(task, which)).rejects.toMatchObject({ code: 'items-absent' });
  });
});
