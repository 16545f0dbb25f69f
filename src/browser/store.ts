/** The page's end of the storage worker: files of checkpoints, fetched once and kept in this browser. */
import { proxy, wrap, type Remote } from 'comlink';
import type { StorageCall, StorageListener, StorageWorkerApi } from '../../workers/storage-api';
import { registerWire } from '../../workers/wire';
import type { Library } from '../core/engine';
import { failure } from '../core/errors';
import { hubEndpoint } from '../core/hub/fetch-rows';
import { unwatched, type Progress, type Watch } from '../core/scoring/watch';
import type { Kept, Taken } from '../core/store/file-store';
import type { HubSettings } from '../core/store/library';
import type { CheckpointRef } from '../core/soup/model';
import { mayFetch } from './allowed-origins';
import { keepWord, keptWord } from './kept-words';
import { Life } from './life';

const base = new URL('.', document.baseURI).href;
const endpointWord = 'hub-endpoint';

/** A reader of weights: what it was given is not deleted before it is done. */
export interface StoredLibrary extends Library {
  /** Resolves once the weights that were read are known to be what they were when they came. @throws checkpoint-damaged, storage-died */
  check(): Promise<void>;
  /** Lets go of what was read. */
  release(): void;
}

interface Running {
  remote: Remote<StorageWorkerApi>;
  keeps: boolean;
  life: Life;
}

export class BrowserStore {
  #running: Promise<Running> | undefined;
  #next = 1;
  #settings: HubSettings = { endpoint: keptWord(endpointWord) ?? hubEndpoint };
  readonly #heard = new Map<StorageCall, Watch['onProgress']>();

  /** The endpoint is kept from visit to visit, the token only as long as the page is open. */
  get settings(): HubSettings {
    return this.#settings;
  }

  async changeSettings(settings: HubSettings): Promise<void> {
    this.#settings = { ...settings, endpoint: settings.endpoint.replace(/\/+$/, '') };
    keepWord(endpointWord, this.#settings.endpoint);
    await (await this.#running)?.remote.changeSettings(this.#settings);
  }

  /** Whether this browser keeps what is fetched: private windows of some do not. */
  async keeps(): Promise<boolean> {
    return (await this.#start()).keeps;
  }

  /** Files for one who reads them. @throws what `libraryOf` says */
  library(): StoredLibrary {
    const reader = this.#next++;
    let read: Running | undefined;
    return {
      config: (ref, watch) => this.#allowed(ref, watch, (remote, call) => remote.config(call, ref)),
      tokenizer: (ref, watch) => this.#allowed(ref, watch, (remote, call) => remote.tokenizer(call, ref)),
      weights: async (ref, watch) => {
        const running = await this.#start();
        const files = await this.#allowed(ref, watch, (remote, call) => remote.weights(call, ref, reader));
        read ??= running;
        return files;
      },
      // asked of the worker that gave them: another one would know of nothing, and find nothing wrong
      check: async () => void (read && (await read.life.until(read.remote.check(reader)))),
      release: () => void this.#running?.then(({ remote }) => remote.release(reader)).catch(() => undefined),
    };
  }

  /**
   * Takes a picked file in.
   * @param path its place below its folder
   * @param name what a person would call it
   * @throws file-unreadable, stopped
   */
  take(file: Blob, path: string, name: string, watch: Watch = unwatched): Promise<Taken> {
    return this.#call(watch, (remote, call) => remote.take(call, file, path, name));
  }

  /** What the graphics adapter allows; null where there is none. */
  adapter(): Promise<{ binding: number; halves: boolean } | null> {
    return this.#ask((remote) => remote.adapter());
  }

  /** Which of these files are here, all of them. */
  async which(sha256: string[]): Promise<ReadonlySet<string>> {
    return new Set(await this.#ask((remote) => remote.which(sha256)));
  }

  /** What is here, whole or in part, the file used last first. */
  contents(): Promise<Kept[]> {
    return this.#ask((remote) => remote.contents());
  }

  /** Bytes taken, and bytes that may still come; null where nobody knows. */
  usage(): Promise<{ bytes: number; free: number | null }> {
    return this.#ask((remote) => remote.usage());
  }

  /** Reads a file again. @returns whether it is as it was when it came; a damaged part of it is fetched anew when it is next wanted */
  verify(sha256: string, watch: Watch = unwatched): Promise<boolean> {
    return this.#call(watch, (remote, call) => remote.verify(call, sha256));
  }

  /** Deletes a file, once nobody reads it. */
  remove(sha256: string): Promise<void> {
    return this.#ask((remote) => remote.remove(sha256));
  }

  /** Asks the browser not to delete what is kept when it is short of room. @returns whether it promises so */
  async persist(): Promise<boolean> {
    return (await navigator.storage?.persist?.().catch(() => false)) ?? false;
  }

  /** Whether it has promised so. */
  async persisted(): Promise<boolean> {
    return (await navigator.storage?.persisted?.().catch(() => false)) ?? false;
  }

  async #ask<T>(ask: (remote: Remote<StorageWorkerApi>) => Promise<T>): Promise<T> {
    const { remote, life } = await this.#start();
    return life.until(ask(remote));
  }

  /** What is here needs nobody's leave; what would be fetched from a server that the reader does not know needs theirs. */
  async #allowed<T>({ id, source }: CheckpointRef, watch: Watch, ask: (remote: Remote<StorageWorkerApi>, call: StorageCall) => Promise<T>): Promise<T> {
    if (source.kind === 'url' && !mayFetch(source)) {
      const files = [...source.weights, source.config, source.tokenizer].map(({ sha256 }) => sha256);
      const here = await this.which(files);
      if (!files.every((sha256) => here.has(sha256))) throw failure('origin-not-allowed', { checkpoint: id, host: new URL(source.base).host });
    }
    return this.#call(watch, ask);
  }

  /** A call that tells how far it is and can be stopped. */
  async #call<T>(watch: Watch, ask: (remote: Remote<StorageWorkerApi>, call: StorageCall) => Promise<T>): Promise<T> {
    const { remote, life } = await this.#start();
    watch.checkStopped();
    const call = this.#next++;
    const stop = (): void => void remote.stop(call);
    this.#heard.set(call, watch.onProgress);
    watch.signal?.addEventListener('abort', stop);
    try {
      return await life.until(ask(remote, call));
    } finally {
      watch.signal?.removeEventListener('abort', stop);
      this.#heard.delete(call);
    }
  }

  #start(): Promise<Running> {
    if (this.#running) return this.#running;
    const starting = this.#startWorker();
    this.#running = starting;
    const forget = (): void => {
      if (this.#running === starting) this.#running = undefined; // a failure and a death are forgotten: the next call tries again
    };
    starting.then(({ life }) => life.until(new Promise<never>(() => undefined))).catch(forget);
    return starting;
  }

  async #startWorker(): Promise<Running> {
    registerWire();
    const worker = new Worker(new URL('../../workers/storage.worker.ts', import.meta.url), { type: 'module', name: 'storage' });
    const life = new Life(() => worker.terminate());
    worker.onerror = (event) => {
      event.preventDefault();
      life.end(failure('storage-died', { reason: event.message || 'its worker could not be loaded' }));
    };
    const listener: StorageListener = { onProgress: (call, progress: Progress) => this.#heard.get(call)?.(progress) };
    const remote = wrap<StorageWorkerApi>(worker);
    const keeps = await life.until(remote.start(base, proxy(listener)));
    await remote.changeSettings(this.#settings);
    return { remote, keeps, life };
  }
}

/** One for all of the page. Its worker is started by whoever first wants something of it. */
export const browserStore = new BrowserStore();
