import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { bundledFiles, refOf, runNamed } from '../core/checkpoint/catalog';
import type { CheckpointFiles, PinnedFile } from '../core/checkpoint/source';
import type { Library } from '../core/engine';
import type { Fetch } from '../core/hub/request';
import { unwatched } from '../core/scoring/watch';
import { FileStore } from '../core/store/file-store';
import { FakeServer } from '../core/store/fake-server';
import { pieceBytes } from '../core/store/pieces';
import type { CheckpointRef } from '../core/soup/model';
import { sha256Of } from '../core/sha256';
import { cacheFolder, nodeDisk } from './node-disk';
import { foldersByCheckpoint, keepsSecrets, nodeLibrary, noFolders, readCatalog } from './node-library';

const models = join(import.meta.dirname, '../../models');
const catalog = await readCatalog(models);
const pico = runNamed(catalog, 'pico');
const base = mkdtempSync(join(tmpdir(), 'stockpot-library-'));
afterAll(() => rmSync(base, { recursive: true }));

let place = 0;
let kept = '';
beforeEach(() => {
  kept = join(base, `kept-${place++}`);
});

/** pico's last checkpoint as somebody has it on their machine. */
const bundled = refOf(pico, pico.checkpoints[pico.checkpoints.length - 1]);
const files = bundledFiles(catalog, { kind: 'bundled', run: 'pico', name: bundled.id });
const renamed = ({ bytes, sha256 }: PinnedFile, path: string): PinnedFile => ({ path, bytes, sha256 });
const own: CheckpointFiles = { config: renamed(files.config, 'config.json'), tokenizer: renamed(files.tokenizer, 'tokenizer.json'), weights: [renamed(files.weights[0], 'model.safetensors')] };
const sha256 = bundled.sha256;
const local: CheckpointRef = { id: 'mine', source: { kind: 'local', folder: 'checkpoint-30', ...own }, sha256 };
const hub: CheckpointRef = { id: 'theirs', source: { kind: 'hub', repo: 'a/b', revision: 'step1', commit: 'c'.repeat(40), ...own }, sha256 };

/** The folder that has the files of the sources above. */
function folder(): string {
  const at = join(base, `checkpoint-${place++}`);
  mkdirSync(at);
  copyFileSync(join(models, files.config.path), join(at, 'config.json'));
  copyFileSync(join(models, files.tokenizer.path), join(at, 'tokenizer.json'));
  copyFileSync(join(models, files.weights[0].path), join(at, 'model.safetensors'));
  return at;
}

test('bundled checkpoints come from their folder, and nothing is copied', async () => {
  const library = nodeLibrary(models, catalog, noFolders, kept);
  expect(JSON.parse(await library.config(bundled, unwatched))).toMatchObject({ model_type: 'gpt_neox' });
  const [weights] = await library.weights(bundled, unwatched);
  expect(weights.size).toBe(files.weights[0].bytes);
  expect(await nodeDisk(kept).names()).toEqual([]);
});

describe('--checkpoint', () => {
  test.each([local, hub])('names the folder of a checkpoint: $source.kind', async (ref) => {
    const library = nodeLibrary(models, catalog, { ...noFolders, folders: new Map([[ref.id, folder()]]) }, kept);
    expect(sha256Of(await library.tokenizer(ref, unwatched))).toBe(own.tokenizer.sha256);
    const [weights] = await library.weights(ref, unwatched);
    expect(sha256Of(new Uint8Array(await weights.arrayBuffer()))).toBe(sha256);
  });

  test('another file than the notebook pins is refused', async () => {
    const at = folder();
    const bytes = readFileSync(join(at, 'model.safetensors'));
    bytes[bytes.length - 1] ^= 1;
    writeFileSync(join(at, 'model.safetensors'), bytes);
    const library = nodeLibrary(models, catalog, { ...noFolders, folders: new Map([['mine', at]]) }, kept);
    await expect(library.weights(local, unwatched)).rejects.toMatchObject({ code: 'checkpoint-changed', facts: { checkpoint: 'mine', expected: sha256 } });
  });

  test('a folder without the file, and no folder at all', async () => {
    const nowhere = nodeLibrary(models, catalog, { ...noFolders, folders: new Map([['mine', base]]) }, kept);
    await expect(nowhere.weights(local, unwatched)).rejects.toMatchObject({ code: 'file-unreadable' });
    await expect(nodeLibrary(models, catalog, noFolders, kept).weights(local, unwatched)).rejects.toMatchObject({ code: 'checkpoint-not-here' });
  });

  test('is read as ID=FOLDER', () => {
    expect(foldersByCheckpoint(['a=b', 'c=d=e'])).toEqual(new Map([['a', 'b'], ['c', 'd=e']]));
    expect(() => foldersByCheckpoint(['a'])).toThrow('ID=FOLDER');
  });
});

