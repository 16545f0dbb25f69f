/** Which results still hold: a cell's key is the hash of everything its result depends on. */
import { listed } from '../listed';
import { sha256Of } from '../sha256';
import { definitionOf, inputsOf } from './cells';
import type { Cell, Notebook } from './document';
import { withNames } from './edits';

/** The hash of a cell's definition and of its inputs' keys, with the parts apart so that a reason can be told. */
export interface CellKey {
  key: string;
  definition: string;
  /** by the name the cell uses for the input */
  inputs: Record<string, string>;
  /** the same with what the names stand for in their places; a result that an older page kept has none */
  content?: string;
  /** the definition with its names numbered: what the cell says, whatever its inputs are called; an older result has none */
  settings?: string;
}

/** The sha256 of a value's JSON, with the fields of every object in order. */
export function hashOf(value: unknown): string {
  return sha256Of(canonical(value));
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** What stands for an input that no cell above bears. */
const absent = 'absent';

/**
 * The key of every cell. Inputs are looked up among the cells above, so a notebook cannot run in circles. A key holds the names
 * of inputs, because a result speaks of models and texts by name: after a renaming what is computed is the same and what is
 * said is not.
 */
export function cellKeys(notebook: Notebook): Map<string, CellKey> {
  const keys = new Map<string, CellKey>();
  const named = new Map<string, string>();
  const contents = new Map<string, string>();
  for (const cell of notebook.cells) {
    const definition = hashOf([cell.kind, definitionOf(cell)]);
    const inputs = Object.fromEntries(inputsOf(cell).map((name) => [name, named.get(name) ?? absent]));
    const key = hashOf([definition, inputs]);
    const unnamed = withNames(cell, (name) => contents.get(name) ?? absent);
    const content = unnamed === cell ? definition : hashOf([cell.kind, definitionOf(unnamed)]);
    keys.set(cell.id, { key, definition, inputs, content, settings: unnamed === cell ? definition : settingsOf(cell) });
    named.set(cell.id, key);
    contents.set(cell.id, content);
    for (const ref of cell.kind === 'checkpoints' ? cell.checkpoints : []) {
      named.set(ref.id, hashOf(ref));
      contents.set(ref.id, hashOf(ref));
    }
  }
  return keys;
}

function settingsOf(cell: Cell): string {
  const names = inputsOf(cell);
  return hashOf([cell.kind, definitionOf(withNames(cell, (name) => `#${names.indexOf(name)}`))]);
}

/**
 * Why a result does not hold any more, in one sentence; null where it still does.
 * @param then the key the result was computed under
 * @param notebook as it is now, for the titles of what changed
 */
export function staleReason(now: CellKey, then: CellKey, notebook: Notebook): string | null {
  if (now.key === then.key) return null;
  if (now.content !== undefined && now.content === then.content) return 'Only names changed since this was computed: run it to have the new ones, nothing is measured anew.';
  if (now.definition !== then.definition && !onlyRenamed(now, then)) return 'Its settings changed since this was computed.';
  return `${inputNews(now, then, notebook)} since this was computed.`;
}

/** Whether the settings are the same but for names, each of which stands for what it stood for or for nothing: nobody chose another. */
function onlyRenamed(now: CellKey, then: CellKey): boolean {
  if (now.settings === undefined || now.settings !== then.settings) return false;
  const before = Object.entries(then.inputs);
  return Object.entries(now.inputs).every(([name, input], i) => {
    const [nameThen, inputThen] = before[i];
    return name === nameThen || (!Object.hasOwn(then.inputs, name) && (input === absent || input === inputThen));
  });
}

/** What an input was, under its name or, where it had another one, in its place. */
function inputBefore({ inputs }: CellKey, name: string, place: number): string | undefined {
  return Object.hasOwn(inputs, name) ? inputs[name] : Object.values(inputs)[place];
}

/** What became of a cell's inputs: “A” changed, “B” moved below this cell and “C” was removed. */
function inputNews(now: CellKey, then: CellKey, notebook: Notebook): string {
  const cellOf = (name: string): Cell | undefined => notebook.cells.find(({ id }) => id === name);
  const news = Object.keys(now.inputs).filter((name, i) => now.inputs[name] !== inputBefore(then, name, i));
  const gone = news.filter((name) => now.inputs[name] === absent);
  const moved = gone.filter((name) => stands(notebook, name));
  const removed = gone.filter((name) => !stands(notebook, name));
  const changed = news.filter((name) => !gone.includes(name));
  // A soup that changed because something else did is no reason of its own.
  const roots = changed.filter((name) => cellOf(name)?.kind !== 'soup');
  const titles = (names: string[]): string => listed(names.map((name) => `“${cellOf(name)?.title || name}”`));
  const parts: [names: string[], what: string][] = [
    [gone.length || roots.length ? roots : changed, 'changed'],
    [moved, 'moved below this cell'],
    [removed, removed.length === 1 ? 'was removed' : 'were removed'],
  ];
  return listed(parts.filter(([names]) => names.length).map(([names, what]) => `${titles(names)} ${what}`));
}

/** Whether a cell or a checkpoint of this name is somewhere in the notebook. */
function stands({ cells }: Notebook, name: string): boolean {
  return cells.some((cell) => cell.id === name || (cell.kind === 'checkpoints' && cell.checkpoints.some(({ id }) => id === name)));
}

/** The cells that a cell's result rests on, directly or not, itself last: what to run, in order. */
export function withInputs(notebook: Notebook, id: string): Cell[] {
  const cells = notebook.cells.slice(0, notebook.cells.findIndex((cell) => cell.id === id) + 1);
  const wanted = new Set([id]);
  const owner = new Map<string, string>();
  for (const cell of cells) {
    owner.set(cell.id, cell.id);
    if (cell.kind === 'checkpoints') for (const ref of cell.checkpoints) owner.set(ref.id, cell.id);
  }
  for (const cell of [...cells].reverse()) {
    if (wanted.has(cell.id)) for (const name of inputsOf(cell)) wanted.add(owner.get(name) ?? name);
  }
  return cells.filter((cell) => wanted.has(cell.id));
}
