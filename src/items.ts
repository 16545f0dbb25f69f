/** The items of a task: bundled ones from our own origin, official ones from the file the reader picked. */
import { failure } from './core/errors';
import { hashOfFiles, pinnedItems, readItemFiles, type TextFile } from './core/evaluation/item-files';
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
  return pinnedItems(task, files, sha256);
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
  const count = readItemFiles(task, files).length;
  const sha256 = hashOfFiles(files);
  if (!(await writeItems(sha256, files))) throw failure('items-not-kept', { task: task.title });
  return { sha256, count };
}
