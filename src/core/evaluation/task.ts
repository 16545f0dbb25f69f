/** What a multiple-choice task and its items are. */

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
