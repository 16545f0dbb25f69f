/** Files of the bundled runs, over the network, each only when something uses it. */
import { bundledFiles, parseCatalog, type Catalog } from '../src/core/checkpoint/catalog';
import type { CheckpointFiles } from '../src/core/checkpoint/source';
import type { Library } from '../src/core/engine';
import { failure } from '../src/core/errors';
import { sha256Of } from '../src/core/sha256';
import type { Watch } from '../src/core/scoring/watch';
import type { CheckpointRef } from '../src/core/soup/model';

/** @param base the page's address, under which models/ lies */
export function networkLibrary(base: string): Library {
  const address = (path: string): string => new URL(`models/${path}`, base).href;
  let catalog: Promise<Catalog> | undefined;
  const known = (): Promise<Catalog> => {
    catalog ??= fetchText(address('catalog.json')).then(parseCatalog); // the one file without a hash: it holds the others'
    catalog.catch(() => (catalog = undefined));
    return catalog;
  };
  const filesOf = async ({ id, source }: CheckpointRef): Promise<CheckpointFiles> => {
    if (source.kind !== 'bundled') throw failure('checkpoint-unknown', { checkpoint: id });
    return bundledFiles(await known(), source);
  };
  return {
    config: async (ref) => fetchVerified((await filesOf(ref)).config, address),
    tokenizer: async (ref) => fetchVerified((await filesOf(ref)).tokenizer, address),
    async weights(ref, watch) {
      const [file] = (await filesOf(ref)).weights;
      const blob = await download(address(file.path), `Fetching ${ref.id}`, watch);
      const found = sha256Of(new Uint8Array(await blob.arrayBuffer()));
      if (found !== ref.sha256) throw failure('checkpoint-changed', { checkpoint: ref.id, found, expected: ref.sha256 });
      return [blob];
    },
  };
}

function fileName(url: string): string {
  return new URL(url).pathname.split('/').slice(-2).join('/');
}

/** @throws download-failed, stopped */
export async function request(url: string, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(url, { signal }).catch(() => {
    if (signal?.aborted) throw failure('stopped');
    throw failure('download-failed', { file: fileName(url), status: 'the server did not answer' });
  });
  if (!response.ok) throw failure('download-failed', { file: fileName(url), status: `the server answered ${response.status}` });
  return response;
}

async function fetchText(url: string): Promise<string> {
  return (await request(url)).text();
}

async function download(url: string, doing: string, watch: Watch): Promise<Blob> {
  const response = await request(url, watch.signal);
  const total = Number(response.headers.get('content-length')) || null;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const start = performance.now();
  for await (const chunk of chunks(response, url, watch)) {
    parts.push(chunk);
    bytes += chunk.byteLength;
    const seconds = (performance.now() - start) / 1000;
    watch.onProgress({ doing, done: total && Math.min(1, bytes / total), secondsLeft: total && (seconds / bytes) * Math.max(0, total - bytes) });
  }
  return new Blob(parts);
}

/** The body of a response, piece by piece; a connection cut midway is a failure with the file's name. */
async function* chunks(response: Response, url: string, watch: Watch): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader();
  while (reader) {
    const chunk = await reader.read().catch(() => {
      watch.checkStopped();
      throw failure('download-failed', { file: fileName(url), status: 'the connection was cut' });
    });
    if (chunk.done) return;
    yield chunk.value;
  }
}

/** A small file of a run, held against the hash the catalog has for it. */
async function fetchVerified({ path, sha256: expected }: { path: string; sha256: string }, address: (path: string) => string): Promise<string> {
  const text = await fetchText(address(path));
  const found = sha256Of(text);
  if (found !== expected) throw failure('checkpoint-changed', { checkpoint: path, found, expected });
  return text;
}
