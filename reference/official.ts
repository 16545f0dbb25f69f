/** The official validation sets, where they lie beside the repository, and what the harness answers to each of their items. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TextFile } from '../src/core/evaluation/file-rows';
import { readItemFiles } from '../src/core/evaluation/item-files';
import type { Item } from '../src/core/evaluation/task';
import { tasks } from '../src/core/evaluation/tasks';

export type OfficialTask = 'piqa' | 'winogrande';

interface Answers {
  logLikelihoods: number[][];
  /** a digit an item: 1 where the likeliest choice is the right one */
  right: string;
  /** the same per character, where the harness reports that */
  rightNorm?: string;
}

export interface OfficialAnswers extends Answers {
  /** items with an answer longer than the window, which stop the harness; the numbers beside are of the others */
  leftOut: number[];
  /** the items left out, cut to the window */
  cut?: Answers;
  acc: number;
  acc_stderr: number;
  acc_norm?: number;
  acc_norm_stderr?: number;
}

/** What the harness says of one item. */
export interface OfficialAnswer {
  logLikelihoods: number[];
  right: boolean;
  /** null where the harness reports no acc_norm */
  rightNorm: boolean | null;
}

const folder = join(import.meta.dirname, '../../shared/data');
const names: Record<OfficialTask, string[]> = { piqa: ['piqa/valid.jsonl', 'piqa/valid-labels.lst'], winogrande: ['winogrande/dev.jsonl'] };

export const officialGolden = JSON.parse(readFileSync(join(import.meta.dirname, 'golden/official.json'), 'utf8')) as { model: string; tasks: Record<OfficialTask, OfficialAnswers> };

/** Whether a file of the data beside the repository is missing: says so, loudly, with what will therefore not be done. */
export function missing(left: string, files: string[] = Object.values(names).flat()): boolean {
  const absent = files.filter((name) => !existsSync(join(folder, name)));
  if (absent.length > 0) console.warn(`${left}: ${absent.join(', ')} not found in ${folder}.`);
  return absent.length > 0;
}

export function readBeside(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

export function officialItems(task: OfficialTask, order: (files: TextFile[]) => TextFile[] = (files) => files): Item[] {
  return readItemFiles(tasks[task], order(names[task].map((name) => ({ name, text: readBeside(name) }))));
}

/** What the harness says of each item, in the order of the set: those left out stand in their places. */
export function officialAnswers(task: OfficialTask): OfficialAnswer[] {
  const golden = officialGolden.tasks[task];
  const answers = oneByOne(golden);
  const cut = golden.cut ? oneByOne(golden.cut) : [];
  golden.leftOut.forEach((index, i) => answers.splice(index, 0, cut[i]));
  return answers;
}

function oneByOne({ logLikelihoods, right, rightNorm }: Answers): OfficialAnswer[] {
  return logLikelihoods.map((values, i) => ({ logLikelihoods: values, right: right[i] === '1', rightNorm: rightNorm === undefined ? null : rightNorm[i] === '1' }));
}
