import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { unwatched } from '../src/core/scoring/watch';
import type { CheckpointRef } from '../src/core/soup/model';
import { FakeServer } from '../src/core/store/fake-server';
import { FaultyDisk } from '../src/core/store/faulty-disk';
import { FileStore } from '../src/core/store/file-store';
import { dataName } from '../src/core/store/part';
import { Readers } from './readers';

const content = new Uint8Array(1000).fill(7);
const sha256 = createHash('sha256').update(content).digest('hex');
const file = { path: 'model.safetensors', bytes: content.length, sha256 };
const ref: CheckpointRef = { id: 'step9', source: { kind: 'bundled', run: 'pico', name: 'step9' }, sha256 };
const server = new FakeServer(content);

/** A file that came on an earlier visit. */
async function kept(damaged = false): Promise<{ store: FileStore; readers: Readers }> {
  const disk = new FaultyDisk();
  await new FileStore(disk).obtain(file, server.origin(), unwatched);
  if (damaged) await disk.damage(dataName(sha256), (data) => data.write(500, Uint8Array.of(8)));
  const store = new FileStore(disk);
  return { store, readers: new Readers(store) };
}

/** Whether it is settled once all that is at hand was done. */
async function settles(promise: Promise<unknown>): Promise<boolean> {
  const later = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 20));
  return Promise.race([promise.then(() => true), later]);
}

test('a file is not deleted before all who read it are done', async () => {
  const { store, readers } = await kept();
  await readers.read(1, ref);
  await readers.read(1, ref);
  await readers.read(2, ref);
  await readers.check(1);
  const deleting = store.remove(sha256);
  readers.release(1);
  expect(await settles(deleting)).toBe(false);
  readers.release(2);
  await deleting;
  expect(await store.find(sha256)).toBeNull();
});

test('a damaged file is told to all who read it, and can be fetched again while they still hold others', async () => {
  const { store, readers } = await kept(true);
  await Promise.all([readers.read(1, ref), readers.read(2, ref)]);
  for (const reader of [1, 2]) await expect(readers.check(reader)).rejects.toMatchObject({ code: 'checkpoint-damaged', facts: { checkpoint: 'step9' } });
  const blob = await store.obtain(file, server.origin(), unwatched);
  expect(new Uint8Array(await blob.arrayBuffer())).toEqual(content);
  await readers.read(3, ref);
  await readers.check(3);
});

test('one who let go before the file was found holds nothing', async () => {
  const { store, readers } = await kept();
  readers.release(1);
  await expect(readers.read(1, ref)).rejects.toMatchObject({ code: 'stopped' });
  await store.remove(sha256);
});

test('one who lets go while others keep the file from them holds nothing afterwards', async () => {
  const { store, readers } = await kept();
  const letGo = await store.reading(sha256);
  const deleting = store.remove(sha256);
  const reading = readers.read(1, ref);
  readers.release(1);
  letGo();
  await expect(reading).rejects.toMatchObject({ code: 'stopped' });
  await deleting;
  await store.remove(sha256);
});
