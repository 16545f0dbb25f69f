/** For tests: results of evaluation cells from who has which items right. */
import { accuracyOf, type Answer } from '../evaluation/accuracy';
import { taskNamed } from '../evaluation/tasks';
import type { EvaluationResult } from './results';
import { taskScores, type TaskScores } from './task-scores';

export interface Told {
  task?: string;
  /** the ingredients of each soup, by its name; all other models are checkpoints */
  soups?: Record<string, string[]>;
  /** models that have answered only the first half */
  unfinished?: string[];
  fitted?: string[];
  clusters?: number[];
  /** how sure of an item a model is, right or wrong; 1 nat where nothing is said */
  margins?: Record<string, (item: number) => number>;
  /** items in the set */
  of?: number;
}

/** @param right per model a digit for each item, 1 where it is right; even items have their first choice right, odd ones their second */
export function evaluationResult(right: Record<string, string>, told: Told = {}): EvaluationResult {
  const { task = 'piqa_style', soups = {}, unfinished = [], fitted = [], clusters, margins = {} } = told;
  const { metric } = taskNamed(task);
  const gold = [...Object.values(right)[0]].map((_, i) => (metric === 'greedy' ? 0 : i % 2));
  const answered = Object.entries(right).map(([model, digits]) => {
    const answers = [...digits].map((digit, i) => answerTo(gold[i], digit === '1', margins[model]?.(i) ?? 1, metric === 'greedy'));
    return { model, task, answers: unfinished.includes(model) ? answers.slice(0, gold.length / 2) : answers };
  });
  return {
    kind: 'evaluation',
    models: Object.keys(right).map((model) => ({ model, ingredients: soups[model] ?? [] })),
    tasks: [{ task, sha256: 'f'.repeat(64), shots: 0, of: told.of ?? gold.length, gold, ...(clusters && { clusters }) }],
    rows: answered.map(({ model, answers }) => ({ model, task, fitted: fitted.includes(model), ...accuracyOf(metric, gold.slice(0, answers.length), answers) })),
    answers: answered.filter(({ model }) => !unfinished.includes(model)),
  };
}

export function scoresOf(result: EvaluationResult): TaskScores {
  const scores = taskScores(result, result.tasks[0].task);
  if (!scores) throw new Error('the task was not asked');
  return scores;
}

/** Of two choices the right one is likelier by the margin, or the wrong one is; where there is but one, it comes first or does not. */
function answerTo(gold: number, right: boolean, margin: number, alone: boolean): Answer {
  if (alone) return { logLikelihoods: [right ? -margin : -2 * margin], greedy: [right], choice: 0, choiceNorm: 0 };
  const choice = right ? gold : 1 - gold;
  return { logLikelihoods: [0, 1].map((each) => (each === choice ? -1 : -1 - margin)), greedy: [false, false], choice, choiceNorm: choice };
}
