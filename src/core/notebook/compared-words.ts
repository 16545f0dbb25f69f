/** What a comparison says of its methods, in sentences. */
import { mergeMethods } from '../merging/merge-methods';
import type { ComparedGroup, MethodChanges } from './compared';

/** One method against the best ingredient, over all groups. */
export function changeWords({ method, changes, mean, median, better, surelyBetter, surelyWorse }: MethodChanges): string {
  const { title } = mergeMethods[method];
  const n = changes.length;
  if (n === 0) return `${title}: no soup could be made.`;
  const sure = [surelyBetter > 0 ? `${surelyBetter} by more than chance` : '', surelyWorse > 0 ? `${surelyWorse} worse by more than chance` : ''].filter(Boolean).join(', ');
  return `${title}: ${percent(mean)} on average, median ${percent(median)}; better than the best ingredient in ${better} of ${n}${sure ? ` (${sure})` : ''}.`;
}

/** Which method comes first, and whether that is sure. */
export function leaderWords(changes: MethodChanges[]): string {
  const made = changes.filter((each) => each.changes.length > 0);
  if (made.length < 2) return '';
  const [first, second] = [...made].sort((a, b) => b.mean - a.mean);
  return `Highest on average: ${mergeMethods[first.method].title} (${percent(first.mean)}), before ${mergeMethods[second.method].title} (${percent(second.mean)}).`;
}

/** Rows that were made with what they are judged on. */
export function fittedWords(groups: ComparedGroup[]): string {
  const fitted = new Set(groups.flatMap(({ methods }) => methods.filter((each) => each.fitted).map(({ method }) => mergeMethods[method].title)));
  return fitted.size === 0 ? '' : `Made with what they are judged on, which flatters them: ${[...fitted].join(', ')}.`;
}

/** With its sign; a true minus. */
export function percent(share: number): string {
  const text = (100 * Math.abs(share)).toFixed(2);
  return `${Number(text) === 0 ? '' : share < 0 ? '−' : '+'}${text} %`;
}
