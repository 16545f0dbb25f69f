/** What the scores on a task mean, in sentences: first whether anything differs, then how much it would take to see it. */
import type { Comparison } from '../evaluation/comparison';
import { taskNamed } from '../evaluation/tasks';
import { count } from '../count';
import { listed } from '../listed';
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
  return [...chanceWords(scores), ...differences(scores, comparisons, reference), ...fittedWords(scores), ...twinWords(scores)];
}

function chanceWords({ rows, chance, answered }: TaskScores): string[] {
  if (chance === null) return [];
  const complete = rows.filter(({ model }) => answered.some((each) => each.model === model));
  const guessing = complete.filter(({ interval: [low, high] }) => low <= chance && chance <= high);
  const below = complete.filter(({ interval: [, high] }) => high < chance);
  const share = `(${chance.toFixed(2)})`;
  if (guessing.length > 0 && guessing.length === complete.length) return [guessingWords(complete.length, share)];
  const part = (what: string, models: Named[]): string[] => (models.length > 0 ? [`${what} ${share}: ${quoted(models).join(', ')}.`] : []);
  const parts = [...part('Not told from guessing', guessing), ...part('Right less often than by guessing', below)];
  return parts.length > 0 ? [parts.join(' ')] : [];
}

function guessingWords(models: number, share: string): string {
  return `On these items ${models === 1 ? 'the model is not told from guessing: its' : 'no model is told from guessing: every'} interval holds chance ${share}.`;
}

/** What is said of several comparisons at once. */
interface Told {
  /** the one that tells most first */
  comparisons: Comparison[];
  reference: string;
  /** all of them, in words */
  everyone: string;
  /** none of them, in words */
  nobody: string;
  /** a p-value that counts all comparisons that were made, also those that are not told */
  p: (value: number) => string;
}

function differences(scores: TaskScores, comparisons: Comparison[], reference: string): string[] {
  if (comparisons.length === 0) return ['One model alone leaves nothing to compare.'];
  const told = toldOf(scores, comparisons, reference);
  const real = told.comparisons.filter(({ pAdjusted }) => pAdjusted < alpha);
  const margins = told.comparisons.filter(({ margin }) => margin?.pAdjusted != null && margin.pAdjusted < alpha);
  const ahead = real.some(({ difference }) => difference < 0) || margins.some(({ margin }) => (margin?.mean ?? 0) < 0);
  return [
    ...(real.length > 0 ? realWords(real, told) : [levelWords(told), powerWords(told.comparisons[0], scores.asked.of)]),
    marginWords(margins, told, scores.asked.task, real.length > 0),
    ahead ? selectionWords(scores, reference) : '',
  ].filter((sentence) => sentence !== '');
}

/** Soups against the reference, or all models where that is a soup or there is none. */
function toldOf({ soups }: TaskScores, comparisons: Comparison[], reference: string): Told {
  const mixed = soups.includes(reference) ? [] : comparisons.filter(({ model }) => soups.includes(model));
  const found = mixed.length > 0 ? mixed : comparisons;
  const [everyone, nobody] = mixed.length > 0 ? ['Every soup', 'No soup'] : ['Every other model', 'No other model'];
  const p = (value: number): string => `${comparisons.length > 1 ? 'adjusted ' : ''}${pText(value)}`;
  return { comparisons: [...found].sort(mostFirst), reference, everyone, nobody, p };
}

function mostFirst(a: Comparison, b: Comparison): number {
  return a.p - b.p || Math.abs(b.difference) - Math.abs(a.difference) || discordant(b) - discordant(a);
}

function discordant({ onlyModel, onlyReference }: Comparison): number {
  return onlyModel + onlyReference;
}

/** Those that differ: the first with its numbers, the others by name. */
function realWords([first, ...others]: Comparison[], { reference, p }: Told): string[] {
  const { model, difference, pAdjusted } = first;
  const more = difference < 0 ? 'fewer' : 'more';
  const named = others.map((other) => `“${other.model}” (${other.difference < 0 ? '−' : '+'}${points(other.difference)})`);
  return [
    `“${model}” has ${more} items right than “${reference}”, by ${points(difference)}, which is more than chance makes: ${aloneWords(first)} (${p(pAdjusted)}).`,
    named.length > 0 ? `Also told from “${reference}”: ${named.join(', ')}.` : '',
  ];
}

