/** Which results still hold: a cell's key is the hash of everything its result depends on. */
import { sha256Of } from '../sha256';
import { definitionOf, inputsOf } from './cells';
import type { Cell, Notebook } from './document';

/** The hash of a cell's definition and of its inputs' keys, with the parts apart so that a reason can be told. */
export interface CellKey {
  key: string;
  definition: string;
  /** by the name the cell uses for the input */
  inputs: Record<string, string>;
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

/** The key of every cell. Inputs are looked up among the cells above, so a notebook cannot run in circles. */
export function cellKeys(notebook: Notebook): Map<string, CellKey> {
  const keys = new Map<string, CellKey>();
  const named = new Map<string, string>();
  for (const cell of notebook.cells) {
    const definition = hashOf([cell.kind, definitionOf(cell)]);
    const inputs = Object.fromEntries(inputsOf(cell).map((name) => [name, named.get(name) ?? 'absent']));
    const key = hashOf([definition, inputs]);
    keys.set(cell.id, { key, definition, inputs });
    named.set(cell.id, key);
    if (cell.kind === 'checkpoints') for (const ref of cell.checkpoints) named.set(ref.id, hashOf(ref));
  }
  return keys;
}

/**
 * Why a result does not hold any more, in one sentence; null where it still does.
 * @param then the key the result was computed under
 * @param notebook as it is now, for the titles of what changed
 */
export function staleReason(now: CellKey, then: CellKey, notebook: Notebook): string | null {
  if (now.key === then.key) return null;
  if (now.definition !== then.definition) return 'Its settings changed since this was computed.';
  const changed = Object.keys(now.inputs).filter((name) => now.inputs[name] !== then.inputs[name]);
  const cellOf = (name: string): Cell | undefined => notebook.cells.find(({ id }) => id === name);
  // A soup that changed because a text did is no reason of its own.
  const roots = changed.filter((name) => cellOf(name)?.kind !== 'soup');
  const titles = (roots.length ? roots : changed).map((name) => `“${cellOf(name)?.title || name}”`);
  return `${titles.join(' and ')} changed since this was computed.`;
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
