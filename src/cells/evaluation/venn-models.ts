/** Whose right and wrong answers are drawn as overlapping circles: the ends of a merge and what came of it (the paper, figures 8 to 12). */
import type { Answered } from '../../core/evaluation/comparison';
import type { EvaluationResult } from '../../core/notebook/results';
import type { TaskScores } from '../../core/notebook/task-scores';

/** The first soup of exactly two ingredients that all answered, with them; null where there is none. */
export function circlesOf({ models }: EvaluationResult, { answered }: TaskScores): { model: string; answered: Answered }[] | null {
  for (const { model, ingredients } of models.filter(({ ingredients }) => ingredients.length === 2)) {
    const found = [...ingredients, model].flatMap((name) => answered.filter((each) => each.model === name).map((each) => ({ model: name, answered: each })));
    if (found.length === 3) return found;
  }
  return null;
}
