/** Several soups at once, from the checkpoints of one cell: which go together, and what each soup is called. */
import type { MethodName } from '../merging/merge-method';
import { mergeMethods, methodNamed } from '../merging/merge-methods';
import type { Cell } from './document';
import { complete, freshName } from './edits';
import { limits } from './fields';

/** More at a time would bury the notebook. */
export const mostSoups = 40;

export type SeriesName = 'neighbours' | 'last' | 'lengths' | 'pairs';

interface Series {
  title: string;
  /** whether it asks for a number of checkpoints */
  counts: boolean;
  /** the ingredients of each soup. @param last the number it asks for */
  groups(checkpoints: string[], last: number): string[][];
}

export const series: Record<SeriesName, Series> = {
  neighbours: { title: 'each two neighbours', counts: false, groups: (all) => all.slice(1).map((later, i) => [all[i], later]) },
  last: { title: 'the last k', counts: true, groups: (all, last) => (all.length < 2 ? [] : [lastOf(all, last)]) },
  lengths: { title: 'the last 2, the last 3, … the last k', counts: true, groups: (all, last) => lastOf(all, last).slice(1).map((_, i) => lastOf(all, i + 2)) },
  pairs: { title: 'every pair', counts: false, groups: (all) => all.flatMap((earlier, i) => all.slice(i + 1).map((later) => [earlier, later])) },
};

export interface SoupsWanted {
  series: SeriesName;
  /** in the order of training */
  checkpoints: string[];
  last: number;
  method: MethodName;
  /** for a method that needs one */
  text: string | null;
}

/** How many soups it comes to; above `mostSoups` nobody should ask for them. */
export function countSoups({ series: name, checkpoints, last }: SoupsWanted): number {
  return series[name].groups(checkpoints, last).length;
}

/** The soup cells, each under a name that tells its ingredients. @param taken names that they cannot have */
export function soupCells(wanted: SoupsWanted, taken: Iterable<string>): Cell[] {
  const { checkpoints, method, text } = wanted;
  const used = new Set(taken);
  return series[wanted.series].groups(checkpoints, wanted.last).map((ingredients) => {
    const id = freshName(nameOf(method, ingredients, checkpoints), used);
    used.add(id);
    const title = `${mergeMethods[method].title}: ${words(ingredients)}`.slice(0, limits.title);
    return complete({ id, title, kind: 'soup', method, ingredients, text: methodNamed(method).data === 'none' ? null : text });
  });
}

/** At least two of them, where there are two, and no more than a soup can have. */
function lastOf(checkpoints: string[], count: number): string[] {
  return checkpoints.slice(-Math.min(Math.max(2, count), limits.names));
}

/** “uniform-7000-8000” of step7000 and step8000, “uniform-last-5” of more. */
function nameOf(method: MethodName, ingredients: string[], all: string[]): string {
  const front = commonFront(all);
  const what = ingredients.length === 2 ? ingredients.map((name) => name.slice(front)).join('-') : `last-${ingredients.length}`;
  return `${method === 'perplexity' ? 'weighted' : method}-${what}`;
}

/** How many characters all names share at their beginning, up to the first digit; something is left of each. */
function commonFront(all: string[]): number {
  const letters = /^\D*/.exec(all[0])?.[0] ?? '';
  let length = letters.length;
  while (!all.every((name) => name.length > length && name.startsWith(letters.slice(0, length)))) length--;
  return length;
}

function words(ingredients: string[]): string {
  return ingredients.length === 2 ? ingredients.join(' and ') : `the last ${ingredients.length} checkpoints`;
}
