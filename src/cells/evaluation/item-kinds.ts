/** Items sorted by who has them right, and an item as a person reads it. */
import { marginOf } from '../../core/evaluation/accuracy';
import type { Answered } from '../../core/evaluation/comparison';
import type { Item } from '../../core/evaluation/task';
import { rightOf, type TaskScores } from '../../core/notebook/task-scores';

export type ItemKind = 'only-first' | 'only-second' | 'neither' | 'both';
type Kinds = Partial<Record<ItemKind, { title: string; indices: number[] }>>;

/** The two models that are read side by side: the chosen ones, or a soup and what one would have used without it. */
export function pairOf({ answered, soups, usual }: TaskScores, first: string | undefined, second: string | undefined): Answered[] {
  const named = (name: string | null | undefined): Answered | undefined => answered.find(({ model }) => model === name);
  const one = named(first) ?? named(soups[0]) ?? answered[0];
  const other = named(second) ?? [named(usual), ...answered].find((each) => each && each !== one);
  return other && other !== one ? [one, other] : [one];
}

/** Item numbers by who has them right; where models part company most comes first. */
export function kindsOfItems(scores: TaskScores, pair: Answered[]): Kinds {
  const [first, second = first] = pair;
  const [a, b] = [first, second].map((each) => rightOf(scores, each));
  const apart = (i: number): number => Math.abs(marginOf(scores.asked.gold[i], first.answers[i]) - marginOf(scores.asked.gold[i], second.answers[i]));
  const where = (wanted: (i: number) => boolean): number[] => a.flatMap((_, i) => (wanted(i) ? [i] : [])).sort((i, j) => apart(j) - apart(i));
  if (pair.length === 1) return { neither: { title: 'Wrong', indices: where((i) => !a[i]) }, both: { title: 'Right', indices: where((i) => a[i]) } };
  return {
    'only-first': { title: `Only ${first.model} is right`, indices: where((i) => a[i] && !b[i]) },
    'only-second': { title: `Only ${second.model} is right`, indices: where((i) => !a[i] && b[i]) },
    neither: { title: 'Neither is right', indices: where((i) => !a[i] && !b[i]) },
    both: { title: 'Both are right', indices: where((i) => a[i] && b[i]) },
  };
}

/** The question once, where all choices share it; whole sentences where the choice is within them (WinoGrande). */
export function choiceTexts({ choices }: Item): { question: string; choices: string[] } {
  const [{ context }] = choices;
  if (choices.every((choice) => choice.context === context)) return { question: context, choices: choices.map(({ continuation }) => continuation.trim()) };
  return { question: '', choices: choices.map((choice) => choice.context + choice.continuation) };
}
