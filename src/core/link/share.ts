/** The notebook as it is sent: everything in it pinned, with the texts that may go along, and the numbers its author saw. */
import { utf8Length } from '../perplexity/documents';
import { isRunnable, sha256OfText } from '../notebook/cells';
import type { Cell, CellOf, ItemsRef, Notebook } from '../notebook/document';
import type { Reported } from '../notebook/reported';
import { reportedResult } from '../notebook/reported-result';
import type { KeptResult } from '../notebook/results';
import { cellKeys, type CellKey } from '../notebook/stale';

type Keys = ReadonlyMap<string, CellKey>;
type Kept = ReadonlyMap<string, KeptResult>;

export interface Sharing {
  /** the page's version */
  app: string;
  /** how long one run of the model takes here, in seconds; null where it was not timed */
  secondsPerRun: number | null;
  /** ids of the text cells whose text goes along; all others keep its place with its hash and its length */
  texts: ReadonlySet<string>;
}

/**
 * The notebook as a link or a file carries it.
 * @param keys of the notebook's cells as they are
 * @param results those that do not hold under these keys are left out; where none holds, what came with the notebook goes along
 */
export function shared(notebook: Notebook, keys: Keys, results: Kept, { app, secondsPerRun, texts }: Sharing): Notebook {
  const holding = notebook.cells.filter(({ id }) => holds(id, keys, results));
  const pins = pinsOf(holding, results);
  const agreed = agreedPins(pins.values());
  const sent = { ...notebook, cells: notebook.cells.map((cell) => withTextOrPlace(withPins(cell, pins.get(cell.id) ?? agreed), texts)) };
  const sentKeys = cellKeys(sent); // pins are part of what a key is made of
  const numbers = holding.flatMap(({ id }) => reportedResult(id, (sentKeys.get(id) as CellKey).key, results.get(id) as KeptResult) ?? []);
  if (numbers.length === 0) return sent;
  const finished = numbers.map(({ cell }) => (results.get(cell) as KeptResult).finished).sort().at(-1) as string;
  const reported: Reported = { app, finished, secondsPerRun, results: numbers };
  return { ...sent, reported };
}

/** A cell whose numbers do not go along. */
export interface LeftOut {
  cell: Cell;
  why: 'not run' | 'changed since';
}

/** The cells that would be run, and whose numbers do not go along. Checkpoints have none: the notebook says what they are. */
export function leftOut({ cells }: Notebook, keys: Keys, results: Kept): LeftOut[] {
  return cells
    .filter((cell) => isRunnable(cell) && cell.kind !== 'checkpoints' && !holds(cell.id, keys, results))
    .map((cell) => ({ cell, why: results.has(cell.id) ? 'changed since' : 'not run' }));
}

/** The text cells with a text of their own, which goes along only where its author says so. */
export function writtenTexts({ cells }: Notebook): CellOf<'text'>[] {
  return cells.filter((cell): cell is CellOf<'text'> => cell.kind === 'text' && cell.items === null && cell.text !== '');
}

function holds(id: string, keys: Keys, results: Kept): boolean {
  const kept = results.get(id);
  return kept !== undefined && kept.key.key === keys.get(id)?.key;
}

/** The sha256 of a task's items, by its name. */
type Pins = ReadonlyMap<string, string>;

/** Of each cell that asked, what the tasks that it named without a hash came to. */
function pinsOf(cells: Cell[], results: Kept): Map<string, Pins> {
  const pins = new Map<string, Pins>();
  for (const cell of cells) {
    const result = results.get(cell.id)?.result;
    if (!result || result.kind !== cell.kind) continue;
    const named = itemsOf(cell).filter(({ sha256 }) => sha256 === null).map(({ name }) => name);
    const found = [...('tasks' in result ? result.tasks : []), ...('items' in result && result.items ? [result.items] : [])];
    pins.set(cell.id, new Map(found.filter(({ task }) => named.includes(task)).map(({ task, sha256 }) => [task, sha256])));
  }
  return pins;
}

/** All sets of items that a cell names. */
function itemsOf(cell: Cell): ItemsRef[] {
  return [...('tasks' in cell ? cell.tasks : []), ...('items' in cell && cell.items ? [cell.items] : [])];
}

/** For cells that did not ask themselves: what all that did agree about. A set that was revised between two of them is left open. */
function agreedPins(asked: Iterable<Pins>): Pins {
  const found = new Map<string, Set<string>>();
  for (const [task, sha256] of [...asked].flatMap((pins) => [...pins])) found.set(task, (found.get(task) ?? new Set()).add(sha256));
  return new Map([...found].flatMap(([task, hashes]): [string, string][] => (hashes.size === 1 ? [[task, [...hashes][0]]] : [])));
}

function withPins(cell: Cell, pins: Pins): Cell {
  const pinned = <T extends ItemsRef>(items: T): T => ({ ...items, sha256: items.sha256 ?? pins.get(items.name) ?? null });
  return { ...cell, ...('tasks' in cell && { tasks: cell.tasks.map(pinned) }), ...('items' in cell && { items: cell.items && pinned(cell.items) }) } as Cell;
}

/** A text that takes no part, because items took its place, leaves no trace unless it goes along. */
function withTextOrPlace(cell: Cell, texts: ReadonlySet<string>): Cell {
  if (cell.kind !== 'text' || cell.text === '') return cell;
  if (texts.has(cell.id)) return { ...cell, withheld: null };
  return { ...cell, text: '', withheld: cell.items ? null : { sha256: sha256OfText(cell), bytes: utf8Length(cell.text) } };
}
