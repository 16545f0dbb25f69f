/** Picked files -> the items of a task. */
import { failure } from '../errors';
import { sha256Of } from '../sha256';
import type { Item, Task } from './task';

export interface TextFile {
  name: string;
  text: string;
}

/**
 * Reads the official files of a task, in whichever order they were picked: labels are the file whose lines are bare numbers.
 * @throws items-malformed, file-unrecognised
 */
export function readItemFiles(task: Task, files: TextFile[]): Item[] {
  const [items, ...rest] = files.filter((file) => !isLabels(file));
  const labels = files.filter(isLabels);
  if (!items || rest.length > 0 || labels.length > 1) {
    throw failure('file-unrecognised', { file: files.map(({ name }) => name).join(', ') || 'nothing', allowed: `${task.title}’s official ${task.files}` });
  }
  return task.parse(items.text, items.name, labels[0]?.text);
}

/** What pins a task's items: the sha256 of the items' file, and of the labels' after it where they come apart. */
export function hashOfFiles(files: TextFile[]): string {
  const ordered = [...files.filter((file) => !isLabels(file)), ...files.filter(isLabels)];
  return sha256Of(ordered.map(({ text }) => text).join(''));
}

/**
 * The items of files that must be the pinned ones.
 * @param sha256 what `hashOfFiles` must give; null where any will do
 * @throws items-changed, items-malformed, file-unrecognised
 */
export function pinnedItems(task: Task, files: TextFile[], sha256: string | null): { items: Item[]; sha256: string } {
  const found = hashOfFiles(files);
  if (sha256 !== null && found !== sha256) throw failure('items-changed', { task: task.title, found, expected: sha256 });
  return { items: readItemFiles(task, files), sha256: found };
}

function isLabels({ text }: TextFile): boolean {
  return /^\s*\d+\s*(\r?\n|$)/.test(text);
}
