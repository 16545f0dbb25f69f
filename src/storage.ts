/** What this browser keeps: the open notebook, its results, and finished measurements. All of it stays here. */
import { clear, createStore, delMany, entries, get, keys, set, setMany } from 'idb-keyval';
import type { MeasurementStore } from './core/notebook/measurements';
import type { KeptResult } from './core/notebook/results';

const notebooks = createStore('stockpot-notebooks', 'notebooks');
const results = createStore('stockpot-results', 'results');
const measurements = createStore('stockpot-measurements', 'measurements');
const items = createStore('stockpot-items', 'items');

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
  return new Map((await orNothing(entries<string, KeptResult>(results))) ?? []);
}

/** New results are written before old ones go, so that a crash in between loses none. */
export async function writeResults(kept: ReadonlyMap<string, KeptResult>): Promise<void> {
  await orNothing(
    setMany([...kept], results)
      .then(() => keys<string>(results))
      .then((all) => delMany(all.filter((id) => !kept.has(id)), results)),
  );
}

export async function readItems(sha256: string): Promise<string | undefined> {
  return orNothing(get<string>(sha256, items));
}

export async function writeItems(sha256: string, json: string): Promise<void> {
  await orNothing(set(sha256, json, items));
}

export interface ForgettingStore extends MeasurementStore {
  forget(): Promise<void>;
}

/** Measurements in memory first, then on disk. */
export function browserMeasurements(): ForgettingStore {
  const memory = new Map<string, unknown>();
  return {
    async forget() {
      memory.clear();
      await orNothing(clear(measurements));
    },
    async get(key) {
      return memory.get(key) ?? (await orNothing(get(key, measurements)));
    },
    async set(key, value) {
      memory.set(key, value);
      await orNothing(set(key, value, measurements));
    },
  };
}
