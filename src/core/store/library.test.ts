import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Catalog } from '../checkpoint/catalog';
import { sha256OfWeights, type CheckpointFiles, type PinnedFile, type Source } from '../checkpoint/source';
import type { Library } from '../engine';
import { unwatched } from '../scoring/watch';
import type { CheckpointRef } from '../soup/model';
import { FaultyDisk } from './faulty-disk';
import { FileStore } from './file-store';
import { libraryOf, type LibraryParts } from './library';
import { dataName } from './part';

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

function pinned(path: string, text: string): PinnedFile {
  return { path, bytes: bytesOf(text).length, sha256: createHash('sha256').update(text).digest('hex') };
}

const contents: Record<string, string> = { 'config.json': '{"é": 1}', 'tokenizer.json': '{"version": "1.0"}', 'a-1.bin': 'first shard', 'a-2.bin': 'second shard' };
const files: CheckpointFiles = {
  config: pinned('config.json', contents['config.json']),
  tokenizer: pinned('tokenizer.json', contents['tokenizer.json']),
  weights: ['a-1.bin', 'a-2.bin'].map((path) => pinned(path, contents[path])),
};
const commit = 'c'.repeat(40);

const ref = (source: Source, sha256 = sha256OfWeights(files.weights)): CheckpointRef => ({ id: 'mine', source, sha256 });
const hub = ref({ kind: 'hub', repo: 'owner/name', revision: 'step1000', commit, ...files });
const url = ref({ kind: 'url', base: 'https://files.example/run/checkpoint-30/', ...files });
const local = ref({ kind: 'local', folder: 'checkpoint-30', ...files });

const run = { name: 'run', files: { config: files.config, tokenizer: files.tokenizer }, checkpoints: [{ ...pinned('run/step9.bin', 'bundled'), name: 'step9' }] };
const catalog = { runs: [run] } as unknown as Catalog;

interface Made {
  library: Library;
  store: FileStore;
  disk: FaultyDisk;
  /** address and token of each request */
  asked: string[];
}

function made(parts: Partial<LibraryParts> = {}): Made {
  const disk = new FaultyDisk();
  const store = new FileStore(disk);
  const asked: string[] = [];
  const library = libraryOf({
    store,
    catalog: () => Promise.resolve(catalog),
    bundled: (file, name) => Promise.resolve(new Blob([`${name} ${file.path} ${file.sha256.slice(0, 4)}`])),
    settings: () => ({ endpoint: 'https://mirror.example', token: 'secret' }),
    fetch: (address, init) => {
      asked.push([address, new Headers(init.headers).get('authorization')].filter(Boolean).join(' '));
      const content = contents[address.split('/').pop() ?? ''];
      return Promise.resolve(content === undefined ? new Response('no', { status: 404 }) : new Response(content));
    },
    mayFetch: true,
    ...parts,
  });
  return { library, store, disk, asked };
}

async function expectAll(library: Library, checkpoint: CheckpointRef): Promise<void> {
  expect(await library.config(checkpoint, unwatched)).toBe(contents['config.json']);
  expect(await library.tokenizer(checkpoint, unwatched)).toBe(contents['tokenizer.json']);
  const weights = await library.weights(checkpoint, unwatched);
  expect(await Promise.all(weights.map((blob) => blob.text()))).toEqual(['first shard', 'second shard']);
}

test('of the Hub: at the commit, from the endpoint of the settings, with the token; and once', async () => {
  const { library, store, asked } = made();
  await expectAll(library, hub);
  await expectAll(library, hub);
  const at = `https://mirror.example/owner/name/resolve/${commit}`;
  expect(asked).toEqual(['config.json', 'tokenizer.json', 'a-1.bin', 'a-2.bin'].map((path) => `${at}/${path} Bearer secret`));
  expect((await store.contents()).map(({ name }) => name).sort()[0]).toBe('owner/name step1000 a-1.bin');
});

test('of an address: below it, without the token', async () => {
  const { library, asked } = made();
  await expectAll(library, url);
  expect(asked.at(-1)).toBe('https://files.example/run/checkpoint-30/a-2.bin');
});

test('one file serves every checkpoint that has it', async () => {
  const { library, asked } = made();
  await library.config(hub, unwatched);
  await library.config(url, unwatched);
  await library.config(local, unwatched);
  expect(asked).toHaveLength(1);
});

test('of a folder: what was picked is found, what was not is asked for', async () => {
  const { library, store, asked } = made();
  await expect(library.config(local, unwatched)).rejects.toMatchObject({ code: 'checkpoint-not-here', facts: { checkpoint: 'mine', folder: 'checkpoint-30', file: 'config.json' } });
  for (const [path, content] of Object.entries(contents)) await store.take(new Blob([content]), path, path, unwatched);
  await expectAll(library, local);
  expect(asked).toEqual([]);
});

test('bundled: the notebook says which weights it wants, the catalog where they lie', async () => {
  const { library } = made();
  const [weights] = await library.weights({ id: 'nine', source: { kind: 'bundled', run: 'run', name: 'step9' }, sha256: 'abcd'.repeat(16) }, unwatched);
  expect(await weights.text()).toBe('nine run/step9.bin abcd');
});

test('of a place that somebody named', async () => {
  const { library, asked } = made({ named: (_, file) => Promise.resolve(new Blob([contents[file.path]])) });
  await expectAll(library, local);
  await expectAll(library, hub);
  expect(asked).toEqual([]);
});

test('nothing is fetched where it may not be; what is here is used all the same', async () => {
  const { library, store } = made({ mayFetch: false });
  const bytes = Object.values(contents).reduce((sum, text) => sum + bytesOf(text).length, 0);
  await expect(library.weights(hub, unwatched)).rejects.toMatchObject({ code: 'checkpoint-not-fetched', facts: { checkpoint: 'mine', from: 'mirror.example', bytes } });
  await expect(library.weights(url, unwatched)).rejects.toMatchObject({ facts: { from: 'files.example' } });
  for (const [path, content] of Object.entries(contents)) await store.take(new Blob([content]), path, path, unwatched);
  await expectAll(library, hub);
});

test('a notebook whose pins contradict each other is not served', async () => {
  await expect(made().library.weights(ref(hub.source, 'a'.repeat(64)), unwatched)).rejects.toMatchObject({ code: 'checkpoint-changed' });
});

test('a text that went bad on the disk is fetched anew', async () => {
  const { library, disk, asked } = made();
  await library.config(hub, unwatched);
  await disk.damage(dataName(files.config.sha256), (data) => data.write(0, bytesOf('[')));
  expect(await library.config(hub, unwatched)).toBe(contents['config.json']);
  expect(asked).toHaveLength(2);
});
