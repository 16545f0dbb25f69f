/** What a cell came to, as tables and sentences for those who only read it. */
import { coefficientRemark } from '../cells/coefficient-words';
import { againstBest } from '../cells/against-best';
import { verdictOn } from '../cells/verdict';
import { taskNamed, taskTitle } from '../core/evaluation/tasks';
import { mergeMethods } from '../core/merging/merge-methods';
import { changesByMethod, comparedGroups, judgesOf, type Judge } from '../core/notebook/compared';
import { changeWords, fittedWords } from '../core/notebook/compared-words';
import type { CellResult, ResultOf } from '../core/notebook/results';
import { metricWords, scoreWords } from '../core/notebook/score-words';
import { comparisonsWith, taskScores } from '../core/notebook/task-scores';
import { blockLength } from '../core/perplexity/perplexity';
import { count, perplexityText, withError } from '../ui/numbers';

/** The first column names what a row is of; the others are numbers. */
export interface Table {
  /** the task it is about, where a result has several */
  task?: string;
  caption: string;
  head: string[];
  rows: string[][];
}

/** sentences about scores that everyone reads; the others are for those who want to know */
const lead = 2;

/** @returns in the order in which to read them */
export function resultParts(result: CellResult): (Table | string)[] {
  return partsOf(result).filter((part) => part !== '');
}

function partsOf(result: CellResult): (Table | string)[] {
  switch (result.kind) {
    case 'checkpoints':
      return [checkpointsTable(result)];
    case 'soup':
      return [coefficientsTable(result), coefficientRemark(result)];
    case 'perplexity':
      return result.tokens.flatMap(({ text }) => perplexityParts(result, text));
    case 'sweep':
      return sweepParts(result);
    case 'evaluation':
      return result.tasks.flatMap(({ task }) => taskParts(result, task));
    case 'comparison':
      return judgesOf(result).flatMap((judge) => judgeParts(result, judge));
  }
}

function judgeParts(result: ResultOf<'comparison'>, judge: Judge): (Table | string)[] {
  const groups = comparedGroups(result, judge);
  const changes = changesByMethod(groups);
  const show = (value: number | null): string => (value === null ? '' : judge.kind === 'text' ? perplexityText(value) : value.toFixed(3));
  const rows = groups.map(({ ingredients, average, best, methods }) => [ingredients.join(' + '), show(average), show(best.value), ...methods.map(({ value }) => show(value))]);
  const head = ['ingredients', 'Avg.ckpt', 'Best.ckpt', ...changes.map(({ method }) => mergeMethods[method].title)];
  const caption = judge.kind === 'text' ? `Perplexity on “${judge.name}”` : `Accuracy, ${taskTitle(judge.name)}`;
  return [{ caption, head, rows }, ...changes.map(changeWords), fittedWords(groups)];
}

function checkpointsTable({ checkpoints }: ResultOf<'checkpoints'>): Table {
  const rows = checkpoints.map(({ id, parameters, window }) => [id, count(parameters), count(window)]);
  return { caption: 'Checkpoints', head: ['checkpoint', 'parameters', 'window, tokens'], rows };
}

function coefficientsTable({ ingredients, coefficients, stderrs, perplexities }: ResultOf<'soup'>): Table {
  const measured = perplexities.length > 0;
  const rows = ingredients.map((name, i) => [
    ...[name, withError(coefficients[i], stderrs?.[i] ?? null, 4)],
    ...(measured ? [perplexityText(perplexities[i].perplexity, perplexities[i].stderr)] : []),
  ]);
  return { caption: 'Coefficients', head: ['ingredient', 'coefficient', ...(measured ? ['perplexity'] : [])], rows };
}

function perplexityParts(result: ResultOf<'perplexity'>, text: string): (Table | string)[] {
  const of = result.rows.filter((row) => row.text === text);
  const [verdict, compared] = [verdictOn(result, text), againstBest(result, text)];
  const rows = of.map((row) => [row.model, perplexityText(row.perplexity, row.stderr), row.bitsPerByte.toFixed(4), compared.get(row.model) ?? '']);
  const errors = of.every(({ stderr }) => stderr === null) ? 'The text is too short to give errors.' : `± is one standard error over blocks of ${blockLength} tokens; that of a difference is paired, over the same tokens.`;
  const fitted = of.filter((row) => row.fitted).map(({ model }) => `“${model}” took its coefficients from this same text, which flatters it here.`);
  return [
    ...(verdict ? [`${verdict.main} ${verdict.rest}`.trim()] : []),
    { caption: `Perplexity on “${text}”`, head: ['model', 'perplexity', 'bits per byte', 'against the best checkpoint'], rows },
    [`${count(of[0]?.tokens ?? 0)} tokens, in windows of ${result.window}.`, errors, ...fitted].join(' '),
  ];
}

function sweepParts({ ends, points, marks, soups: many }: ResultOf<'sweep'>): (Table | string)[] {
  if (many) return [{ caption: 'Uniform soups', head: ['of', 'perplexity', 'the best of them'], rows: many.map((soup) => [soup.ingredients.join(' + '), perplexityText(soup.perplexity, soup.stderr), perplexityText(soup.best.perplexity)]) }];
  const row = (name: string, { perplexity, stderr }: { perplexity: number; stderr: number | null }): string[] => [name, perplexityText(perplexity, stderr)];
  const measured = points.map((point) => row(point.coefficient.toFixed(3), point));
  const soups = marks.map(({ soup, point }) => row(`${point.coefficient.toFixed(4)} (${soup})`, point));
  return [
    { caption: `From ${ends[0]} to ${ends[1]}`, head: [`share of ${ends[1]}`, 'perplexity'], rows: [...measured, ...soups] },
    'A place chosen on this text flatters itself on this text; judge it on another.',
  ];
}

function taskParts(result: ResultOf<'evaluation'>, task: string): (Table | string)[] {
  const scores = taskScores(result, task);
  if (!scores) return [];
  const { normalised, metric } = taskNamed(task);
  const rows = scores.rows.map((row) => [
    ...[row.model, count(row.n), withError(row.accuracy, row.stderr, 4), row.interval.map((end) => end.toFixed(3)).join(' to ')],
    ...(normalised ? [withError(row.accuracyNorm, row.stderrNorm, 4)] : []),
    ...(metric === 'greedy' ? [row.perplexity?.toFixed(2) ?? ''] : []),
  ]);
  const head = ['model', 'items', 'acc', '95 % interval', ...(normalised ? ['acc_norm'] : []), ...(metric === 'greedy' ? ['perplexity'] : [])];
  const words = scoreWords(scores, comparisonsWith(scores, scores.usual), scores.usual);
  return [{ task, caption: taskTitle(task), head, rows }, words.slice(0, lead).join(' '), [...words.slice(lead), metricWords(task)].join(' ')];
}
