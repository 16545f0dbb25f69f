/** What a comparison says of one judge: a row for each group, as the paper's table 1, and relative changes, as its figure 4. */
import { isRight } from '../evaluation/accuracy';
import { taskNamed } from '../evaluation/tasks';
import type { MethodName } from '../merging/merge-method';
import { blockLength } from '../perplexity/perplexity';
import { holm } from '../statistics/holm';
import { mcnemarP } from '../statistics/mcnemar';
import { pairedTest } from '../statistics/paired-mean';
import { twoSidedP } from '../statistics/student-t';
import type { ComparedSoup, ComparisonResult } from './results';

/** A text or a task. */
export interface Judge {
  kind: 'text' | 'task';
  name: string;
}

/** A soup of one method. */
export interface ComparedMethod {
  method: MethodName;
  /** perplexity, or accuracy; null where the soup could not be made */
  value: number | null;
  stderr: number | null;
  /** relative change against the best ingredient, positive where the soup is better, with its paired standard error */
  change: number | null;
  changeStderr: number | null;
  /** that the difference is chance, adjusted for all methods of the row (Holm); null where it cannot be told */
  p: number | null;
  /** whether it was made with what it is judged on */
  fitted: boolean;
  problem: string | null;
}

export interface ComparedGroup {
  ingredients: string[];
  /** the paper's Avg.ckpt, which has no error of its own, and Best.ckpt */
  average: number;
  best: { model: string; value: number; stderr: number | null };
  methods: ComparedMethod[];
}

/** What the soup of a group, by its place, is called in the rows. */
export function comparedSoupName(method: MethodName, group: number): string {
  return `${method} ${group + 1}`;
}

/** Each once, in the order in which they come. */
export function judgesOf({ perplexities, tasks }: { perplexities: { text: string }[]; tasks: { task: string }[] }): Judge[] {
  const judges = (kind: Judge['kind'], names: string[]): Judge[] => [...new Set(names)].map((name) => ({ kind, name }));
  return [...judges('text', perplexities.map(({ text }) => text)), ...judges('task', tasks.map(({ task }) => task))];
}

export function comparedGroups(result: ComparisonResult, judge: Judge): ComparedGroup[] {
  return result.groups.map((ingredients, group) => {
    const values = ingredients.map((model) => {
      const { value, stderr } = valueOf(result, judge, model) ?? { value: NaN, stderr: null };
      return { model, value, stderr };
    });
    const best = values.reduce((a, b) => (better(judge, b.value, a.value) ? b : a));
    const soups = result.soups.filter((soup) => soup.group === group);
    const methods = soups.map((soup) => methodOf(result, judge, soup, best));
    const adjusted = holm(methods.map(({ p }) => p ?? 1));
    return {
      ingredients,
      average: values.reduce((sum, { value }) => sum + value, 0) / values.length,
      best,
      methods: methods.map((method, i) => ({ ...method, p: method.p === null ? null : adjusted[i] })),
    };
  });
}

function better({ kind }: Judge, a: number, b: number): boolean {
  return kind === 'text' ? a < b : a > b;
}

function valueOf(result: ComparisonResult, { kind, name }: Judge, model: string): { value: number; stderr: number | null; fitted: boolean } | undefined {
  const row = kind === 'text' ? result.perplexities.find((each) => each.text === name && each.model === model) : result.rows.find((each) => each.task === name && each.model === model);
  return row && { value: 'perplexity' in row && kind === 'text' ? (row.perplexity as number) : (row as { accuracy: number }).accuracy, stderr: row.stderr, fitted: row.fitted };
}

function methodOf(result: ComparisonResult, judge: Judge, { method, model, problem }: ComparedSoup, best: ComparedGroup['best']): ComparedMethod {
  const found = valueOf(result, judge, model);
  if (!found) return { method, value: null, stderr: null, change: null, changeStderr: null, p: null, fitted: false, problem };
  const against = judge.kind === 'text' ? onTokens(result, judge.name, model) : onItems(result, judge.name, model, best);
  return { method, ...found, ...against, problem };
}

type Against = Pick<ComparedMethod, 'change' | 'changeStderr' | 'p'>;

/** Perplexity falls by the share 1 - exp(difference); its error is that of the mean NLLs, to first order. */
function onTokens(result: ComparisonResult, text: string, model: string): Against {
  const found = result.differences.find((each) => each.model === model && each.text === text);
  if (!found) return { change: null, changeStderr: null, p: null };
  const { difference, stderr } = found;
  const tokens = result.perplexities.find((row) => row.text === text)?.tokens ?? 0;
  const df = Math.floor(tokens / blockLength) - 1;
  const p = difference === 0 ? 1 : stderr !== null && stderr > 0 && df > 0 ? twoSidedP(difference / stderr, df) : null;
  return { change: 0 - Math.expm1(difference), changeStderr: stderr, p };
}

function onItems(result: ComparisonResult, task: string, model: string, best: ComparedGroup['best']): Against {
  const [ours, theirs] = [rightOf(result, task, model), rightOf(result, task, best.model)];
  const differences = ours.map((right, i) => Number(right) - Number(theirs[i]));
  const count = (sign: number): number => differences.filter((each) => each === sign).length;
  const mean = (count(1) - count(-1)) / differences.length;
  const stderr = pairedTest(differences)?.stderr ?? null;
  return { change: mean / best.value, changeStderr: stderr === null ? null : stderr / best.value, p: mcnemarP(count(1), count(-1)) };
}

function rightOf({ tasks, answers }: ComparisonResult, task: string, model: string): boolean[] {
  const gold = tasks.find((asked) => asked.task === task)?.gold ?? [];
  const given = answers.find((each) => each.task === task && each.model === model)?.answers ?? [];
  return given.map((answer, i) => isRight(taskNamed(task).metric, gold[i], answer));
}

/** The relative changes of one method over all groups, those that could be made. */
export interface MethodChanges {
  method: MethodName;
  changes: number[];
  mean: number;
  median: number;
  /** how many soups are better than their best ingredient, and how many of those by more than chance */
  better: number;
  surelyBetter: number;
  surelyWorse: number;
}

/** Below this a difference is called more than chance. */
const alpha = 0.05;

export function changesByMethod(groups: ComparedGroup[]): MethodChanges[] {
  const methods = [...new Set(groups.flatMap((group) => group.methods.map(({ method }) => method)))];
  return methods.map((method) => {
    const made = groups.flatMap((group) => group.methods.filter((each) => each.method === method && each.change !== null)) as (ComparedMethod & { change: number })[];
    const changes = made.map(({ change }) => change);
    const sure = (sign: number): number => made.filter(({ change, p }) => Math.sign(change) === sign && p !== null && p < alpha).length;
    return { method, changes, mean: changes.reduce((a, b) => a + b, 0) / changes.length, median: quantile(changes, 0.5), better: changes.filter((change) => change > 0).length, surelyBetter: sure(1), surelyWorse: sure(-1) };
  });
}

/** Between the two nearest values (Hyndman and Fan 1996, type 7). */
export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}
