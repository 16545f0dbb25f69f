import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { makeParquet } from '../hub/make-parquet';
import { rowsOf } from '../hub/parquet';
import { unwatched } from '../scoring/watch';
import { itemsOfRows, readItemFiles } from './item-files';
import { hashOfItems, pinned } from './items-hash';
import { readRows } from './rows';
import { tasks } from './tasks';

const { piqa, mmlu } = tasks;
const items = itemsOfRows(piqa, [{ goal: 'g', sol1: 's', sol2: 't', label: 1 }], 'rows');

describe('the hash of items', () => {
  test('is the same for the same items, whatever they were read from', () => {
    const files = { jsonl: '{"label": 1, "sol2": "t", "goal": "g", "sol1": "s", "id": 7}\n', csv: 'goal,sol1,sol2,label\r\ng,s,t,1\r\n' };
    for (const text of Object.values(files)) expect(hashOfItems(readItemFiles(piqa, [{ name: 'f', text }]))).toBe(hashOfItems(items));
    const parquet = itemsOfRows(piqa, [{ goal: 'g', sol1: 's', sol2: 't', label: 1n }], 'f.parquet');
    expect(hashOfItems(parquet)).toBe(hashOfItems(items));
  });

  test.each(['piqa', 'winogrande', 'hellaswag', 'arc_easy', 'arc_challenge', 'openbookqa', 'boolq', 'lambada_openai', 'mmlu_us_foreign_policy'])(
    'is the same for rows of %s in JSON Lines and in parquet',
    async (name) => {
      const task = tasks[name] ?? mmlu;
      const text = readFileSync(new URL(`../../../reference/tasks/made_up/${name}.jsonl`, import.meta.url), 'utf8');
      const { rows } = readRows(task, [{ name, text }]);
      const stored = await rowsOf(makeParquet(rows), name, unwatched);
      expect(hashOfItems(itemsOfRows(task, stored, name))).toBe(hashOfItems(itemsOfRows(task, rows, name)));
    },
  );

  test.each([
    { goal: 'g ', sol1: 's', sol2: 't', label: 1 },
    { goal: 'g', sol1: 't', sol2: 's', label: 1 },
    { goal: 'g', sol1: 's', sol2: 't', label: 0 },
  ])('is another for %j', (row) => {
    expect(hashOfItems(itemsOfRows(piqa, [row], 'rows'))).not.toBe(hashOfItems(items));
  });

  test('minds the order of items, and the subject', () => {
    const row = { question: 'q', choices: ['a', 'b', 'c', 'd'], answer: 0 };
    const [one, other] = ['anatomy', 'virology'].map((subject) => itemsOfRows(mmlu, [{ ...row, subject }], 'rows'));
    expect(new Set([[...one, ...other], [...other, ...one], one, other].map(hashOfItems)).size).toBe(4);
  });
});

test('items are pinned by it', () => {
  const { sha256 } = pinned(piqa, items, null);
  expect(pinned(piqa, items, sha256)).toEqual({ items, sha256 });
  expect(() => pinned(piqa, items, 'b'.repeat(64))).toThrow(expect.objectContaining({ code: 'items-changed' }));
});
