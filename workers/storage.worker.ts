/**
 * Owns what is kept and all that is fetched, apart from the engine: a restart of the engine loses nothing, and bytes come while it
 * computes.
 */
import { expose } from 'comlink';
import type { Library } from '../src/core/engine';
import { failure } from '../src/core/errors';
import { hubEndpoint } from '../src/core/hub/fetch-rows';
import { stoppedBy, type Watch } from '../src/core/scoring/watch';
import { FileStore } from '../src/core/store/file-store';
import type { HubSettings } from '../src/core/store/library';
import { MemoryDisk } from '../src/core/store/memory-disk';
import { adapterLimits } from './device';
import { storedLibrary } from './library';
import { openOpfs } from './opfs-disk';
import { Readers } from './readers';
import type { StorageCall, StorageListener, StorageWorkerApi } from './storage-api';
import { webLocks } from './web-locks';
import { registerWire } from './wire';

interface Started {
  store: FileStore;
  library: Library;
  readers: Readers;
}

let started: Started | undefined;
let listener: StorageListener | undefined;
let settings: HubSettings = { endpoint: hubEndpoint };
/** of the calls that have not settled yet */
const stops = new Map<StorageCall, AbortController>();

/** Does work that can be stopped and tells how far it is. */
async function watched<T>(call: StorageCall, work: (on: Started, watch: Watch) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  stops.set(call, controller);
  try {
    return await work(running(), stoppedBy(controller.signal, (progress) => listener?.onProgress(call, progress)));
  } finally {
    stops.delete(call);
  }
}

function running(): Started {
  if (!started) throw failure('storage-died', { reason: 'it was never started' });
  return started;
}

const api: StorageWorkerApi = {
  async start(base, newListener) {
    listener = newListener;
    const store = new FileStore(await openOpfs().catch(() => new MemoryDisk()), webLocks());
    started = { store, library: storedLibrary(store, base, () => settings), readers: new Readers(store) };
    return store.lasting;
  },
  changeSettings: (changed) => void (settings = changed),
  stop: (call) => stops.get(call)?.abort(),
  config: (call, ref) => watched(call, ({ library }, watch) => library.config(ref, watch)),
  tokenizer: (call, ref) => watched(call, ({ library }, watch) => library.tokenizer(ref, watch)),
  weights: (call, ref, reader) =>
    watched(call, async ({ library, readers }, watch) => {
      const files = await library.weights(ref, watch);
      watch.checkStopped(); // what is kept is found without asking
      await readers.read(reader, ref);
      return files;
    }),
  check: (reader) => running().readers.check(reader),
  release: (reader) => running().readers.release(reader),
  take: (call, file, path, name) => watched(call, ({ store }, watch) => store.take(file, path, name, watch)),
  adapter: adapterLimits,
  which: async (hashes) => {
    const found = await Promise.all(hashes.map(async (sha256) => ((await running().store.has(sha256)) ? [sha256] : [])));
    return found.flat();
  },
  contents: () => running().store.contents(),
  usage: () => running().store.usage(),
  verify: (call, sha256) => watched(call, ({ store }, watch) => store.verify(sha256, watch)),
  remove: (sha256) => running().store.remove(sha256),
};

registerWire();
expose(api);
