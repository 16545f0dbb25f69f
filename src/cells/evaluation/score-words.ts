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
 * @param comparisons of every other model with the reference
 * @returns sentences, the most important first
 */
export function scoreWords(scores: TaskScores, comparisons: Comparison[], reference: string | null): string[] {
  const n = scores.asked.gold.length;
  if (scores.answered.length === 0 || reference === null) return [];
  if (n < fewest) return [`${n === 1 ? 'One item is' : `${n} items are`} too few to tell anything.`];
  const mixed = comparisons.filter(({ model }) => scores.soups.includes(model));
  const told = mixed.length > 0 && !scores.soups.includes(reference) ? mixed : comparisons;
  return [...chanceWords(scores), ...differences(told, scores, reference), ...fittedWords(scores), ...twinWords(scores)];
}

function chanceWords({ rows, chance, answered }: TaskScores): string[] {
  if (chance === null) return [];
  const complete = rows.filter(({ model }) => answered.some((each) => each.model === model));
  const guessing = complete.filter(({ interval: [low, high] }) => low <= chance && chance <= high);
  if (guessing.length === 0) return [];
  if (guessing.length < complete.length) return [`Not told from guessing (${chance.toFixed(2)}): ${guessing.map(({ model }) => `“${model}”`).join(', ')}.`];
  return [`On these items ${complete.length === 1 ? 'the model is not' : 'no model is'} told from guessing: every interval holds chance (${chance.toFixed(2)}).`];
}

/** Soups against the reference, or all models where that is a soup or there is none. */
function differences(comparisons: Comparison[], scores: TaskScores, reference: string): string[] {
  if (comparisons.length === 0) return ['One model alone is too few to tell a difference.'];
  const [first] = [...comparisons].sort((a, b) => a.pAdjusted - b.pAdjusted || Math.abs(b.difference) - Math.abs(a.difference));
  const real = first.pAdjusted < alpha;
  return [
    accuracyWords(first, comparisons.length, reference),
    real ? selectionWords(scores, reference) : powerWords(first, scores.asked.of),
    marginWords(comparisons, reference, real),
  ].filter((sentence) => sentence !== '');
}

function accuracyWords(first: Comparison, family: number, reference: string): string {
  const { model, difference, pAdjusted, p, onlyModel, onlyReference } = first;
  const size = points(Math.abs(difference));
  const alone = `it alone has ${count(onlyModel)} items right, “${reference}” alone ${count(onlyReference)}`;
  if (pAdjusted < alpha) return `“${model}” has ${difference < 0 ? 'fewer' : 'more'} items right than “${reference}”, by ${size}, which is more than chance makes: ${alone} (${pText(pAdjusted)}).`;
  if (onlyModel + onlyReference === 0) return `${family === 1 ? `“${model}” has` : 'All have'} the same items right as “${reference}”.`;
  const subject = family === 1 ? `“${model}” does not differ from “${reference}”` : `Nothing here differs from “${reference}”`;
  const where = difference === 0 ? 'level with it' : `${size} ${difference < 0 ? 'below' : 'above'}`;
  return `${subject} in accuracy by more than chance makes: ${family === 1 ? 'it' : `“${model}”`} is ${where}; ${alone} (${pText(p)}).`;
}

/** A reference that was picked for its score on these items makes others look worse than they are. */
function selectionWords({ best, usual }: TaskScores, reference: string): string {
  return reference === best && reference !== usual ? `But “${reference}” was picked as the best on these very items, which makes such a p too small.` : '';
}

function powerWords({ itemsNeeded, difference }: Comparison, of: number): string {
  if (itemsNeeded === null) return '';
  return `To see a difference of ${points(Math.abs(difference))} you would need about ${count(roughly(itemsNeeded))} items like these; the set has ${count(of)}.`;
}

/** Margins tell more than right and wrong, so they are told also where accuracy shows nothing. */
function marginWords(comparisons: Comparison[], reference: string, real: boolean): string {
  const told = comparisons.flatMap(({ model, margin }) => (margin?.pAdjusted != null && margin.pAdjusted < alpha ? [{ model, margin }] : []));
  const what = 'Margins (by how many nats the right answer is likelier than the next), which tell small differences from chance sooner,';
  if (told.length === 0) return `${what} show none${real ? '' : ' either'}.`;
  const each = told.map(({ model, margin }) => `“${model}” ${signed(margin.mean)} ± ${margin.stderr.toFixed(3)} an item (${pText(margin.pAdjusted ?? 1)})`);
  return `${what} do differ from those of “${reference}”: ${each.join('; ')}.`;
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
