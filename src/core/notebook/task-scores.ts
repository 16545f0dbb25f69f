/** What an evaluation says about one task: its rows, the models that answered everything, and how the ingredients of soups did. */
import { isRight, type Answer } from '../evaluation/accuracy';
import { compareAll, type Answered, type Comparison, type Questions } from '../evaluation/comparison';
import { taskNamed } from '../evaluation/tasks';
import type { AskedTask, EvaluationResult, EvaluationRow } from './results';
import { moments } from '../statistics/paired-mean';

export interface TaskScores {
  asked: AskedTask;
  rows: EvaluationRow[];
  /** the models that answered every item */
  answered: Answered[];
  checkpoints: string[];
  soups: string[];
  /** the checkpoint that has most items right, or where there is none the model that has */
  best: string | null;
  /** what one would have used without a soup, chosen before any answer: the later ingredient of the first soup, or else the last checkpoint */
  usual: string | null;
  /** accuracy of guessing; null where there is nothing to guess from */
  chance: number | null;
}

export function taskScores(result: EvaluationResult, task: string): TaskScores | null {
  const asked = result.tasks.find((each) => each.task === task);
  if (!asked) return null;
  const rows = result.rows.filter((row) => row.task === task);
  const answered = result.answers.filter((each) => each.task === task);
  const isSoup = (model: string): boolean => result.models.some((each) => each.model === model && each.ingredients.length > 0);
  const names = answered.map(({ model }) => model);
  const [checkpoints, soups] = [names.filter((model) => !isSoup(model)), names.filter(isSoup)];
  const candidates = checkpoints.length > 0 ? checkpoints : names;
  const best = mostRight(rows, candidates)?.model ?? null;
  const later = result.models.find(({ model }) => model === soups[0])?.ingredients.at(-1);
  const usual = names.find((name) => name === later) ?? checkpoints.at(-1) ?? names[0] ?? null;
  return { asked, rows, answered, checkpoints, soups, best, usual, chance: chanceOf(answered[0]?.answers ?? []) };
}

/** The first of those of some models that have most items right. */
function mostRight(rows: EvaluationRow[], models: string[]): EvaluationRow | undefined {
  return rows.filter(({ model }) => models.includes(model)).sort((a, b) => b.accuracy - a.accuracy).at(0);
}

/** The mean of one over the number of choices; a single choice cannot be guessed. */
function chanceOf(answers: Answer[]): number | null {
  if (answers.length === 0 || answers.every(({ logLikelihoods }) => logLikelihoods.length === 1)) return null;
  return answers.reduce((sum, { logLikelihoods }) => sum + 1 / logLikelihoods.length, 0) / answers.length;
}

export function questionsOf({ task, gold, clusters }: AskedTask): Questions {
  return { metric: taskNamed(task).metric, gold, clusters };
}

/** Every other model that answered against the reference, in the order of the rows. */
export function comparisonsWith({ asked, answered }: TaskScores, reference: string | null): Comparison[] {
  const to = answered.find(({ model }) => model === reference);
  return to ? compareAll(questionsOf(asked), answered.filter((each) => each !== to), to) : [];
}

/** Which items a model has right. */
export function rightOf({ asked }: TaskScores, { answers }: Answered): boolean[] {
  const { metric } = taskNamed(asked.task);
  return answers.map((answer, i) => isRight(metric, asked.gold[i], answer));
}

/** How the ingredients of some soup did: the paper's Avg.ckpt and Best.ckpt (section 4.1). */
export interface IngredientRow {
  ingredients: string[];
  average: { accuracy: number; stderr: number | null };
  best: { model: string; accuracy: number; stderr: number | null };
}

/** One for each set of ingredients that soups were made of, where all of them answered. */
export function ingredientRows(result: EvaluationResult, scores: TaskScores): IngredientRow[] {
  const sets = new Map(result.models.filter(({ ingredients }) => ingredients.length > 1).map(({ ingredients }) => [[...ingredients].sort().join('|'), ingredients]));
  return [...sets.values()].flatMap((ingredients): IngredientRow[] => {
    const answered = ingredients.flatMap((name) => scores.answered.filter(({ model }) => model === name));
    const best = mostRight(scores.rows, ingredients);
    if (answered.length < ingredients.length || !best) return [];
    const rights = answered.map((each) => rightOf(scores, each));
    const shares = scores.asked.gold.map((_, i) => rights.filter((right) => right[i]).length / rights.length);
    const { mean, deviation } = moments(shares);
    return [{ ingredients, average: { accuracy: mean, stderr: shares.length > 1 ? deviation / Math.sqrt(shares.length) : null }, best }];
  });
}
