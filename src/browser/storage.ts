/** What this browser keeps: notebooks, their results apart from them, and finished measurements. All of it stays here. */
import { clear, createStore, del, entries, get, promisifyRequest, set } from 'idb-keyval';
import type { Item } from '../core/evaluation/task';
import type { MeasurementStore } from '../core/notebook/measurements';
import { resultVersion, type KeptResult } from '../core/notebook/results';

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

/** A notebook as it is kept: text that is read anew each time, because an older page may have written it. */
export interface KeptNotebook {
  id: string;
  title: string;
  json: string;
  /** the lesson it began as, and the link it came by (sha256 of the fragment), if any */
  lesson: string | null;
  link: string | null;
  /** ISO 8601 */
  saved: string;
}

export async function readNotebooks(): Promise<KeptNotebook[]> {
  const kept = (await orNothing(entries<string, KeptNotebook | string>(notebooks))) ?? [];
  return kept.flatMap(([id, notebook]) => (typeof notebook === 'string' ? adopted(id, notebook) : notebook));
}

/** Of the page that kept one notebook only, under “open”, and beside it one that could not be opened. */
function adopted(id: string, json: string): KeptNotebook {
  return { id, title: id === 'open' ? 'Your notebook' : 'A notebook set aside', json, lesson: null, link: null, saved: new Date(0).toISOString() };
}

export async function readNotebook(id: string): Promise<KeptNotebook | undefined> {
  const kept = await orNothing(get<KeptNotebook | string>(id, notebooks));
  return typeof kept === 'string' ? adopted(id, kept) : kept;
}

/** @returns whether it was kept */
export async function writeNotebook(kept: KeptNotebook): Promise<boolean> {
  return (await orNothing(set(kept.id, kept, notebooks).then(() => true))) ?? false;
}

export async function removeNotebook(id: string): Promise<void> {
  await orNothing(del(id, notebooks));
}

/** Results lie under the notebook's id and the cell's, so that each is written by itself. */
const between = '/';

function resultsOf(notebook: string): IDBKeyRange {
  return IDBKeyRange.bound(notebook + between, `${notebook}${between}\uffff`);
}

export async function readResults(notebook: string): Promise<Map<string, KeptResult>> {
  const kept = await orNothing(
    results('readonly', async (store) => {
      const range = resultsOf(notebook);
      const [keys, values] = await Promise.all([promisifyRequest(store.getAllKeys(range)), promisifyRequest<KeptResult[]>(store.getAll(range))]);
      return keys.map((key, i): [string, KeptResult] => [String(key).slice(notebook.length + between.length), values[i]]);
    }),
  );
  return new Map((kept ?? []).filter(([, { version }]) => version === resultVersion));
}

/** @returns whether it was kept */
export async function writeResult(notebook: string, cell: string, kept: KeptResult): Promise<boolean> {
  return (await orNothing(set(notebook + between + cell, kept, results).then(() => true))) ?? false;
}

/** Puts these results in the place of all that a notebook has; a crash leaves either the old ones or the new ones. */
export async function replaceResults(notebook: string, kept: ReadonlyMap<string, KeptResult>): Promise<void> {
  await orNothing(
    results('readwrite', (store) => {
      store.delete(resultsOf(notebook));
      for (const [cell, result] of kept) store.put(result, notebook + between + cell);
      return promisifyRequest(store.transaction);
    }),
  );
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
  /** Lets go of everything that was computed or fetched, the results of all notebooks included. */
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
      await Promise.all([measurements, items, results].map((store) => orNothing(clear(store))));
    },
  };
}
