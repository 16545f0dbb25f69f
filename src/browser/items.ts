/** The items of a task: bundled ones from our own origin, all others from this browser's store, where they came by a click or from a picked file. */
import { failure } from '../core/errors';
import type { TextFile } from '../core/evaluation/file-rows';
import { readItemFiles } from '../core/evaluation/item-files';
import { hashOfItems, pinned } from '../core/evaluation/items-hash';
import type { Item, Task } from '../core/evaluation/task';
import { bundledTasks, taskNamed } from '../core/evaluation/tasks';
import type { ItemsFetched } from '../core/hub/fetch-items';
import type { ItemsRef } from '../core/notebook/document';
import type { TaskItems } from '../core/notebook/inputs';
import type { Watch } from '../core/scoring/watch';
import { fetchText } from './fetch-text';
import { onDemand } from './on-demand';
import { readItems, writeItems } from './storage';

/** @throws items-absent, items-changed, download-failed */
export async function itemsOf({ name, sha256, pool, shots }: ItemsRef): Promise<TaskItems> {
  const task = taskNamed(name);
  const found = pinned(task, bundledTasks.includes(name) ? await bundledItems(task) : await keptItems(task, sha256), sha256);
  return { ...found, pool: pool === null || shots === 0 ? found.items : pinned(task, await keptItems(task, pool), pool).items };
}

async function bundledItems(task: Task): Promise<Item[]> {
  const name = `tasks/${task.name}.jsonl`;
  return readItemFiles(task, [{ name, text: await fetchText(name) }]);
}

async function keptItems({ title }: Task, sha256: string | null): Promise<Item[]> {
  const items = sha256 === null ? undefined : await readItems(sha256);
  if (!items) throw failure('items-absent', { task: title });
  return items;
}

/**
 * Reads picked files as the items of a task and keeps them in this browser.
 * @throws items-malformed, file-unrecognised, items-not-kept
 */
export async function keepItems(name: string, files: TextFile[]): Promise<{ sha256: string; count: number }> {
  const task = taskNamed(name);
  return keep(task, readItemFiles(task, files));
}

/**
 * Fetches official items from the Hugging Face Hub, because a reader asked for them, and keeps them in this browser.
 * @param pins what the notebook says they are, if it says so
 * @throws what `fetchItems` throws, items-not-kept
 */
export async function fetchAndKeep(name: string, which: 'items' | 'demonstrations', pins: { sha256: string | null; commit: string | null }, watch: Watch): Promise<ItemsFetched & { count: number }> {
  const task = taskNamed(name);
  const { fetchItems } = await onDemand(() => import('../core/hub/fetch-items')); // with the parquet reader, for the few who fetch
  const fetched = await fetchItems({ task, which, ...pins, fetch: (address, init) => fetch(address, init), watch });
  return { ...fetched, ...(await keep(task, fetched.items)) };
}

async function keep(task: Task, items: Item[]): Promise<{ sha256: string; count: number }> {
  const sha256 = hashOfItems(items);
  if (!(await writeItems(sha256, items))) throw failure('items-not-kept', { task: task.title });
  return { sha256, count: items.length };
}
