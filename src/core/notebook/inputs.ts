/** The names in a cell -> what they stand for: texts, checkpoints, soups. */
import { failure } from '../errors';
import { itemDocuments, type ItemDocuments, type Paradigm } from '../evaluation/item-documents';
import type { Item } from '../evaluation/task';
import { taskNamed } from '../evaluation/tasks';
import type { Fusion } from '../merging/fusion';
import { splitDocuments, type ScoredText } from '../perplexity/documents';
import { isCheckpoint, mix, modelOf, type Model } from '../soup/model';
import { soupData } from './cells';
import type { Cell, CellOf, EvaluationTask, ItemsRef, Notebook, TextItems } from './document';
import type { Results, SoupResult } from './results';

/** The items of a task and what demonstrations are drawn from: itself where it has nothing of its own. */
export interface TaskItems {
  items: Item[];
  pool: Item[];
  /** of the items */
  sha256: string;
}

/** @throws items-absent, items-changed, download-failed */
export type ItemsOf = (ref: ItemsRef) => Promise<TaskItems>;

/** @throws input-missing, text-empty and what else is wrong with the text */
export async function textInput(notebook: Notebook, cell: Cell, name: string | null, itemsOf: ItemsOf): Promise<ScoredText> {
  if (!name) throw failure('input-needed', { cell: cell.id, wanted: 'a text' });
  const found = above(notebook, cell).find((other): other is CellOf<'text'> => other.kind === 'text' && other.id === name);
  if (!found) throw failure('input-missing', { cell: cell.id, input: name, wanted: 'text' });
  if (!found.items && found.text === '' && found.withheld) throw failure('text-withheld', { text: found.title || name, ...found.withheld });
  if (!found.items) return { name, documents: splitDocuments(found.title || name, found.text, found.split, found.separator) };
  return { name, ...(await documentsOf(found.items, found.paradigm, itemsOf)) };
}

/** The documents of a text that is made of a task's items. */
export async function documentsOf(wanted: TextItems, paradigm: Paradigm, itemsOf: ItemsOf): Promise<ItemDocuments> {
  const { items, pool } = await itemsOf(wanted);
  const { skip, limit, shots, seed, scored } = wanted;
  return itemDocuments(taskNamed(wanted.name), { items: items.slice(skip, limit === null ? undefined : skip + limit), pool, paradigm, shots, seed, scored });
}

/** The soups that were mixed already, by name: each is mixed once, however many soups it is part of. */
type Mixed = Map<string, Model>;

/**
 * Models by name: a checkpoint's id, a soup cell's id, or a checkpoints cell's id, which stands for all of its checkpoints.
 * @param results where the coefficients of soups above are found; they have been run before
 * @throws input-missing
 */
export function modelInputs(notebook: Notebook, cell: Cell, names: string[], results: Results, mixed: Mixed = new Map()): Model[] {
  if (names.length === 0) throw failure('input-needed', { cell: cell.id, wanted: 'at least one model' });
  const models = [...new Set(names)].flatMap((name) => modelsNamed(notebook, cell, name, results, mixed));
  return [...new Map(models.map((model) => [model.id, model])).values()]; // a checkpoint named twice is one model
}

function modelsNamed(notebook: Notebook, cell: Cell, name: string, results: Results, mixed: Mixed): Model[] {
  for (const other of above(notebook, cell)) {
    if (other.kind === 'checkpoints') {
      if (other.id === name) return other.checkpoints.map(modelOf);
      const ref = other.checkpoints.find(({ id }) => id === name);
      if (ref) return [modelOf(ref)];
    }
    if (other.kind === 'soup' && other.id === name) return [soupModel(notebook, other, results, mixed)];
  }
  throw failure('input-missing', { cell: cell.id, input: name, wanted: 'checkpoint or soup' });
}

/**
 * The model a soup cell makes, from the coefficients it resolved to.
 * @throws soup-not-run, input-missing
 */
export function soupModel(notebook: Notebook, cell: CellOf<'soup'>, results: Results, mixed: Mixed = new Map()): Model {
  const known = mixed.get(cell.id);
  if (known) return known;
  const resolved = results.soup(cell.id);
  if (!resolved) throw failure('soup-not-run', { soup: cell.id });
  const model = modelOfSoup(cell.id, modelInputs(notebook, cell, cell.ingredients, results, mixed), resolved);
  mixed.set(cell.id, model);
  return model;
}

/** @throws soup-not-linear, ingredient-not-checkpoint */
export function modelOfSoup(id: string, ingredients: Model[], { coefficients, fusion }: Pick<SoupResult, 'coefficients' | 'fusion'>): Model {
  return fusion ? fusedModel(id, ingredients, fusion.recipe) : mix(id, ingredients, coefficients);
}

/** @throws ingredient-not-checkpoint */
export function fusedModel(id: string, ingredients: Model[], fusion: Fusion): Model {
  const soup = ingredients.find((model) => !isCheckpoint(model));
  if (soup) throw failure('ingredient-not-checkpoint', { soup: id, ingredient: soup.id });
  return { ...mix(id, ingredients, ingredients.map(() => 1 / ingredients.length)), fusion };
}

/** Names as they are written, with a checkpoints cell's name replaced by those of all its checkpoints. */
export function expandNames(notebook: Notebook, names: string[]): string[] {
  const expanded = names.flatMap((name) => {
    const cell = notebook.cells.find(({ id }) => id === name);
    return cell?.kind === 'checkpoints' ? cell.checkpoints.map(({ id }) => id) : [name];
  });
  return [...new Set(expanded)];
}

function above(notebook: Notebook, cell: Cell): Cell[] {
  return notebook.cells.slice(0, notebook.cells.findIndex(({ id }) => id === cell.id));
}

/** Whether a soup, or one of the soups in it, was fitted to a text. */
export function isFitted(notebook: Notebook, model: string, text: string): boolean {
  return soupsIn(notebook, model).some((soup) => soup.text === text && soupData(soup) === 'text');
}

/** Whether it was fitted to items that a task asks, or to a text that is made of them. */
export function isFittedToTask(notebook: Notebook, model: string, task: EvaluationTask): boolean {
  return soupsIn(notebook, model).some((soup) => {
    const data = soupData(soup);
    const text = notebook.cells.find((cell): cell is CellOf<'text'> => cell.kind === 'text' && cell.id === soup.text);
    const items = data === 'items' ? soup.items : data === 'text' ? text?.items : null;
    return items?.name === task.name && overlap(items, task);
  });
}

type Range = Pick<EvaluationTask, 'skip' | 'limit'>;

function overlap(a: Range, b: Range): boolean {
  const end = ({ skip, limit }: Range): number => (limit === null ? Infinity : skip + limit);
  return a.skip < end(b) && b.skip < end(a);
}

/** A soup and the soups in it. */
function soupsIn(notebook: Notebook, model: string): CellOf<'soup'>[] {
  const soups = new Map(notebook.cells.flatMap((cell): [string, CellOf<'soup'>][] => (cell.kind === 'soup' ? [[cell.id, cell]] : [])));
  const names = new Set([model]);
  for (const name of names) soups.get(name)?.ingredients.forEach((ingredient) => names.add(ingredient)); // a Set goes on with what is added on the way, once each
  return [...names].flatMap((name) => soups.get(name) ?? []);
}
