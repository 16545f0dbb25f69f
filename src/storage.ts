/** What this browser keeps: the open notebook, its results, and finished measurements. All of it stays here. */
import { clear, createStore, entries, get, promisifyRequest, set } from 'idb-keyval';
import type { Item } from './core/evaluation/task';
import type { MeasurementStore } from './core/notebook/measurements';
import { resultVersion, type KeptResult } from './core/notebook/results';

const notebooks = createStore('stockpot-notebooks', 'notebooks');
const results = createStore('stockpot-results', 'results');
const measurements = createStore('stockpot-measurements', 'measurements');
const items = createStore('stockpot-item-sets', 'items');

/** A private window may refuse to keep anything; the notebook works on without. */
async function orNothing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch {
    return undefined;
  }
}

export function readNotebook(): Promise<string | undefined> {
  return orNothing(get<string>('open', notebooks));
}

/** @returns whether it was kept */
export async function writeNotebook(json: string): Promise<boolean> {
  return (await orNothing(set('open', json, notebooks).then(() => true))) ?? false;
}

export async function readResults(): Promise<Map<string, KeptResult>> {
  const kept = (await orNothing(entries<string, KeptResult>(results))) ?? [];
  return new Map(kept.filter(([, { version }]) => version === resultVersion));
}

/** In one transaction: a crash leaves either the old results or the new ones, and two writes do not mix. */
export async function writeResults(kept: ReadonlyMap<string, KeptResult>): Promise<void> {
  await orNothing(
    results('readwrite', (store) => {
      store.clear();
      for (const [id, result] of kept) store.put(result, id);
      return promisifyRequest(store.transaction);
    }),
  );
}

/** A notebook that cannot be opened is kept apart, so that nothing is saved over it. */
export async function setAside(json: string): Promise<void> {
  await orNothing(set('set-aside', json, notebooks));
}

export function readSetAside(): Promise<string | undefined> {
  return orNothing(get<string>('set-aside', notebooks));
}

export function readItems(sha256: string): Promise<Item[] | undefined> {
  return orNothing(get<Item[]>(sha256, items));
}

/** @returns whether they were kept */
export async function writeItems(sha256: string, kept: Item[]): Promise<boolean> {
  return (await orNothing(set(sha256, kept, items).then(() => true))) ?? false;
}

export interface BrowserMeasurements extends MeasurementStore {
  /** Reads the same, but keeps what it is given in memory only: for the many places a slider passes. */
  passing: MeasurementStore;
  /** Lets go of everything. */
  forget(): Promise<void>;
}

/** Places of a slider kept in memory; the oldest goes first. */
const mostPassing = 200;

/** Measurements in memory first, then on disk. */
export function browserMeasurements(): BrowserMeasurements {
  const memory = new Map<string, unknown>();
  const passing = new Map<string, unknown>();
  const read = async (key: string): Promise<unknown> => memory.get(key) ?? passing.get(key) ?? (await orNothing(get(key, measurements)));
  return {
    get: read,
    async set(key, value) {
      memory.set(key, value);
      await orNothing(set(key, value, measurements));
    },
    passing: {
      get: read,
      async set(key, value) {
        passing.set(key, value);
        for (const oldest of [...passing.keys()].slice(0, passing.size - mostPassing)) passing.delete(oldest);
      },
    },
    async forget() {
      memory.clear();
      passing.clear();
      await Promise.all([measurements, items].map((store) => orNothing(clear(store))));
    },
  };
}
