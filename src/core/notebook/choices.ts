/** What a cell can name as its inputs: what stands above it. */
import type { Notebook } from './document';

export interface Choice {
  name: string;
  /** what it is called where it stands; empty where it has no title */
  title: string;
  /** a checkpoints cell stands for all of its checkpoints */
  kind: 'checkpoints' | 'checkpoint' | 'soup' | 'text';
}

/** Checkpoints cells, each followed by its checkpoints, and soups, in the order of the notebook. @param at how many cells stand above */
export function modelsAbove({ cells }: Notebook, at: number): Choice[] {
  return cells.slice(0, at).flatMap((cell): Choice[] => {
    if (cell.kind === 'soup') return [{ name: cell.id, title: cell.title, kind: 'soup' }];
    if (cell.kind !== 'checkpoints') return [];
    return [{ name: cell.id, title: cell.title, kind: 'checkpoints' }, ...cell.checkpoints.map(({ id }): Choice => ({ name: id, title: '', kind: 'checkpoint' }))];
  });
}

/** @param at how many cells stand above */
export function textsAbove({ cells }: Notebook, at: number): Choice[] {
  return cells.slice(0, at).flatMap((cell) => (cell.kind === 'text' ? [{ name: cell.id, title: cell.title, kind: 'text' }] : []));
}

/** How many cells stand above one. */
export function placeOf({ cells }: Notebook, id: string): number {
  return cells.findIndex((cell) => cell.id === id);
}

/** The names of a cell's list with one more or less, in the order of the notebook; names that nothing bears (any more) keep their places at the end. */
export function withToggled(names: string[], name: string, choices: Choice[]): string[] {
  if (names.includes(name)) return names.filter((other) => other !== name);
  const place = (each: string): number => {
    const found = choices.findIndex((choice) => choice.name === each);
    return found < 0 ? Infinity : found;
  };
  return [...names, name].sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
}
