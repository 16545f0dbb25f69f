/** What running a notebook would fetch, and from where: the list that a reader sees before anything of a link is run. */
import type { Catalog, CatalogRun } from '../checkpoint/catalog';
import { bytesOf, stateOf, type BroughtSource, type BundledSource } from '../checkpoint/source';
import { bundledTasks, tasks } from '../evaluation/tasks';
import { inputsOf, isRunnable, itemsRead } from '../notebook/cells';
import type { CellOf, ItemsRef, Notebook } from '../notebook/document';
import type { CheckpointRef } from '../soup/model';

export interface Fetch {
  what: 'checkpoint' | 'configuration' | 'tokenizer' | 'items' | 'demonstrations' | 'text';
  /** of the checkpoint, the training run, the task or the text cell */
  name: string;
  /**
   * `site`: it lies beside the page. `hub`: the Hugging Face Hub, only after a click. `address`: another server, only after a
   * click. `reader`: it is not fetched, whoever opens the notebook brings it.
   */
  from: 'site' | 'hub' | 'address' | 'reader';
  /** which dataset on the Hub, and at which commit: null for the present one */
  hub: { dataset: string; config: string; split: string; commit: string | null } | null;
  /** which model on the Hub, or which address */
  model: { repo: string; revision: string; commit: string } | { base: string } | null;
  bytes: number | null;
  /** what it must be; null where anything is taken */
  sha256: string | null;
  /** `unknown`: there is no such thing on this site. `changed`: there is, and it is another file than the notebook says */
  problem: 'unknown' | 'changed' | null;
}

const site = { from: 'site', hub: null, model: null, bytes: null, problem: null } as const;

/** In the order of the cells; what several of them use stands there once, and what none of them uses not at all. */
export function fetchesOf(notebook: Notebook, catalog: Catalog): Fetch[] {
  const used = new Set(notebook.cells.filter(isRunnable).flatMap(inputsOf));
  const fetches = notebook.cells.flatMap((cell) => {
    if (cell.kind === 'checkpoints') return cell.checkpoints.flatMap((ref) => checkpointFetches(ref, catalog));
    if (cell.kind === 'evaluation') return cell.tasks.flatMap(itemFetches);
    if (cell.kind === 'soup' || cell.kind === 'comparison') return [itemsRead(cell) ?? [], cell.kind === 'soup' ? [] : cell.tasks].flat().flatMap(itemFetches);
    return cell.kind === 'text' && used.has(cell.id) ? textFetches(cell) : [];
  });
  return [...new Map(fetches.map((fetch) => [JSON.stringify(fetch), fetch])).values()];
}

/** A checkpoint comes with what its run shares. */
function checkpointFetches(ref: CheckpointRef, catalog: Catalog): Fetch[] {
  return ref.source.kind === 'bundled' ? bundledFetches(ref.source, ref.sha256, catalog) : broughtFetches(ref.source, ref.sha256);
}

/** What lies elsewhere is pinned by the notebook, every file of it. */
function broughtFetches(source: BroughtSource, sha256: string): Fetch[] {
  const { config, tokenizer, weights } = source;
  const name = stateOf(source);
  const file = (what: Fetch['what'], bytes: number, sha256: string): Fetch => ({ ...site, ...homeOf(source), what, name, bytes, sha256 });
  return [file('configuration', config.bytes, config.sha256), file('tokenizer', tokenizer.bytes, tokenizer.sha256), file('checkpoint', bytesOf(weights), sha256)];
}

function homeOf(source: BroughtSource): Pick<Fetch, 'from' | 'model'> {
  switch (source.kind) {
    case 'hub':
      return { from: 'hub', model: { repo: source.repo, revision: source.revision, commit: source.commit } };
    case 'url':
      return { from: 'address', model: { base: source.base } };
    case 'local':
      return { from: 'reader', model: null };
  }
}

function bundledFetches(source: BundledSource, sha256: string, { runs }: Catalog): Fetch[] {
  const run = runs.find(({ name }) => name === source.run);
  const known = run?.checkpoints.find(({ name }) => name === source.name);
  const problem = !known ? 'unknown' : known.sha256 === sha256 ? null : 'changed';
  const name = `${source.run}/${source.name}`;
  return [...(run ? runFetches(run) : []), { ...site, what: 'checkpoint', name, bytes: known?.bytes ?? null, sha256, problem }];
}

function runFetches({ name, files: { config, tokenizer } }: CatalogRun): Fetch[] {
  return [
    { ...site, what: 'configuration', name, bytes: config.bytes, sha256: config.sha256 },
    { ...site, what: 'tokenizer', name, bytes: tokenizer.bytes, sha256: tokenizer.sha256 },
  ];
}

function textFetches({ id, text, withheld, items }: CellOf<'text'>): Fetch[] {
  if (items) return itemFetches(items);
  return text === '' && withheld ? [{ ...site, what: 'text', name: id, from: 'reader', ...withheld }] : [];
}

/** The items, and what demonstrations are drawn from where that is something else. */
function itemFetches({ name, sha256, pool, commit, shots }: ItemsRef): Fetch[] {
  const items: Fetch = { ...site, what: 'items', name, sha256, ...placeOf('items', name, commit) };
  if (shots === 0 || pool === null) return [items];
  return [items, { ...site, what: 'demonstrations', name, sha256: pool, ...placeOf('demonstrations', name, commit) }];
}

function placeOf(what: 'items' | 'demonstrations', name: string, commit: string | null): Pick<Fetch, 'from' | 'hub' | 'problem'> {
  const reader = { from: 'reader', hub: null, problem: null } as const;
  if (!Object.hasOwn(tasks, name)) return { ...reader, problem: 'unknown' };
  if (bundledTasks.includes(name)) return what === 'items' ? site : reader;
  const { home } = tasks[name];
  const split = what === 'items' ? home?.split : home?.shots;
  return home && split ? { from: 'hub', hub: { dataset: home.dataset, config: home.config, split, commit }, problem: null } : reader;
}
