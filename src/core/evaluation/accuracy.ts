/** Log-likelihoods of the choices -> right or wrong, accuracy, and its standard error. */
import type { WindowScores } from '../scoring/score';
import type { Item } from './task';

/** How one model answered one item. */
export interface Answer {
  /** log-likelihood of each choice, nats */
  logLikelihoods: number[];
  /** whether each choice is, token by token, what the model would say first */
  greedy: boolean[];
  /** the most likely choice */
  choice: number;
  /** the most likely choice per character */
  choiceNorm: number;
}

export interface Accuracy {
  n: number;
  accuracy: number;
  /** standard error of the accuracy: sample standard deviation over sqrt(n), as the harness has it */
  stderr: number | null;
  accuracyNorm: number;
  stderrNorm: number | null;
}

/** @param scores of each choice's tokens */
export function answer(item: Item, scores: WindowScores[]): Answer {
  const logLikelihoods = scores.map(({ nll }) => -nll.reduce((a, b) => a + b, 0));
  const greedy = scores.map(({ gap }) => gap.every((value) => value === 0));
  const perCharacter = logLikelihoods.map((value, i) => value / item.choices[i].characters);
  return { logLikelihoods, greedy, choice: firstLargest(logLikelihoods), choiceNorm: firstLargest(perCharacter) };
}

export function accuracyOf(items: Item[], answers: Answer[]): Accuracy {
  const right = answers.map(({ choice }, i) => choice === items[i].gold);
  const rightNorm = answers.map(({ choiceNorm }, i) => choiceNorm === items[i].gold);
  const [accuracy, stderr] = meanAndError(right);
  const [accuracyNorm, stderrNorm] = meanAndError(rightNorm);
  return { n: items.length, accuracy, stderr, accuracyNorm, stderrNorm };
}

/** numpy's argmax: the first of equals. */
function firstLargest(values: number[]): number {
  return values.indexOf(Math.max(...values));
}

function meanAndError(right: boolean[]): [mean: number, stderr: number | null] {
  const n = right.length;
  const mean = right.filter(Boolean).length / n;
  return [mean, n > 1 ? Math.sqrt((mean * (1 - mean)) / (n - 1)) : null];
}
