/** Items that a reader picked or had fetched become those that an evaluation or a comparison asks. */
import type { Which } from './cells/evaluation/official-sets';
import { failure } from './core/errors';
import { unpinned, type CellOf } from './core/notebook/document';
import type { Watch } from './core/scoring/watch';
import { fetchAndKeep, keepItems } from './browser/items';
import { itemsNews } from './items-news';
import type { NotebookState } from './notebook-state.svelte';

/** A cell that asks items. */
type Asking = CellOf<'evaluation' | 'comparison'>;

/** So many are asked at first, that an answer comes soon. */
const firstItems = 100;

/** @param cellId the cell that is meant; the first evaluation where none is named */
export async function pickItems(open: NotebookState, task: string, which: Which, files: File[], cellId?: string): Promise<void> {
  const { id } = askingCell(open, files[0].name, cellId);
  const { visit } = open;
  const texts = await Promise.all(files.map(async (file) => ({ name: file.name, text: await file.text() })));
  const { sha256, count } = await keepItems(task, texts);
  if (visit === open.visit) useItems(open, askingCell(open, files[0].name, id), task, which, { sha256, commit: null, count });
}

/** What the notebook pins is what must come; without a pin, whatever the Hub has now. */
export async function fetchItems(open: NotebookState, task: string, which: Which, watch: Watch, cellId: string): Promise<void> {
  const { visit } = open;
  const ref = askingCell(open, task, cellId).tasks.find(({ name }) => name === task);
  const sha256 = which === 'items' ? (ref?.sha256 ?? null) : (ref?.pool ?? null);
  const found = await fetchAndKeep(task, which, { sha256, commit: ref?.commit ?? null }, watch);
  if (visit === open.visit) useItems(open, askingCell(open, task, cellId), task, which, found); // they are kept, whichever notebook is open now
}

/** @param what is to be asked there, for a notebook that has no such cell */
function askingCell({ notebook }: NotebookState, what: string, id?: string): Asking {
  const cell = notebook.cells.find((other): other is Asking => (other.kind === 'evaluation' && id === undefined) || ((other.kind === 'evaluation' || other.kind === 'comparison') && other.id === id));
  if (!cell) throw failure('file-unrecognised', { file: what, allowed: 'items only where the notebook has an evaluation cell' });
  return cell;
}

function useItems(open: NotebookState, cell: Asking, task: string, which: Which, { sha256, commit, count }: { sha256: string; commit: string | null; count: number }): void {
  const before = cell.tasks.find(({ name }) => name === task);
  const fresh = { ...unpinned(task), limit: Math.min(count, firstItems), skip: 0 };
  const stands = which === 'demonstrations' || before?.sha256 === sha256; // other items are not of the commit before
  const asked = { ...fresh, ...before, commit: commit ?? (stands ? (before?.commit ?? null) : null), ...(which === 'items' ? { sha256 } : { pool: sha256 }) };
  open.edit<'evaluation' | 'comparison'>(cell.id, { tasks: before ? cell.tasks.map((other) => (other === before ? asked : other)) : [...cell.tasks, asked] });
  open.news = itemsNews(task, which, { sha256, count }, asked.limit);
}
