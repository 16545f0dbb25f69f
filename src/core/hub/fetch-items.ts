/** The official items of a task from the Hugging Face Hub, and what pins them. */
import { failure } from '../errors';
import { itemsOfRows } from '../evaluation/item-files';
import { pinned } from '../evaluation/items-hash';
import type { Item, Task } from '../evaluation/task';
import { fetchRows, type RowsWanted } from './fetch-rows';

export interface ItemsWanted extends Pick<RowsWanted, 'endpoint' | 'fetch' | 'watch' | 'commit'> {
  task: Task;
  /** what is asked, or what demonstrations are drawn from */
  which: 'items' | 'demonstrations';
  /** what they must be; null on a first visit */
  sha256: string | null;
}

export interface ItemsFetched {
  items: Item[];
  sha256: string;
  commit: string;
  bytes: number;
}

/**
 * @throws items-absent where the task has no such split, items-changed, items-malformed, and what `fetchRows` throws
 */
export async function fetchItems({ task, which, sha256, ...line }: ItemsWanted): Promise<ItemsFetched> {
  const split = which === 'items' ? task.home?.split : task.home?.shots;
  if (!task.home || !split) throw failure('items-absent', { task: task.title });
  const { rows, commit, files } = await fetchRows({ ...line, home: task.home, split });
  const found = pinned(task, itemsOfRows(task, rows, `${task.home.dataset}/${task.home.config}/${split}`), sha256);
  return { ...found, commit, bytes: files.reduce((sum, file) => sum + file.bytes, 0) };
}
