/** The files of checkpoints in the terminal: bundled ones from models/, others from folders that were named, or from the store. */
import { openAsBlob } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCatalog, type Catalog } from '../core/checkpoint/catalog';
import type { PinnedFile } from '../core/checkpoint/source';
import type { Library } from '../core/engine';
import { failure } from '../core/errors';
import { hubEndpoint } from '../core/hub/fetch-rows';
import type { Fetch } from '../core/hub/request';
import type { Watch } from '../core/scoring/watch';
import { FileStore } from '../core/store/file-store';
import { libraryOf } from '../core/store/library';
import { slices } from '../core/store/origin';
import { wholeHash } from '../core/store/whole-hash';
import { cacheFolder, nodeDisk } from './node-disk';
import { nodeLocks } from './node-locks';

export interface CheckpointSources {
  /** the folder that has the files of a checkpoint, by the checkpoint's name in the notebook */
  folders: Map<string, string>;
  /** of the Hub or of a mirror */
  endpoint: string;
  token?: string;
  /** whether what is neither there nor kept may be fetched */
  fetch: boolean;
}

export const noFolders: CheckpointSources = { folders: new Map(), endpoint: hubEndpoint, fetch: false };

/**
 * @param options each `ID=FOLDER`
 * @throws file-unrecognised where one has no folder
 */
export function foldersByCheckpoint(options: string[]): Map<string, string> {
  return new Map(
    options.map((option) => {
      const [id, ...rest] = option.split('=');
      if (rest.join('=') === '') throw failure('file-unrecognised', { file: option, allowed: 'ID=FOLDER' });
      return [id, rest.join('=')];
    }),
  );
}

/** Whether a token may be sent there: over http anybody on the way could read it. */
export function keepsSecrets(endpoint: string): boolean {
  const { protocol, hostname } = new URL(endpoint);
  return protocol === 'https:' || hostname === 'localhost';
}

/**
 * @param models the folder of the bundled runs
 * @param kept where what is fetched is kept
 */
export function nodeLibrary(models: string, catalog: Catalog, sources = noFolders, kept = cacheFolder(), fetching: Fetch = (address, init) => fetch(address, init)): Library {
  return libraryOf({
    store: new FileStore(nodeDisk(kept), nodeLocks(kept)),
    catalog: () => Promise.resolve(catalog),
    bundled: (file, name, watch) => verified(join(models, file.path), file, name, watch),
    async named({ id }, file, name, watch) {
      const folder = sources.folders.get(id);
      return folder === undefined ? null : verified(join(folder, file.path), file, name, watch);
    },
    settings: () => ({ endpoint: sources.endpoint, token: keepsSecrets(sources.endpoint) ? sources.token : undefined }),
    fetch: fetching,
    mayFetch: sources.fetch,
    checksFirst: true,
  });
}

/** The bundled checkpoints alone. */
export function folderLibrary(folder: string, catalog: Catalog): Library {
  return nodeLibrary(folder, catalog);
}

export async function readCatalog(folder: string): Promise<Catalog> {
  return parseCatalog(await readFile(join(folder, 'catalog.json'), 'utf8'));
}

/** A file where it lies. @throws checkpoint-changed, file-unreadable */
async function verified(path: string, file: PinnedFile, name: string, watch: Watch): Promise<Blob> {
  const blob = await opened(path);
  const hash = await wholeHash();
  for await (const bytes of slices(blob, 0, blob.size, path)) {
    watch.checkStopped();
    hash.add(bytes);
  }
  const found = hash.end();
  if (found !== file.sha256) throw failure('checkpoint-changed', { checkpoint: name, found, expected: file.sha256 });
  return blob;
}

/** @throws file-unreadable */
async function opened(path: string): Promise<Blob> {
  try {
    return await openAsBlob(path);
  } catch {
    throw failure('file-unreadable', { file: path, found: 'it is not there' });
  }
}
