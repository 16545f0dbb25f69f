/**
 * The kinds of cell in the order of the work, and what each needs from the cells before it: the table of contents of the app.
 * A new kind is an entry here, a schema in document.ts, a runner in run.ts and a component in src/cells.
 */
import type { Paradigm } from '../evaluation/item-documents';
import { usualEstimator, usualParameters, type MethodParameters } from '../merging/merge-method';
import { methodNamed } from '../merging/merge-methods';
import { sha256Of } from '../sha256';
import type { Cell, CellKind, CellOf, ComparedMethod, EvaluationTask, ItemsRef, TextItems } from './document';

interface Kind<K extends CellKind> {
  title: string;
  /** the names it refers to: cells, checkpoints or soups above it */
  inputs(cell: CellOf<K>): string[];
  /** what of the cell itself its result depends on, leaving out what is only for show */
  definition(cell: CellOf<K>): unknown;
}

export const kinds: { [K in CellKind]: Kind<K> } = {
  note: {
    title: 'Note',
    inputs: () => [],
    definition: () => null,
  },
  checkpoints: {
    title: 'Checkpoints',
    inputs: () => [],
    definition: ({ checkpoints }) => checkpoints,
  },
  text: {
    title: 'Text',
    inputs: () => [],
    definition: ({ split, separator, paradigm, items, ...text }) =>
      items ? { items: documentsWanted(items, paradigm), paradigm } : { sha256: sha256OfText(text), split, separator: split === 'separator' ? separator : '', paradigm: 'raw' },
  },
  perplexity: {
    title: 'Perplexity',
    inputs: ({ models, texts }) => [...models, ...texts],
    definition: ({ models, texts, convention }) => ({ models, texts, convention }),
  },
  soup: {
    title: 'Soup',
    inputs: (cell) => [...cell.ingredients, ...(cell.text && soupData(cell) === 'text' ? [cell.text] : [])],
    definition: (cell) => ({ method: cell.method, ingredients: cell.ingredients, parameters: parametersOf(cell), ...dataOf(cell) }),
  },
  sweep: {
    title: 'Sweep',
    inputs: ({ between, text, marks, over }) => [...between, text, ...(over === 'line' ? marks : [])],
    definition: ({ between, text, convention, points, marks, over }) => (over === 'line' ? { between, text, convention, points, marks } : { between, text, convention, over }),
  },
  evaluation: {
    title: 'Evaluation',
    inputs: ({ models }) => models,
    definition: ({ models, tasks }) => ({ models, tasks: tasks.map(askedOf) }),
  },
  comparison: {
    title: 'Comparison',
    inputs: (cell) => [...cell.groups.flat(), ...(cell.text && soupsOf(cell).some((soup) => soupData(soup) === 'text') ? [cell.text] : []), ...cell.texts],
    definition: (cell) => ({
      groups: cell.groups,
      methods: soupsOf(cell).map((soup) => ({ method: soup.method, parameters: parametersOf(soup), ...dataOf(soup) })),
      convention: cell.convention,
      texts: cell.texts,
      tasks: cell.tasks.map(askedOf),
    }),
  },
};

/** A soup cell for one group of ingredients under one method, as a comparison makes it on the fly. */
export function comparedSoup(cell: CellOf<'comparison'>, ingredients: string[], method: ComparedMethod, id: string): CellOf<'soup'> {
  const { text, items, convention, parameters } = cell;
  return { id, title: '', kind: 'soup', method, ingredients, text, items, convention, parameters };
}

/** Of the text, or of the one that its place is kept for: a text that its author withheld is the same text once it is put in. */
export function sha256OfText({ text, withheld }: Pick<CellOf<'text'>, 'text' | 'withheld'>): string {
  return text === '' && withheld ? withheld.sha256 : sha256Of(text);
}

/** Results of before tasks could pass items over passed none over. */
function askedOf({ skip, ...task }: EvaluationTask): object {
  return { ...pinned(task, task.shots > 0), ...(skip > 0 && { skip }) };
}

/** One soup of each method. */
function soupsOf(cell: CellOf<'comparison'>): CellOf<'soup'>[] {
  return cell.methods.map((method) => comparedSoup(cell, [], method, ''));
}

/** What a soup's method measures. */
export function soupData({ method, items }: Pick<CellOf<'soup'>, 'method' | 'items'>): 'none' | 'text' | 'items' {
  const { data } = methodNamed(method);
  return data === 'items-or-text' ? (items ? 'items' : 'text') : data;
}

/** The items that soups are made with, where a method reads them. */
export function itemsRead(cell: CellOf<'soup' | 'comparison'>): CellOf<'soup'>['items'] {
  const soups = cell.kind === 'soup' ? [cell] : soupsOf(cell);
  return soups.some((soup) => soupData(soup) === 'items') ? cell.items : null;
}

function dataOf(cell: CellOf<'soup'>): object {
  const data = soupData(cell);
  if (data === 'text') return { text: cell.text, convention: cell.convention };
  return data === 'items' && cell.items ? { items: pinned(cell.items, cell.items.shots > 0) } : {};
}

/** What a method left behind when another one was chosen is no part of the soup, and neither is the seed of what is not drawn. */
export function parametersOf(cell: Pick<CellOf<'soup'>, 'method' | 'parameters' | 'items'>): MethodParameters {
  const usual: MethodParameters = { ...usualParameters, estimator: usualEstimator(cell.items ? 'items' : 'text') };
  const read = methodNamed(cell.method).reads.map((name) => [name, cell.parameters[name] ?? usual[name]] as const);
  const drawn = !read.some(([name, value]) => name === 'estimator' && value === 'empirical');
  return Object.fromEntries(read.filter(([name]) => drawn || name !== 'seed'));
}

/**
 * Items are what their hash says, wherever they were fetched.
 * @param shown whether demonstrations are: without them it is all the same where and how they would be drawn
 */
function pinned(items: ItemsRef, shown: boolean): Partial<ItemsRef> {
  return { ...items, commit: undefined, ...(shown ? {} : { pool: undefined, seed: undefined }) };
}

/** Of a text's items, what their paradigm reads. */
function documentsWanted({ scored, ...items }: TextItems, paradigm: Paradigm): Partial<TextItems> {
  const shown = paradigm === 'few-shot';
  return { ...pinned(items, shown), ...(shown ? {} : { shots: undefined }), ...(paradigm === 'raw' ? {} : { scored }) };
}

/** The entry of a cell's own kind; the cast is sound because `kinds` maps each kind to its own cells. */
function kindOf(cell: Cell): Kind<CellKind> {
  return kinds[cell.kind] as unknown as Kind<CellKind>;
}

/** What a cell is called: its title, or its kind, and its name where that says more. */
export function shownTitle({ title, kind, id }: Cell): string {
  return title || (id === kind ? kinds[kind].title : `${kinds[kind].title} ${id}`);
}

export function inputsOf(cell: Cell): string[] {
  return [...new Set(kindOf(cell).inputs(cell as never))];
}

export function definitionOf(cell: Cell): unknown {
  return kindOf(cell).definition(cell as never);
}

/** Whether running a cell measures something; notes and texts only say something. */
export function isRunnable(cell: Cell): boolean {
  return cell.kind !== 'note' && cell.kind !== 'text';
}
