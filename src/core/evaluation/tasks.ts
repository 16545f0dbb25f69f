/** The tasks, by name. A new one is one file, one entry here and one test. */
import { failure } from '../errors';
import { arcChallenge, arcEasy } from './arc';
import { boolq } from './boolq';
import { continuation } from './continuation';
import { hellaswag } from './hellaswag';
import { lambada } from './lambada';
import { mmlu } from './mmlu';
import { openbookqa } from './openbookqa';
import { own } from './own';
import { piqa } from './piqa';
import type { Task } from './task';
import { winogrande } from './winogrande';

const all = [
  ...[piqa, winogrande, hellaswag, arcEasy, arcChallenge, openbookqa, boolq, lambada, mmlu],
  ...[bundled(piqa, 'piqa_style', 'PIQA-style', 220, 46), bundled(winogrande, 'winogrande_style', 'WinoGrande-style', 208, 33), bundled(continuation, 'continuation', 'Continuation', 300, 89)],
  own,
];

export const tasks: Record<string, Task> = Object.fromEntries(all.map((task) => [task.name, task]));

export const bundledTasks = ['piqa_style', 'winogrande_style', 'continuation'];

/** A bundled set shares the schema and the scoring of a task. */
function bundled(task: Task, name: string, title: string, items: number, tokensPerItem: number): Task {
  return { ...task, name, title, home: null, size: { items, tokensPerItem }, knownItems: undefined, files: `${name}.jsonl`, licence: 'Apache-2.0', citation: 'written for Stockpot' };
}

/** A task's title, or its name where it is not one of ours. */
export function taskTitle(name: string): string {
  return Object.hasOwn(tasks, name) ? tasks[name].title : name;
}

export function taskNamed(name: string): Task {
  if (!Object.hasOwn(tasks, name)) throw failure('task-unknown', { task: name, known: Object.keys(tasks) });
  return tasks[name];
}
