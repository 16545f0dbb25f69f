/** What a comparison says of its methods, in sentences. */
import { taskTitle } from '../evaluation/tasks';
import { listed } from '../listed';
import type { MethodName } from '../merging/merge-method';
import { mergeMethods } from '../merging/merge-methods';
import { pairedTest } from '../statistics/paired-mean';
import { changesByMethod, type ComparedGroup, type ComparedMethod, type Judge, type MethodChanges } from './compared';

/** What soups are held against each other by. */
export function judgeWords({ kind, name }: Judge): string {
  return kind === 'text' ? `perplexity on “${name}”` : `accuracy, ${taskTitle(name)}`;
}

/** One method against the best ingredient, over all groups. */
export function changeWords({ method, changes, mean, median, better, surelyBetter, surelyWorse }: MethodChanges): string {
  const { title } = mergeMethods[method];
  const n = changes.length;
  if (n === 0) return `${title}: no soup could be made.`;
  const sure = [surelyBetter > 0 ? `${surelyBetter} by more than chance` : '', surelyWorse > 0 ? `${surelyWorse} worse by more than chance` : ''].filter(Boolean).join(', ');
  return `${title}: ${percent(mean)} on average, median ${percent(median)}; better than the best ingredient in ${better} of ${n}${sure ? ` (${sure})` : ''}.`;
}

/** Means that are as near come from the same soups. */
const same = 1e-9;

/** Which method comes first, and whether that is sure: the two best, group by group. */
export function leaderWords(groups: ComparedGroup[]): string {
  const made = changesByMethod(groups)
    .filter(({ changes }) => changes.length > 0)
    .sort((a, b) => b.mean - a.mean);
  if (made.length < 2) return '';
  const level = made.filter(({ mean }) => made[0].mean - mean < same);
  if (level.length === made.length) return `On average all methods come to the same, ${percent(made[0].mean)}.`;
  const named = (methods: MethodChanges[]): string => `${listed(methods.map(({ method }) => mergeMethods[method].title))} (${percent(methods[0].mean)})`;
  const next = made[level.length];
  return `Highest on average: ${named(level)}, before ${named([next])}; ${apartWords(groups, made[0].method, next.method)}.`;
}

function apartWords(groups: ComparedGroup[], first: MethodName, second: MethodName): string {
  const changeOf = ({ methods }: ComparedGroup, wanted: MethodName): number | null => methods.find(({ method }) => method === wanted)?.change ?? null;
  const pairs = groups.map((group) => [changeOf(group, first), changeOf(group, second)] as const);
  const test = pairedTest(pairs.flatMap(([a, b]) => (a === null || b === null ? [] : [a - b])));
  if (!test) return 'one group cannot tell whether that is chance';
  const size = `(${signed(test.mean)} ± ${(100 * test.stderr).toFixed(2)} % over ${test.n} groups)`;
  if (test.p === null) return `they differ by the same in each group ${size}`;
  return test.p < 0.05 ? `they differ by more than chance ${size}` : `that may well be chance ${size}`;
}

/** Rows that were made with what they are judged on. */
export function fittedWords(groups: ComparedGroup[]): string {
  const fitted = new Set(groups.flatMap(({ methods }) => methods.filter((each) => each.fitted).map(({ method }) => mergeMethods[method].title)));
  return fitted.size === 0 ? '' : `Made with what they are judged on, which flatters them: ${[...fitted].join(', ')}.`;
}

/** One soup against the best ingredient of its group, with its paired error; nothing where it could not be made. */
export function againstBest({ change, changeStderr }: ComparedMethod): string {
  if (change === null) return '';
  return changeStderr === null ? percent(change) : `${signed(change)} ± ${(100 * changeStderr).toFixed(2)} %`;
}

export function percent(share: number): string {
  return `${signed(share)} %`;
}

/** In percent, with a true minus. */
function signed(share: number): string {
  const text = (100 * Math.abs(share)).toFixed(2);
  return `${Number(text) === 0 ? '' : share < 0 ? '−' : '+'}${text}`;
}
