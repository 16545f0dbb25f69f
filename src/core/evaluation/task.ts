/** Multiple-choice tasks, and the list of them. A new one is one file, one entry and one test. */
import { failure } from '../errors';
import { piqa } from './piqa';
import { winogrande } from './winogrande';

/** One way an item could be answered, as the text a model reads and the text it is scored on. */
export interface Choice {
  context: string;
  continuation: string;
  /** characters (code points) of the answer itself, without the space in front: what acc_norm divides by */
  characters: number;
}

export interface Item {
  choices: Choice[];
  /** index of the right choice */
  gold: number;
}

export interface Task {
  /** official tasks as lm-evaluation-harness names them */
  name: string;
  title: string;
  /** the fields an item has, for a person whose file was refused */
  schema: string;
  /** the official files: what to pick */
  files: string;
  /** whether the harness reports acc_norm for it */
  normalised: boolean;
  /**
   * Reads the task's official file.
   * @param labels the second file, where labels come apart from the items
   * @throws items-malformed
   */
  parse(text: string, file: string, labels?: string): Item[];
}

/** The bundled sets share their official task's schema and scoring. */
export const tasks: Record<string, Task> = {
  piqa,
  winogrande,
  piqa_style: { ...piqa, name: 'piqa_style', title: 'PIQA-style' },
  winogrande_style: { ...winogrande, name: 'winogrande_style', title: 'WinoGrande-style' },
};

export const bundledTasks = ['piqa_style', 'winogrande_style'];

export function taskNamed(name: string): Task {
  if (!Object.hasOwn(tasks, name)) throw failure('task-unknown', { task: name, known: Object.keys(tasks) });
  return tasks[name];
}
