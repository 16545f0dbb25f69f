/** The items of a task: bundled ones from our own origin, official ones from the file the reader picked. */
import { failure } from './core/errors';
import type { TextFile } from './core/evaluation/file-rows';
import { readItemFiles } from './core/evaluation/item-files';
import { hashOfItems, pinned } from './core/evaluation/items-hash';
import type { Item } from './core/evaluation/task';
import { bundledTasks, taskNamed } from './core/evaluation/tasks';
import type { TaskRef } from './core/notebook/run';
import { fetchText } from './fetch-text';
import { readItems, writeItems } from './storage';

/** @throws items-absent, items-changed, download-failed */
export async function itemsOf({ name, sha256 }: TaskRef): Promise<{ items: Item[]; sha256: string }> {
  const task = taskNamed(name);
  const files = bundledTasks.includes(name) ? [await bundledFile(name)] : sha256 === null ? undefined : await readItems(sha256);
  if (!files) throw failure('items-absent', { task: task.title });
  return pinned(task, readItemFiles(task, files), sha256);
}

async function bundledFile(task: string): Promise<TextFile> {
  const name = `tasks/${task}.jsonl`;
  return { name, text: await fetchText(name) };
}

/**
 * Reads picked files as the items of a task and keeps them in this browser.
 * @throws items-malformed, file-unrecognised, items-not-kept
 */
export async function keepItems(name: string, files: TextFile[]): Promise<{ sha256: string; count: number }> {
  const task = taskNamed(name);
  const items = readItemFiles(task, files);
  const sha256 = hashOfItems(items);
  if (!(await writeItems(sha256, files))) throw failure('items-not-kept', { task: task.title });
  return { sha256, count: items.length };
}
