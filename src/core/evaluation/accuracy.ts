/** Log-likelihoods of the choices -> right or wrong, accuracy, and its standard error. */
import type { WindowScores } from '../scoring/score';
import { wilsonInterval } from '../statistics/wilson';
import type { Item, Task } from './task';

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
  /** Wilson's, 95 %: the accuracies that go with what was seen */
  interval: [low: number, high: number];
  accuracyNorm: number;
  stderrNorm: number | null;
  /** of the one continuation, per item, where that is what a task asks for (LAMBADA); null elsewhere */
  perplexity: number | null;
}

/** @param scores of each choice's tokens */
export function answer(item: Item, scores: WindowScores[]): Answer {
  const logLikelihoods = scores.map(({ nll }) => -nll.reduce((a, b) => a + b, 0));
  const greedy = scores.map(({ gap }) => gap.every((value) => value === 0));
  const perCharacter = logLikelihoods.map((value, i) => value / item.choices[i].characters);
  return { logLikelihoods, greedy, choice: firstLargest(logLikelihoods), choiceNorm: firstLargest(perCharacter) };
}

/** Whether an answer is right, as its task counts. */
export function isRight(metric: Task['metric'], gold: number, { choice, greedy }: Answer): boolean {
  return metric === 'greedy' ? greedy[gold] : choice === gold;
}

/**
 * By how much the right choice is likelier than the best of the others, in nats; where there is no other, its log-likelihood.
 * It tells models apart on far fewer items than right and wrong do.
 */
export function marginOf(gold: number, { logLikelihoods }: Answer): number {
  const others = logLikelihoods.filter((_, i) => i !== gold);
  return logLikelihoods[gold] - (others.length > 0 ? Math.max(...others) : 0);
}

export function accuracyOf(metric: Task['metric'], gold: number[], answers: Answer[]): Accuracy {
  const right = answers.map((each, i) => isRight(metric, gold[i], each));
  const rightNorm = metric === 'greedy' ? right : answers.map(({ choiceNorm }, i) => choiceNorm === gold[i]);
  const [accuracy, stderr] = meanAndError(right);
  const [accuracyNorm, stderrNorm] = meanAndError(rightNorm);
  const interval = wilsonInterval(right.filter(Boolean).length, right.length);
  const perplexity = metric === 'greedy' ? Math.exp(-answers.reduce((sum, { logLikelihoods: [value] }) => sum + value, 0) / answers.length) : null;
  return { n: answers.length, accuracy, stderr, interval, accuracyNorm, stderrNorm, perplexity };
}

/** numpy's argmax: the first of equals. */
function firstLargest(values: number[]): number {
  return values.indexOf(Math.max(...values));
}

/** The share that is right, and its standard error: null where there is one item only. */
export function meanAndError(right: boolean[]): [mean: number, stderr: number | null] {
  const n = right.length;
  const mean = right.filter(Boolean).length / n;
  return [mean, n > 1 ? Math.sqrt((mean * (1 - mean)) / (n - 1)) : null];
}
