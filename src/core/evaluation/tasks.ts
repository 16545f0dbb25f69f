/** The tasks, by name. A new one is one file, one entry here and one test. */
import { failure } from '../errors';
import { piqa } from './piqa';
import type { Task } from './task';
import { winogrande } from './winogrande';

/** The bundled sets share their official task's schema and scoring. */
export const tasks: Record<string, Task> = {
  piqa,
  winogrande,
  piqa_style: { ...piqa, name: 'piqa_style', title: 'PIQA-style' },
  winogrande_style: { ...winogrande, name: 'winogrande_style', title: 'WinoGrande-style' },
};

export const bundledTasks = ['piqa_style', 'winogrande_style'];

/** A task's title, or its name where it is not one of ours. */
export function taskTitle(name: string): string {
  return Object.hasOwn(tasks, name) ? tasks[name].title : name;
}

export function taskNamed(name: string): Task {
  if (!Object.hasOwn(tasks, name)) throw failure('task-unknown', { task: name, known: Object.keys(tasks) });
  return tasks[name];
}