/** Nothing that differs, and how near the first comes to it. */
function levelWords({ comparisons, reference, everyone, nobody, p }: Told): string {
  const [first, ...others] = comparisons;
  const { model, difference, pAdjusted } = first;
  const alone = others.length === 0;
  if (discordant(first) === 0) return `${alone ? `“${model}”` : everyone} has the same items right as “${reference}”.`;
  const differs = `${alone ? `“${model}” does not differ` : `${nobody} differs`} from “${reference}” in accuracy`;
  if (difference === 0) return `${differs}: ${alone ? `each alone is right on ${items(first.onlyModel)}` : 'every one has as many items right'}.`;
  const where = `${points(difference)} ${difference < 0 ? 'below' : 'above'}`;
  const most = alone ? `: it is ${where}, and` : `. The most different, “${model}”, is ${where}:`;
  return `${differs} by more than chance makes${most} ${aloneWords(first)} (${p(pAdjusted)}).`;
}

function aloneWords({ reference, onlyModel, onlyReference }: Comparison): string {
  return `it alone is right on ${items(onlyModel)}, “${reference}” alone on ${count(onlyReference)}`;
}

/** Silent where as many were asked: that a difference is not told then comes from the number of comparisons. */
function powerWords({ itemsNeeded, difference, n }: Comparison, of: number): string {
  if (itemsNeeded === null || itemsNeeded <= n) return '';
  return `To see a difference of ${points(difference)} you would need about ${count(roughly(itemsNeeded))} items like these; the set has ${count(of)}.`;
}

/** Margins tell more than right and wrong, so they are told also where accuracy shows nothing. */
function marginWords(found: Comparison[], { comparisons, reference, p }: Told, task: string, real: boolean): string {
  if (comparisons.every(({ margin }) => margin?.pAdjusted == null)) return '';
  const what = taskNamed(task).metric === 'greedy' ? 'here the log-likelihood of the right word, in nats' : 'by how many nats the right answer is likelier than the best wrong one';
  const each = found.flatMap(({ model, margin }) => (margin ? [`“${model}” by ${signed(margin.mean)} ± ${margin.stderr.toFixed(3)} (${p(margin.pAdjusted ?? 1)})`] : []));
  const shown = each.length > 0 ? `on average they differ from those of “${reference}”: ${each.join(', ')}` : `they show none${real ? '' : ' either'}`;
  return `Margins (${what}) need fewer items to tell a small difference; ${shown}.`;
}

/** A reference that was picked for its score on these items makes others look worse than they are. */
function selectionWords({ best, usual }: TaskScores, reference: string): string {
  return reference === best && reference !== usual ? `But “${reference}” was picked as the best on these very items, which makes others look worse than they are.` : '';
}

function fittedWords({ rows }: TaskScores): string[] {
  const fitted = quoted(rows.filter((row) => row.fitted));
  if (fitted.length === 0) return [];
  return [`${listed(fitted)} took ${fitted.length === 1 ? 'its' : 'their'} coefficients from the words of this task’s items, without their answers.`];
}

function twinWords({ asked }: TaskScores): string[] {
  if (!asked.clusters) return [];
  const clusters = new Set(asked.clusters).size;
  return [`Some items are twins (${count(asked.gold.length)} items, ${count(clusters)} independent): intervals of differences and tests of margins count twins as one; all else takes every item as independent.`];
}

interface Named {
  model: string;
}

function quoted(models: Named[]): string[] {
  return models.map(({ model }) => `“${model}”`);
}

function items(number: number): string {
  return `${count(number)} item${number === 1 ? '' : 's'}`;
}

/** The size of a difference in percentage points; one item of a large set needs a second decimal to be seen. */
export function points(difference: number): string {
  const size = 100 * Math.abs(difference);
  return `${size.toFixed(size < 0.095 ? 2 : 1)} points`;
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
