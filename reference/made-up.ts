/** The made-up items of each task as the harness was asked them, and what it answered (golden/tasks.json). */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readItemFiles } from '../src/core/evaluation/item-files';
import type { Item, Task } from '../src/core/evaluation/task';
import { taskNamed } from '../src/core/evaluation/tasks';
import { withShots } from '../src/core/evaluation/with-shots';

export interface MadeUpRun {
  /** as the harness names it, to which a subject of MMLU is a task of its own */
  task: string;
  shots: number;
  limit: number | null;
  files: Record<string, string>;
  logLikelihoods: number[][];
  /** a digit an item: 1 where it was answered right */
  right: string;
  rightNorm?: string;
  acc: number;
  acc_stderr: number;
  acc_norm?: number;
  acc_norm_stderr?: number;
  perplexity?: number;
}

const root = join(import.meta.dirname, '..');

export const madeUp = JSON.parse(readFileSync(join(root, 'reference/golden/tasks.json'), 'utf8')) as { model: string; runs: MadeUpRun[] };

export function taskOf({ task }: MadeUpRun): Task {
  return taskNamed(task.replace(/^mmlu_.*/, 'mmlu'));
}

/** The items of a run as they are asked; where the harness has no split for demonstrations, it takes them from what it asks. */
export function askedIn(run: MadeUpRun): Item[] {
  const task = taskOf(run);
  const { files, shots, limit } = run;
  const read = (file: string): Item[] => readItemFiles(task, [{ name: basename(file), text: readFileSync(join(root, file), 'utf8') }]);
  return withShots(task, read(files.test ?? files.validation), read(files.dev ?? files.train ?? files.test), shots, { limit });
}