describe('what lies on a server', () => {
  const serving: Fetch = (address) => Promise.resolve(new Response(new Uint8Array(readFileSync(join(models, ['config', 'tokenizer'].some((name) => address.includes(name)) ? `pico/${address.split('/').pop() ?? ''}` : files.weights[0].path)))));

  test('is fetched with --fetch alone, kept, and found by the next run', async () => {
    await expect(nodeLibrary(models, catalog, noFolders, kept, serving).weights(hub, unwatched)).rejects.toMatchObject({ code: 'checkpoint-not-fetched' });
    const [fetched] = await nodeLibrary(models, catalog, { ...noFolders, fetch: true }, kept, serving).weights(hub, unwatched);
    expect(fetched.size).toBe(own.weights[0].bytes);
    const [found] = await nodeLibrary(models, catalog, noFolders, kept).weights(hub, unwatched);
    expect(sha256Of(new Uint8Array(await found.arrayBuffer()))).toBe(sha256);
  });
});

test('what went bad where it is kept is not used, and fetched again where that is allowed', async () => {
  const serving: Fetch = () => Promise.resolve(new Response(new Uint8Array(readFileSync(join(models, files.weights[0].path)))));
  const library = (fetch: boolean): Library => nodeLibrary(models, catalog, { ...noFolders, fetch }, kept, serving);
  await library(true).weights(hub, unwatched);
  const path = join(kept, `${sha256}.data`);
  const bytes = readFileSync(path);
  bytes[bytes.length - 1] ^= 1;
  writeFileSync(path, bytes);
  await expect(library(false).weights(hub, unwatched)).rejects.toMatchObject({ code: 'checkpoint-not-fetched' });
  const [fetched] = await library(true).weights(hub, unwatched);
  expect(sha256Of(new Uint8Array(await fetched.arrayBuffer()))).toBe(sha256);
});

test('the store on a real disk: a cut, a new process, the rest', async () => {
  const content = new Uint8Array(2 * pieceBytes + 5).map((_, i) => (i * 31 + (i >> 11)) & 255);
  const file = { path: 'model.bin', bytes: content.length, sha256: sha256Of(content) };
  const server = new FakeServer(content, (request) => (request === 0 ? { cutAfter: 9 * 2 ** 20 } : { absent: true }));
  await expect(new FileStore(nodeDisk(kept)).obtain(file, server.origin(), unwatched)).rejects.toMatchObject({ code: 'download-failed' });
  server.behave = () => ({});
  const store = new FileStore(nodeDisk(kept));
  expect(await store.contents()).toMatchObject([{ here: pieceBytes }]);
  const blob = await store.obtain(file, server.origin(), unwatched);
  expect(Buffer.from(await blob.arrayBuffer()).equals(content)).toBe(true);
  expect(server.ranges.at(-1)).toBe(`bytes=${pieceBytes}-${content.length - 1}`);
  expect((await store.usage()).free).toBeGreaterThan(0);
  await store.remove(file.sha256);
  expect(await store.contents()).toEqual([]);
  expect(await nodeDisk(kept).names()).toEqual([]);
});

test('the cache is where the desktop keeps such', () => {
  expect(cacheFolder({ XDG_CACHE_HOME: '/var/cache/me' })).toBe('/var/cache/me/stockpot');
  expect(cacheFolder({})).toMatch(/\/\.cache\/stockpot$/);
});

test.each([['https://huggingface.co', true], ['https://mirror.example/hub', true], ['http://localhost:8080', true], ['http://mirror.example', false]])('a token goes to %s: %s', (endpoint, sent) => expect(keepsSecrets(endpoint)).toBe(sent));
