/** Answers that have letters: {"text": [...], "label": [...]}, and the letter of the right one. */
import { textList } from './fields';

/** `choices.label.index(answerKey)` of the harness; null where the letter is none of them. */
export function lettered(choices: unknown, key: unknown): { answers: string[]; gold: number } | null {
  if (typeof choices !== 'object' || choices === null) return null;
  const { text, label } = choices as Record<string, unknown>;
  const [answers, letters] = [textList(text), textList(label)];
  const gold = letters?.indexOf(key as string) ?? -1;
  return answers && gold >= 0 ? { answers, gold } : null;
}
