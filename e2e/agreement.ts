/** Whether the page's numbers are the command line's, and whether they are the golden ones. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readItemFiles } from '../src/core/evaluation/item-files';
import type { Item } from '../src/core/evaluation/task';
import { taskNamed } from '../src/core/evaluation/tasks';
import type { Report } from '../src/core/notebook/report';
import type { ResultOf } from '../src/core/notebook/results';
import { farthest, goldenHarness, root } from './golden';

/** What both ends say, in one order; a mean NLL is compared on the scale its tolerance is given for. */
interface Agreement {
  /** everything that must be equal and is not */
  differ: string[];
  /** the largest difference of a mean NLL, over max(1, NLL) */
  nll: number;
  /** the largest difference of a coefficient, and of a standard error over its value */
  coefficient: number;
  error: number;
}

/** @param undecided how many items of a task are too close to call for a model, on this device */
export function compareReports(page: Report, cli: Report, undecided: (model: string, task: string) => number): Agreement {
  const differ: string[] = [];
  const same = (what: string, a: unknown, b: unknown): void => {
    if (JSON.stringify(a) !== JSON.stringify(b)) differ.push(`${what}: ${JSON.stringify(a)} on the page, ${JSON.stringify(b)} on the command line`);
  };
  const errors: [number, number][] = [];
  same('checkpoints', page.checkpoints, cli.checkpoints);
  const naming = ({ model, text, tokens }: Report['perplexity'][number]): unknown => [model, text, tokens];
  same('perplexity rows', page.perplexity.map(naming), cli.perplexity.map(naming));
  same('soups', page.soups.map(({ id, method, ingredients }) => [id, method, ingredients]), cli.soups.map(({ id, method, ingredients }) => [id, method, ingredients]));
  same('sweeps', page.sweeps.map(({ id, ends, points }) => [id, ends, points.map(({ coefficient }) => coefficient)]), cli.sweeps.map(({ id, ends, points }) => [id, ends, points.map(({ coefficient }) => coefficient)]));
  same('evaluations', page.evaluations.map(({ model, task, n }) => [model, task, n]), cli.evaluations.map(({ model, task, n }) => [model, task, n]));
  if (differ.length) return { differ, nll: Infinity, coefficient: Infinity, error: Infinity };

  page.perplexity.forEach((row, i) => {
    same(`perplexity of ${row.model}`, Math.log(row.perplexity).toFixed(9), (row.nll / row.tokens).toFixed(9));
    errors.push([row.stderr ?? NaN, cli.perplexity[i].stderr ?? NaN], [row.bitsPerByte, cli.perplexity[i].bitsPerByte]);
  });
  page.evaluations.forEach((row, i) => {
    const other = cli.evaluations[i];
    const moved = Math.max(Math.abs(row.accuracy - other.accuracy), Math.abs(row.accuracyNorm - other.accuracyNorm));
    if (moved * row.n > undecided(row.model, row.task) + 1e-9) same(`${row.model} on ${row.task}`, [row.accuracy, row.accuracyNorm], [other.accuracy, other.accuracyNorm]);
  });
  const mean = (report: Report): number[] => [
    ...report.perplexity.map(({ nll, tokens }) => nll / tokens),
    ...report.sweeps.flatMap(({ points }) => points.map(({ perplexity }) => Math.log(perplexity))),
  ];
  const flat = (soups: Report['soups']): number[] => soups.flatMap(({ coefficients }) => coefficients);
  errors.push(...page.soups.flatMap(({ stderrs }, i) => (stderrs ?? []).map((error, k): [number, number] => [error ?? NaN, cli.soups[i].stderrs?.[k] ?? NaN])));
  return {
    differ,
    nll: farthest(mean(page), mean(cli)),
    coefficient: farthest(flat(page.soups), flat(cli.soups)),
    error: Math.max(...errors.map(([a, b]) => Math.abs(a - b) / Math.abs(b))),
  };
}

export function bundledItems(task: string): Item[] {
  return readItemFiles(taskNamed(task), [{ name: task, text: readFileSync(join(root, 'public/tasks', `${task}.jsonl`), 'utf8') }]);
}

/** Items whose two answers (or, per character, their means) lie closer together than this, by the page's own numbers. */
export function undecidedItems({ answers }: ResultOf<'evaluation'>, margin: number): (model: string, task: string) => number {
  return (model, task) => {
    const rows = answers.find((row) => row.model === model && row.task === task)?.answers ?? [];
    const items = bundledItems(task);
    const close = rows.filter(({ logLikelihoods: [a, b] }, i) => {
      const [first, second] = items[i].choices.map(({ characters }) => characters);
      return Math.abs(a - b) < margin || Math.abs(a / first - b / second) < margin / Math.min(first, second);
    });
    return close.length;
  };
}

/**
 * Answers against the harness's: the largest difference of a log-likelihood over max(1, it), and items called differently
 * although the harness saw a margin above `margin`.
 */
export function compareWithHarness(model: string, task: string, { answers }: ResultOf<'evaluation'>, margin: number): { worst: number; wrong: number[] } {
  const golden = goldenHarness.models[model].tasks[task];
  const found = answers.find((row) => row.model === model && row.task === task)?.answers ?? [];
  const items = bundledItems(task);
  const expected = golden.logLikelihoods.slice(0, found.length);
  const wrong = found.flatMap(({ choice }, i) => {
    const decided = Math.abs(expected[i][0] - expected[i][1]) >= margin;
    return decided && Number(choice === items[i].gold) !== golden.right[i] ? [i] : [];
  });
  const negative = (rows: number[][]): number[] => rows.flat().map((value) => -value);
  return { worst: farthest(negative(found.map(({ logLikelihoods }) => logLikelihoods)), negative(expected)), wrong };
}
