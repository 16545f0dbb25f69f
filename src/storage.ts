/** What this browser keeps: the open notebook, its results, and finished measurements. All of it stays here. */
import { clear, createStore, entries, get, set, setMany, type UseStore } from 'idb-keyval';
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

export async function writeResults(kept: ReadonlyMap<string, KeptResult>): Promise<void> {
  await orNothing(clear(results).then(() => setMany([...kept], results)));
}

export async function readItems(sha256: string): Promise<string | undefined> {
  return orNothing(get<string>(sha256, items));
}

export async function writeItems(sha256: string, json: string): Promise<void> {
  await orNothing(set(sha256, json, items));
}

/** Measurements in memory first, then on disk. */
export function browserMeasurements(): MeasurementStore {
  const memory = new Map<string, unknown>();
  return {
    async get(key) {
      return memory.get(key) ?? (await orNothing(get(key, measurements)));
    },
    async set(key, value) {
      memory.set(key, value);
      await orNothing(set(key, value, measurements));
    },
  };
}

export async function forgetMeasurements(): Promise<void> {
  const stores: UseStore[] = [measurements, results];
  await Promise.all(stores.map((store) => orNothing(clear(store))));
}
