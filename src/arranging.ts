/** What a reader does with cells as a whole: each is one edit, said aloud, and names the cell to look at next. A refused edit says why. */
import { failure, toFailureData } from './core/errors';
import { inputsOf, kinds } from './core/notebook/cells';
import { placeOf } from './core/notebook/choices';
import type { Cell, CellKind, Notebook } from './core/notebook/document';
import { copyOf, deleteCell, insertCells, moveCell, newCell, renameCell, takenNames } from './core/notebook/edits';
import { isName } from './core/notebook/fields';
import type { NotebookState } from './notebook-state.svelte';

/** @param at how many cells will stand above it */
export function addCell(open: NotebookState, kind: CellKind, at: number): string | null {
  const cell = newCell(open.notebook, kind, at, open.results.keys());
  const name = kinds[kind].title.toLowerCase();
  if (!open.change(insertCells(open.notebook, [cell], at), `the new ${name}`)) return null;
  open.news = `Added: ${name} “${cell.id}”, ${placeWords(open, cell.id)}.`;
  return cell.id;
}

/** @returns the first of them */
export function addCellsAfter(open: NotebookState, id: string, cells: Cell[]): string {
  if (!open.change(insertCells(open.notebook, cells, placeOf(open.notebook, id) + 1), `the ${cells.length} new cells`)) return id;
  open.news = `Added ${cells.length} cells after “${open.titleOf(id)}”.`;
  return cells[0]?.id ?? id;
}

export function duplicate(open: NotebookState, id: string): string {
  const at = placeOf(open.notebook, id);
  const copy = copyOf(open.notebook, open.notebook.cells[at], open.results.keys());
  if (!open.change(insertCells(open.notebook, [copy], at + 1), `the copy of “${open.titleOf(id)}”`)) return id;
  open.news = `Copied “${open.titleOf(id)}”; the copy is called “${copy.id}”.`;
  return copy.id;
}

/** @param by places further down, or up where it is negative */
export function move(open: NotebookState, id: string, by: number): string {
  const moved = moveCell(open.notebook, id, by);
  if (moved === open.notebook) open.news = `“${open.titleOf(id)}” stands at the ${by < 0 ? 'top' : 'end'} already.`;
  else {
    open.change(moved, `the move of “${open.titleOf(id)}”`);
    open.news = `Moved “${open.titleOf(id)}” ${by < 0 ? 'up' : 'down'}: ${placeWords(open, id)}.`;
  }
  return id;
}

/** @returns the cell that takes its place, or the one before it; null where none is left */
export function remove(open: NotebookState, id: string): string | null {
  const at = placeOf(open.notebook, id);
  const title = open.titleOf(id);
  const needy = needing(open.notebook, id);
  open.queue.stopOne(id);
  open.change(deleteCell(open.notebook, id), `the deletion of “${title}”`);
  const need = needy === 0 ? '' : ` ${needy} other cell${needy === 1 ? ' needs' : 's need'} it.`;
  open.news = `Deleted “${title}”.${need} Undo brings it back.`;
  const { cells } = open.notebook;
  return (cells.at(at) ?? cells.at(-1))?.id ?? null;
}

/** A name is no part of what a cell's result depends on: it goes along. */
export function rename(open: NotebookState, id: string, to: string): string {
  if (to === id) return id;
  const wrong = !isName(to) ? failure('name-malformed', { name: to }) : takenNames(open.notebook).has(to) ? failure('name-taken', { name: to }) : null;
  open.refusal = wrong && toFailureData(wrong);
  if (wrong) return id;
  if (!open.change(renameCell(open.notebook, id, to), `the new name “${to}”`)) return id;
  open.giveResult(id, to);
  return to;
}

/** How many cells name a cell, or a checkpoint of it. */
function needing({ cells }: Notebook, id: string): number {
  const cell = cells.find((other) => other.id === id);
  const names = new Set([id, ...(cell?.kind === 'checkpoints' ? cell.checkpoints.map((ref) => ref.id) : [])]);
  return cells.filter((other) => other.id !== id && inputsOf(other).some((name) => names.has(name))).length;
}

function placeWords({ notebook }: NotebookState, id: string): string {
  return `cell ${placeOf(notebook, id) + 1} of ${notebook.cells.length}`;
}
