/** The items of a task: bundled ones from our own origin, official ones from the file the reader picked. */
import { failure } from './core/errors';
import { readItemFiles, type TextFile } from './core/evaluation/item-files';
import type { Item } from './core/evaluation/task';
import { bundledTasks, taskNamed } from './core/evaluation/tasks';
import type { TaskRef } from './core/notebook/run';
import { hashOf } from './core/notebook/stale';
import { readItems, writeItems } from './storage';

export async function itemsOf({ name, sha256 }: TaskRef): Promise<{ items: Item[]; sha256: string }> {
  const task = taskNamed(name);
  if (sha256 !== null) {
    const kept = await readItems(sha256);
    if (kept === undefined) throw failure('items-absent', { task: task.title });
    return { items: JSON.parse(kept) as Item[], sha256 };
  }
  if (!bundledTasks.includes(name)) throw failure('items-absent', { task: task.title });
  const file = `tasks/${name}.jsonl`;
  const response = await fetch(new URL(file, document.baseURI)).catch(() => null);
  if (!response?.ok) throw failure('download-failed', { file, status: response ? `the server answered ${response.status}` : 'the server did not answer' });
  const text = await response.text();
  return { items: task.parse(text, file), sha256: hashOf(text) };
}

/** Reads picked files as the items of a task and keeps them in this browser. */
export async function keepItems(name: string, files: TextFile[]): Promise<{ sha256: string; count: number }> {
  const items = readItemFiles(taskNamed(name), files);
  const sha256 = hashOf(items);
  await writeItems(sha256, JSON.stringify(items));
  return { sha256, count: items.length };
}
