import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { failure } from '../errors';
import type { Row } from '../evaluation/task';
import { unwatched } from '../scoring/watch';
import { makeParquet } from './make-parquet';
import { rowsOf } from './parquet';

const folder = join(import.meta.dirname, '../../../reference/parquet');
const reference = JSON.parse(await readFile(join(folder, 'rows.json'), 'utf8')) as Record<string, Row[]>;
const official = async (name: string): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await readFile(join(folder, `${name}.parquet`)));

describe('files as the Hub makes them, by Arrow', () => {
  test.each(Object.keys(reference))('%s', async (name) => {
    expect(await rowsOf(await official(name), name, unwatched)).toEqual(reference[name]);
  });
});

describe('the same rows written by the double of the Hub', () => {
  test.each(Object.keys(reference))('%s', async (name) => {
    expect(await rowsOf(makeParquet(reference[name], 5), name, unwatched)).toEqual(reference[name]);
  });
});

describe('values', () => {
  test('are as JSON would have them', async () => {
    const rows = [
      { whole: 3, half: 0.5, yes: true, none: null, list: [], struct: { deep: [1, 2], none: 'x' } },
      { whole: -4, half: 1.25, yes: false, none: 'some', list: ['a', 'b'], struct: { deep: [], none: null } },
    ];
    const read = await rowsOf(makeParquet(rows), 'f', unwatched);
    expect(read).toEqual(rows);
    expect(JSON.parse(JSON.stringify(read))).toEqual(rows);
  });

  test('an integer that no number holds stays exact', async () => {
    expect(await rowsOf(makeParquet([{ id: 2n ** 60n + 1n }, { id: 7n }]), 'f', unwatched)).toEqual([{ id: 2n ** 60n + 1n }, { id: 7 }]);
  });

  test('may lie within a larger buffer', async () => {
    const file = makeParquet([{ a: 'x' }]);
    const larger = new Uint8Array(file.byteLength + 20);
    larger.set(file, 10);
    expect(await rowsOf(larger.subarray(10, 10 + file.byteLength), 'f', unwatched)).toEqual([{ a: 'x' }]);
  });
});

describe('a file that cannot be read is named', () => {
  test.each<[string, () => Promise<Uint8Array<ArrayBuffer>>]>([
    ['empty', () => Promise.resolve(new Uint8Array())],
    ['something else', () => Promise.resolve(new TextEncoder().encode('{"goal": "a plain text"}'))],
    ['without its end', async () => (await official('arc')).slice(0, -20)],
    ['without its beginning', async () => (await official('arc')).slice(900)],
    ['with a footer longer than itself', async () => (await official('arc')).fill(0x7f, -8, -4)],
  ])('%s', async (_, file) => {
    await expect(rowsOf(await file(), 'a.parquet', unwatched)).rejects.toMatchObject({ code: 'parquet-malformed', facts: { file: 'a.parquet' } });
  });

  test('damage anywhere is a failure or other rows, and never hangs or crashes', async () => {
    const file = await official('sciq');
    for (let at = 0; at < file.byteLength; at += 7) {
      const damaged = file.map((byte, i) => (i === at ? byte ^ 0x55 : byte));
      await rowsOf(damaged, 'a.parquet', unwatched).catch((thrown: unknown) => expect(thrown).toMatchObject({ code: 'parquet-malformed' }));
    }
  });
});

test('Stop is heard between row groups', async () => {
  let checks = 0;
  const watch = {
    onProgress: () => undefined,
    checkStopped() {
      if (++checks === 2) throw failure('stopped');
    },
  };
  await expect(rowsOf(await official('hellaswag'), 'f', watch)).rejects.toMatchObject({ code: 'stopped' });
  expect(checks).toBe(2);
});
