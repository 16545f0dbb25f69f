/** What the scores on a task mean, in sentences: first whether anything differs, then how much it would take to see it. */
import type { Comparison } from '../../core/evaluation/comparison';
import { taskNamed } from '../../core/evaluation/tasks';
import { count } from '../../ui/numbers';
import type { TaskScores } from './task-scores';

/** A difference is called one where chance makes its like less often than this, adjusted for all comparisons together. */
const alpha = 0.05;
/** With fewer items nothing can be told, whatever they say. */
const fewest = 20;

/**
 * @param comparisons of soups, or where there is none of every model, with the reference
 * @returns sentences, the most important first
 */
export function scoreWords(scores: TaskScores, comparisons: Comparison[], reference: string | null): string[] {
  const n = scores.asked.gold.length;
  if (scores.answered.length === 0) return [];
  if (n < fewest) return [`${n === 1 ? 'One item is' : `${n} items are`} too few to tell anything.`];
  const interesting = comparisons.filter(({ model }) => scores.soups.length === 0 || scores.soups.includes(model) || scores.soups.includes(reference ?? ''));
  return [...differences(interesting, scores, reference), ...chanceWords(scores), ...fittedWords(scores), ...twinWords(scores)];
}

function differences(comparisons: Comparison[], scores: TaskScores, reference: string | null): string[] {
  if (comparisons.length === 0) return ['One model alone is too few to tell a difference.'];
  const [first] = [...comparisons].sort((a, b) => a.pAdjusted - b.pAdjusted || Math.abs(b.difference) - Math.abs(a.difference));
  const to = `“${reference}”${reference === scores.best && scores.checkpoints.includes(reference ?? '') ? ' (the best checkpoint here, chosen on these very items)' : ''}`;
  return [accuracyWords(first, comparisons.length, to), powerWords(first, scores.asked.of), marginWords(comparisons, to)].filter((sentence) => sentence !== '');
}

function accuracyWords(first: Comparison, family: number, to: string): string {
  const { model, difference, pAdjusted } = first;
  const than = family === 1 ? `“${model}”` : `The largest, “${model}”`;
  const size = `${points(Math.abs(difference))} ${difference < 0 ? 'below' : 'above'}`;
  if (pAdjusted < alpha) return `“${model}” has ${difference < 0 ? 'fewer' : 'more'} items right than ${to}, by ${points(Math.abs(difference))}: more than chance makes (${pText(pAdjusted)}).`;
  if (first.onlyModel + first.onlyReference === 0) return `${family === 1 ? `“${model}”` : 'Every model'} has the same items right as ${to}.`;
  return `${family === 1 ? 'The difference' : 'No difference'} to ${to} is ${family === 1 ? 'no larger' : 'larger'} than chance makes. ${than} is ${size}: it alone has ${count(first.onlyModel)} items right, the other alone ${count(first.onlyReference)} (${pText(first.p)}).`;
}

function powerWords({ pAdjusted, itemsNeeded, difference }: Comparison, of: number): string {
  if (pAdjusted < alpha || itemsNeeded === null) return '';
  return `To see a difference of ${points(Math.abs(difference))} you would need about ${count(roughly(itemsNeeded))} items; this set has ${count(of)}.`;
}

/** Margins tell more than right and wrong, so they are told also where accuracy shows nothing. */
function marginWords(comparisons: Comparison[], to: string): string {
  const told = comparisons.flatMap(({ model, margin }) => (margin?.pAdjusted != null && margin.pAdjusted < alpha ? [{ model, margin }] : []));
  const what = 'Margins (how much likelier the right answer is than the next, in nats), which tell small differences from chance sooner,';
  if (told.length === 0) return `${what} show none either.`;
  const each = told.map(({ model, margin }) => `“${model}” ${signed(margin.mean)} ± ${margin.stderr.toFixed(3)} per item (${pText(margin.pAdjusted ?? 1)})`);
  return `${what} do differ from ${to}: ${each.join('; ')}.`;
}

function chanceWords({ rows, chance, answered }: TaskScores): string[] {
  if (chance === null) return [];
  const complete = rows.filter(({ model }) => answered.some((each) => each.model === model));
  const [above, at] = [complete.filter(({ interval }) => interval[0] > chance), complete.filter(({ interval }) => interval[0] <= chance && chance <= interval[1])];
  if (at.length === complete.length) return [`Every interval holds chance (${chance.toFixed(2)}): on these items ${complete.length === 1 ? 'the model is' : 'the models are'} not told from guessing.`];
  return above.length === complete.length ? [] : [`Not told from guessing (${chance.toFixed(2)}): ${at.map(({ model }) => `“${model}”`).join(', ') || 'none, but some are below it'}.`];
}

function fittedWords({ rows }: TaskScores): string[] {
  const fitted = rows.filter((row) => row.fitted).map(({ model }) => `“${model}”`);
  return fitted.length ? [`${fitted.join(' and ')} took ${fitted.length === 1 ? 'its' : 'their'} coefficients from the words of this task’s items, without their answers.`] : [];
}

function twinWords({ asked }: TaskScores): string[] {
  if (!asked.clusters) return [];
  const clusters = new Set(asked.clusters).size;
  return [`Some items are twins (${count(asked.gold.length)} items, ${count(clusters)} independent): intervals of differences and tests of margins count twins as one; ± and McNemar’s test take every item as independent.`];
}

/** Percentage points. */
export function points(difference: number): string {
  return `${(100 * difference).toFixed(1)} points`;
}

export function signed(value: number, digits = 3): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
}

export function pText(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(p < 0.1 ? 3 : 2)}`;
}

/** Two significant digits: a power calculation knows no more. */
function roughly(value: number): number {
  return Number(value.toPrecision(2));
}

/** How a model's answer counts, for those who read the items. */
export function metricWords(task: string): string {
  const { metric, normalised } = taskNamed(task);
  if (metric === 'greedy') return 'An answer is right where it is, token by token, what the model would say first; perplexity is that of the last word.';
  return `The answer is the likeliest choice${normalised ? '; acc_norm takes the likeliest per character' : ''}.`;
}
