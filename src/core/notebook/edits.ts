/** Changes of a notebook's structure, each from a notebook to another one: cells come, go, move, and take another name. */
import { modelsAbove, textsAbove } from './choices';
import { formatVersion, toNotebook, type Cell, type CellKind, type Notebook } from './document';
import { limits } from './fields';

/** Every name that is in use: of cells, and of checkpoints, also of those that a preset would bring. */
export function takenNames({ cells }: Notebook): Set<string> {
  return new Set(cells.flatMap((cell) => [cell.id, ...(cell.kind === 'checkpoints' ? [cell, ...cell.presets].flatMap(({ checkpoints }) => checkpoints.map(({ id }) => id)) : [])]));
}

/** The names that the checkpoints of a cell cannot have, because something else has them. */
export function takenElsewhere(notebook: Notebook, id: string): Set<string> {
  return takenNames({ ...notebook, cells: notebook.cells.filter((cell) => cell.id !== id) }).add(id);
}

/** Names that a new cell had better not have: also those of cells that are gone, whose numbers came with the notebook. */
function usedNames(notebook: Notebook, avoid: Iterable<string>): Set<string> {
  return new Set([...takenNames(notebook), ...(notebook.reported?.results ?? []).map(({ cell }) => cell), ...avoid]);
}

/** The stem itself, or with the first number that makes it free; names have at most 64 characters. */
export function freshName(stem: string, taken: ReadonlySet<string>): string {
  const whole = stem.slice(0, 64);
  if (!taken.has(whole)) return whole;
  const base = stem.slice(0, 56); // room for the number
  for (let i = 2; ; i++) if (!taken.has(`${base}-${i}`)) return `${base}-${i}`;
}

/**
 * A cell of a kind, with what lies above its place as its inputs.
 * @param at how many cells will stand above it
 * @param avoid names that were used before: their old results are not those of the new cell
 */
export function newCell(notebook: Notebook, kind: CellKind, at: number, avoid: Iterable<string> = []): Cell {
  const id = freshName(kind, usedNames(notebook, avoid));
  const choices = modelsAbove(notebook, at).filter((choice) => choice.kind !== 'checkpoint');
  const lists = choices.filter((choice) => choice.kind === 'checkpoints').map(({ name }) => name);
  const text = textsAbove(notebook, at).at(-1)?.name ?? null;
  return complete({ id, kind, ...startOf(kind, { models: choices.map(({ name }) => name).slice(0, limits.names), list: lists.slice(-1), text, pairs: pairsOf(notebook, lists.at(-1)) }) });
}

interface Above {
  /** checkpoints cells and soups */
  models: string[];
  /** the nearest checkpoints cell, or none */
  list: string[];
  /** the nearest text */
  text: string | null;
  /** its neighbours two by two */
  pairs: string[][];
}

function pairsOf({ cells }: Notebook, list: string | undefined): string[][] {
  const cell = cells.find(({ id }) => id === list);
  const names = cell?.kind === 'checkpoints' ? cell.checkpoints.map(({ id }) => id) : [];
  return names.slice(1).map((later, i) => [names[i], later]).slice(-limits.groups);
}

/** What a new cell says. */
function startOf(kind: CellKind, { models, list, text, pairs }: Above): object {
  switch (kind) {
    case 'note':
      return { markdown: '' };
    case 'checkpoints':
      return { checkpoints: [] };
    case 'text':
      return { text: '' };
    case 'perplexity':
      return { models, texts: text === null ? [] : [text] };
    case 'soup':
      return { method: 'uniform', ingredients: list, text };
    case 'sweep':
      return { between: list, text: text ?? 'text' };
    case 'evaluation':
      return { models, tasks: [{ name: 'piqa_style' }, { name: 'winogrande_style' }] };
    case 'comparison':
      return { groups: pairs, methods: ['uniform', 'perplexity', 'greedy', 'regmean', 'search'], text, texts: text === null ? [] : [text] };
  }
}

/** A cell with every default filled in. */
export function complete(cell: { id: string; kind: CellKind; [field: string]: unknown }): Cell {
  return toNotebook({ stockpot: formatVersion, title: '', cells: [cell] }, 'a new cell').cells[0];
}

/** @param at how many cells stand above the first of them */
export function insertCells(notebook: Notebook, cells: Cell[], at: number): Notebook {
  return { ...notebook, cells: [...notebook.cells.slice(0, at), ...cells, ...notebook.cells.slice(at)] };
}

export function deleteCell(notebook: Notebook, id: string): Notebook {
  return { ...notebook, cells: notebook.cells.filter((cell) => cell.id !== id) };
}

/** @param by places further down, or up where it is negative; at the ends it stays */
export function moveCell(notebook: Notebook, id: string, by: number): Notebook {
  const from = notebook.cells.findIndex((cell) => cell.id === id);
  const to = Math.min(Math.max(from + by, 0), notebook.cells.length - 1);
  return from < 0 || to === from ? notebook : insertCells(deleteCell(notebook, id), [notebook.cells[from]], to);
}

/** The same cell under a name of its own; its checkpoints get names of their own as well. */
export function copyOf(notebook: Notebook, cell: Cell, avoid: Iterable<string> = []): Cell {
  const taken = usedNames(notebook, avoid);
  const fresh = (name: string): string => {
    const stem = name.replace(/-\d+$/, ''); // of “soup-2” where there is a “soup”; “gpt-2” is a name of its own
    const free = freshName(taken.has(stem) ? stem : name, taken);
    taken.add(free);
    return free;
  };
  const copy = { ...cell, id: fresh(cell.id), title: cell.title && `${cell.title} (copy)`.slice(0, limits.title) };
  return copy.kind === 'checkpoints' ? { ...copy, presets: [], checkpoints: copy.checkpoints.map((ref) => ({ ...ref, id: fresh(ref.id) })) } : copy;
}

/**
 * Gives a cell another name, and says so wherever the old one stands. The numbers that came with it stay its own; those that came
 * with a cell of the new name, which is gone, are dropped.
 */
export function renameCell(notebook: Notebook, id: string, to: string): Notebook {
  const renamed = (name: string): string => (name === id ? to : name);
  const results = notebook.reported?.results.filter(({ cell }) => cell !== to || cell === id).map((result) => ({ ...result, cell: renamed(result.cell) }));
  return {
    ...notebook,
    cells: notebook.cells.map((cell) => withNames(cell.id === id ? { ...cell, id: to } : cell, renamed)),
    reported: notebook.reported && { ...notebook.reported, results: results ?? [] },
  };
}

/** The cell with every name that it refers to replaced. */
export function withNames(cell: Cell, renamed: (name: string) => string): Cell {
  switch (cell.kind) {
    case 'note':
    case 'checkpoints':
    case 'text':
      return cell;
    case 'perplexity':
      return { ...cell, models: cell.models.map(renamed), texts: cell.texts.map(renamed) };
    case 'soup':
      return { ...cell, ingredients: cell.ingredients.map(renamed), text: cell.text && renamed(cell.text) };
    case 'sweep':
      return { ...cell, between: cell.between.map(renamed), text: renamed(cell.text), marks: cell.marks.map(renamed) };
    case 'evaluation':
      return { ...cell, models: cell.models.map(renamed) };
    case 'comparison':
      return { ...cell, groups: cell.groups.map((group) => group.map(renamed)), text: cell.text && renamed(cell.text), texts: cell.texts.map(renamed) };
  }
}
