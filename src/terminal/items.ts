/** Where the terminal finds items: bundled ones in public/tasks, all others in files it is given or, if it may, on the Hugging Face Hub. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { failure } from '../core/errors';
import { readItemFiles } from '../core/evaluation/item-files';
import { pinned } from '../core/evaluation/items-hash';
import type { Item, Task } from '../core/evaluation/task';
import { bundledTasks, taskNamed } from '../core/evaluation/tasks';
import { fetchItems } from '../core/hub/fetch-items';
import type { ItemsRef } from '../core/notebook/document';
import type { ItemsOf } from '../core/notebook/inputs';
import type { Watch } from '../core/scoring/watch';

export interface ItemSources {
  /** the files of each task, by its name */
  files: Map<string, string[]>;
  /** the same for what demonstrations are drawn from */
  demonstrations: Map<string, string[]>;
  /** whether the Hub may be asked for what no file was given for */
  fetch: boolean;
}

const tasksFolder = join(import.meta.dirname, '../../public/tasks');

/**
 * @param options each `TASK=FILE` or `TASK=FILE,FILE`
 * @throws task-unknown, file-unrecognised where no file is named
 */
export function filesByTask(options: string[]): Map<string, string[]> {
  return new Map(
    options.map((option) => {
      const [task, ...rest] = option.split('=');
      const [{ name }, files] = [taskNamed(task), rest.join('=')];
      if (files === '') throw failure('file-unrecognised', { file: option, allowed: 'TASK=FILE or TASK=FILE,FILE' });
      return [name, files.split(',')];
    }),
  );
}

export function itemsFrom(sources: ItemSources, watch: Watch): ItemsOf {
  return async (ref) => {
    const task = taskNamed(ref.name);
    const found = pinned(task, await read(task, ref, 'items', sources, watch), ref.sha256);
    const ownPool = ref.shots === 0 || (ref.pool === null && !sources.demonstrations.has(ref.name));
    return { ...found, pool: ownPool ? found.items : pinned(task, await read(task, ref, 'demonstrations', sources, watch), ref.pool).items };
  };
}

async function read(task: Task, { sha256, pool, commit }: ItemsRef, which: 'items' | 'demonstrations', sources: ItemSources, watch: Watch): Promise<Item[]> {
  const given = (which === 'items' ? sources.files : sources.demonstrations).get(task.name);
  if (given) return readFiles(task, given);
  if (which === 'items' && bundledTasks.includes(task.name)) return readFiles(task, [join(tasksFolder, `${task.name}.jsonl`)]);
  if (!sources.fetch) throw failure('items-absent', { task: task.title });
  return (await fetchItems({ task, which, sha256: which === 'items' ? sha256 : pool, commit, fetch: (address, init) => fetch(address, init), watch })).items;
}

async function readFiles(task: Task, files: string[]): Promise<Item[]> {
  return readItemFiles(task, await Promise.all(files.map(async (file) => ({ name: basename(file), text: await readText(file) }))));
}

/**
 * A file's text, without a byte-order mark, which a browser leaves out as well.
 * @throws file-unrecognised
 */
export async function readText(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  } catch {
    throw failure('file-unrecognised', { file, allowed: 'the name of a file that can be read' });
  }
}
