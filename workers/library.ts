/** Files of the bundled runs from beside the page, all others from where they are; kept in the store. */
import { parseCatalog, type Catalog } from '../src/core/checkpoint/catalog';
import type { Library } from '../src/core/engine';
import { failure } from '../src/core/errors';
import { FileStore } from '../src/core/store/file-store';
import { libraryOf, type HubSettings } from '../src/core/store/library';
import { MemoryDisk } from '../src/core/store/memory-disk';
import { served } from '../src/core/store/served';

const fetchFreely = (address: string, init: RequestInit): Promise<Response> => fetch(address, init);

/**
 * @param base the page's address, under which models/ lies
 * @param settings how the Hub is reached now
 */
export function storedLibrary(store: FileStore, base: string, settings: () => HubSettings): Library {
  const address = (path: string): string => new URL(`models/${path}`, base).href;
  const reach = { fetch: fetchFreely, endpoint: new URL(base).origin };
  let catalog: Promise<Catalog> | undefined;
  const known = (): Promise<Catalog> => {
    catalog ??= fetchText(address('catalog.json')).then(parseCatalog); // the one file without a hash: it holds the others'
    catalog.catch(() => (catalog = undefined));
    return catalog;
  };
  return libraryOf({
    store,
    catalog: known,
    bundled: (file, name, watch) => {
      const shown = file.path.split('/').slice(-2).join('/');
      return store.obtain(file, served(reach, { name, label: file.path, address: address(file.path), file: shown, hub: false }), watch);
    },
    settings,
    fetch: fetchFreely,
    mayFetch: true,
  });
}

/** For pages without a storage worker: nothing outlives them. */
export function networkLibrary(base: string): Library {
  return storedLibrary(new FileStore(new MemoryDisk()), base, () => ({ endpoint: 'https://huggingface.co' }));
}

/** @throws download-failed, stopped */
export async function request(url: string, signal?: AbortSignal): Promise<Response> {
  const file = new URL(url).pathname.split('/').slice(-2).join('/');
  const response = await fetch(url, { signal }).catch(() => {
    if (signal?.aborted) throw failure('stopped');
    throw failure('download-failed', { file, status: 'the server did not answer' });
  });
  if (!response.ok) throw failure('download-failed', { file, status: `the server answered ${response.status}` });
  return response;
}

async function fetchText(url: string): Promise<string> {
  return (await request(url)).text();
}
