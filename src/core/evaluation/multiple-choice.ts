/** A question and its answers -> an item: what nearly all tasks come to. */
import type { Choice, Item } from './task';

export interface Question {
  context: string;
  answers: string[];
  /** index of the right answer; an item is refused where there is none */
  gold: number | null;
  text: string;
  group?: string;
}

/** `doc_to_choice` and `target_delimiter` of the harness: each answer follows the context after one space. */
export function multipleChoice({ context, answers, gold, ...rest }: Question): Item | null {
  if (gold === null || gold < 0 || gold >= answers.length) return null;
  return { choices: answers.map((answer) => choice(context, answer)), gold, ...rest };
}

export function choice(context: string, answer: string): Choice {
  return { context, continuation: ` ${answer}`, characters: characters(answer) };
}

/** Length in code points, as Python counts: '👍'.length is 2 in JavaScript. */
function characters(text: string): number {
  return [...text].length;
}
