/** The files of checkpoints, wherever they come from, each of them the one that is pinned. For the page and for the terminal. */
import { bundledFiles, type Catalog } from '../checkpoint/catalog';
import { bytesOf, sha256OfWeights, stateOf, type CheckpointFiles, type PinnedFile, type Source } from '../checkpoint/source';
import type { Library } from '../engine';
import { failure } from '../errors';
import { addressOfModelFile } from '../hub/model-address';
import type { Fetch } from '../hub/request';
import type { Watch } from '../scoring/watch';
import type { CheckpointRef } from '../soup/model';
import type { FileStore } from './file-store';
import type { Origin } from './origin';
import { sha256OfPiece } from './pieces';
import { served } from './served';

/** How the Hub is reached: the reader's choice, and no part of a notebook. */
export interface HubSettings {
  /** of the Hub or of a mirror, without a slash at its end */
  endpoint: string;
  token?: string;
}

export interface LibraryParts {
  store: FileStore;
  /** the bundled runs */
  catalog(): Promise<Catalog>;
  /** a bundled file, held against its pin; `name` is what a person would call it */
  bundled(file: PinnedFile, name: string, watch: Watch): Promise<Blob>;
  /** a file of a checkpoint for which somebody named a place, held against its pin; null where nobody did */
  named?(ref: CheckpointRef, file: PinnedFile, name: string, watch: Watch): Promise<Blob | null>;
  settings(): HubSettings;
  fetch: Fetch;
  /** whether what is not in the store may be fetched from other servers; where it may not, the terminal says how to allow it */
  mayFetch: boolean;
  /** whether what is kept is read again, once, before it is used: where nobody checks it while it is read */
  checksFirst?: boolean;
}

/** @returns a library whose methods throw what `FileStore.obtain` does, checkpoint-unknown, checkpoint-not-here, checkpoint-not-fetched */
export function libraryOf(parts: LibraryParts): Library {
  const text = async (ref: CheckpointRef, which: 'config' | 'tokenizer', watch: Watch): Promise<string> => {
    const file = (await filesOf(ref, parts))[which];
    const name = ref.source.kind === 'bundled' ? file.path : `${ref.id}/${file.path}`;
    return checkedText(file, () => fileOf(ref, file, name, parts, watch), parts.store);
  };
  return {
    config: (ref, watch) => text(ref, 'config', watch),
    tokenizer: (ref, watch) => text(ref, 'tokenizer', watch),
    async weights(ref, watch) {
      const { weights } = await filesOf(ref, parts);
      const files: Blob[] = [];
      for (const [i, file] of weights.entries()) {
        files.push(await fileOf(ref, file, weights.length === 1 ? ref.id : `${ref.id}, file ${i + 1} of ${weights.length}`, parts, watch));
      }
      return files;
    },
  };
}

/** All files of a checkpoint. The notebook pins the weights, also where the catalog knows them. @throws checkpoint-changed */
export async function filesOf({ id, source, sha256 }: CheckpointRef, { catalog }: Pick<LibraryParts, 'catalog'>): Promise<CheckpointFiles> {
  if (source.kind === 'bundled') {
    const files = bundledFiles(await catalog(), source);
    return { ...files, weights: files.weights.map((file) => ({ ...file, sha256 })) };
  }
  const found = sha256OfWeights(source.weights);
  if (found !== sha256) throw failure('checkpoint-changed', { checkpoint: id, found, expected: sha256 });
  return source;
}

async function fileOf(ref: CheckpointRef, file: PinnedFile, name: string, parts: LibraryParts, watch: Watch): Promise<Blob> {
  const { source } = ref;
  if (source.kind === 'bundled') return parts.bundled(file, name, watch);
  const named = await parts.named?.(ref, file, name, watch);
  if (named) return named;
  const found = await parts.store.find(file.sha256);
  if (found && (!parts.checksFirst || (await parts.store.checked(file.sha256)))) return found;
  if (source.kind === 'local') throw failure('checkpoint-not-here', { checkpoint: ref.id, folder: source.folder, file: file.path });
  if (!parts.mayFetch) throw failure('checkpoint-not-fetched', { checkpoint: ref.id, from: homeOf(source, parts.settings()), bytes: bytesOf([...source.weights, source.config, source.tokenizer]) });
  return parts.store.obtain(file, originOf(source, file, name, parts), watch);
}

function originOf(source: Exclude<Source, { kind: 'bundled' | 'local' }>, file: PinnedFile, name: string, { fetch, settings }: LibraryParts): Origin {
  const { endpoint, token } = settings();
  if (source.kind === 'hub') {
    const address = addressOfModelFile(endpoint, source, file);
    return served({ fetch, endpoint, token }, { name, label: `${source.repo} ${source.revision} ${file.path}`, address, file: `${source.repo}/${file.path}`, hub: true });
  }
  const address = new URL(file.path, source.base).href;
  return served({ fetch, endpoint: new URL(source.base).origin }, { name, label: address, address, file: `${stateOf(source)}/${file.path}`, hub: false });
}

function homeOf(source: Exclude<Source, { kind: 'bundled' | 'local' }>, { endpoint }: HubSettings): string {
  return new URL(source.kind === 'hub' ? endpoint : source.base).host;
}

/** A text is small enough to be held against its pin each time; one that went bad on the disk is brought anew. */
async function checkedText({ sha256 }: PinnedFile, bring: () => Promise<Blob>, store: FileStore): Promise<string> {
  const first = await bytesOfBlob(await bring());
  if ((await sha256OfPiece(first)) === sha256) return new TextDecoder().decode(first);
  await store.verify(sha256);
  return (await bring()).text();
}

async function bytesOfBlob(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await blob.arrayBuffer());
}
