/**
 * The open notebook: what was written, what happened, what is stale. What the person wrote and what came of it are kept apart,
 * so an old result stays in sight, marked, until a new one takes its place.
 */
import type { BridgeOptions } from './bridge';
import type { Finder } from './cells/checkpoints/finder';
import { onDemand } from './browser/on-demand';
import type { CatalogRun } from './core/checkpoint/catalog';
import { isBundled } from './core/checkpoint/source';
import type { PickedFile } from './core/checkpoint/picked-files';
import { failure, toFailure, toFailureData, type Failure, type FailureData } from './core/errors';
import { shownTitle } from './core/notebook/cells';
import { formatVersion, toNotebook, type Cell, type CellKind, type CellOf, type Notebook } from './core/notebook/document';
import { afterEdit, emptyHistory, redone, undone, type History } from './core/notebook/history';
import type { CellResult, KeptResult, SweepPoint } from './core/notebook/results';
import { measureOnLine } from './core/notebook/run-sweep';
import { cellKeys, staleReason, withInputs, type CellKey } from './core/notebook/stale';
import { backendNames, sameBackend, type BackendInfo, type Precision } from './core/scoring/backend';
import { stoppedBy } from './core/scoring/watch';
import type { SoupFormat } from './core/soup/formats';
import type { CheckpointRef } from './core/soup/model';
import { forgetRun, interruptedRun, rememberRun } from './browser/interrupted-run';
import { RunQueue, type CellStatus } from './run-queue.svelte';
import { browserMeasurements, replaceResults, writeNotebook, writeResult } from './browser/storage';
import { appVersion } from './version';

/** Where a notebook is kept and what it began as. */
export interface Origin {
  /** null while it is only looked at: nothing of it is kept before the first edit or run */
  id: string | null;
  lesson: string | null;
  /** sha256 of the link it came by */
  link: string | null;
}

/** What is bundled fits everywhere; what is wrong with another, its run will say. */
async function precisionFor(ref: CheckpointRef): Promise<Precision> {
  if (isBundled(ref.source)) return 'fp32';
  const { precisionFor } = await onDemand(() => import('./browser/plan-lines'));
  return precisionFor(ref).catch(() => 'fp32');
}

/** The first edit is saved this long afterwards, with those that followed: at most this much typing is lost. Milliseconds. */
const saveAfter = 300;

/** Results of earlier versions of cells that are remembered for undo. */
const mostEarlier = 100;

export class NotebookState {
  notebook = $state.raw<Notebook>({ stockpot: formatVersion, title: '', cells: [], reported: null });
  results = $state.raw<ReadonlyMap<string, KeptResult>>(new Map());
  origin = $state.raw<Origin>({ id: null, lesson: null, link: null });
  saved = $state<'yes' | 'not yet' | 'no'>('yes');
  /** counts the notebooks that were opened: what began in one must not end in the next */
  visit = $state(0);
  /** what has just happened, for those who hear the page and those who look away */
  news = $state('');
  /** checkpoints' files that were dropped on the page, and the cell they are for */
  dropped = $state.raw<{ cell: string; files: PickedFile[] } | null>(null);
  /** raised when checkpoints' files came or went */
  filesChanged = $state(0);
  /** why an edit was not taken */
  refusal = $state.raw<FailureData | null>(null);
  /** the cells of a run that was under way when the page was closed, and have no result yet */
  interrupted = $state.raw<readonly string[]>([]);

  readonly keys = $derived(cellKeys(this.notebook));
  /** cells whose result does not hold any more */
  readonly staleIds = $derived(this.notebook.cells.filter(({ id }) => this.stale(id) !== null).map(({ id }) => id));

  readonly queue: RunQueue;
  #history = $state.raw<History<Notebook>>(emptyHistory());
  /** of the notebooks that were open before, with what they were then */
  readonly #left = new Map<string, { json: string; history: History<Notebook> }>();
  /** by key and cell: what undo brings back needs no new run */
  readonly #earlier = new Map<string, KeptResult>();
  #saving: ReturnType<typeof setTimeout> | undefined;
  /** whether a result could not be kept */
  #resultLost = false;
  /** nothing is written any more: the notebook was left, or another tab has it */
  #closed = false;
  readonly #measurements = browserMeasurements();

  /** @param onKept told the id when a notebook that was only looked at is kept from now on */
  constructor(
    readonly run: CatalogRun,
    readonly finder: Finder,
    options: BridgeOptions,
    private readonly onKept: (id: string) => void,
  ) {
    this.queue = new RunQueue(options, this.#measurements, {
      results: () => this.results,
      holds: (id, key) => this.#holds(id, key),
      keep: (id, kept) => this.#keep(id, kept),
      keyOf: (id) => this.keys.get(id)?.key,
      tell: (sentence) => (this.news = sentence),
      precisionFor,
    });
  }

  /** Shows another notebook; a run of the old one is stopped, and what was not saved of it is. */
  open(notebook: Notebook, origin: Origin, results: ReadonlyMap<string, KeptResult> = new Map()): void {
    this.close(true);
    this.#leaveHistory();
    this.#closed = false;
    this.#resultLost = false;
    this.saved = 'yes';
    this.visit++;
    this.notebook = notebook;
    this.results = new Map([...results].filter(([id]) => notebook.cells.some((cell) => cell.id === id)));
    // a cell that takes the name of a deleted one must not find its result
    if (origin.id !== null && this.results.size < results.size) void replaceResults(origin.id, this.results);
    this.origin = origin;
    this.#history = this.#historyOf(origin.id, notebook);
    this.#earlier.clear();
    this.refusal = null;
    this.dropped = null;
    this.news = '';
    const pending = origin.id === null ? [] : interruptedRun(origin.id);
    this.interrupted = pending.filter((id) => notebook.cells.some((cell) => cell.id === id) && !this.#isCurrent(id));
  }

  /** What undo knows is kept for as long as the page is open. */
  #leaveHistory(): void {
    if (this.origin.id !== null) this.#left.set(this.origin.id, { json: JSON.stringify(this.notebook), history: this.#history });
  }

  /** Another tab may have changed the notebook in between: its history is then not this one. */
  #historyOf(id: string | null, notebook: Notebook): History<Notebook> {
    const left = id === null ? undefined : this.#left.get(id);
    return left?.json === JSON.stringify(notebook) ? left.history : emptyHistory();
  }

  // editing

  rename(title: string): void {
    this.#write({ ...this.notebook, title }, 'the new title', 'title');
  }

  /** Changes what was written in a cell; results that rested on it become stale by themselves. */
  edit<K extends CellKind>(id: string, patch: Partial<Omit<CellOf<K>, 'id' | 'kind'>>): void {
    const cells = this.notebook.cells.map((cell) => (cell.id === id ? ({ ...cell, ...patch } as Cell) : cell));
    this.#write({ ...this.notebook, cells }, `the change of “${this.titleOf(id)}”`, `${id} ${Object.keys(patch).join()}`);
  }

  /**
   * Puts another notebook in the place of this one, as one edit that can be undone.
   * @param did what is undone then: “the new cell”
   * @returns whether it was taken
   */
  change(notebook: Notebook, did: string): boolean {
    return this.#write(notebook, did, null);
  }

  undo(): void {
    this.#travel(undone(this.#history, this.notebook), 'Undone');
  }

  redo(): void {
    this.#travel(redone(this.#history, this.notebook), 'Done again');
  }

  /** What Undo would take back, and Redo do again; null where there is nothing. */
  readonly undoable = $derived(this.#history.past.at(-1)?.did ?? null);
  readonly redoable = $derived(this.#history.future.at(0)?.did ?? null);

  /** What a cell is called where it stands; the name itself where there is no such cell. */
  titleOf(id: string): string {
    const cell = this.notebook.cells.find((other) => other.id === id);
    return cell ? shownTitle(cell) : id;
  }

  // results

  status(id: string): CellStatus {
    return this.queue.status(id);
  }

  /** What is known of a cell's result while it is being computed; null where nothing is, or it is finished. */
  partial(id: string): CellResult | null {
    return this.queue.partial?.id === id ? this.queue.partial.result : null;
  }

  /** Why a cell's result does not hold any more, or null. */
  stale(id: string): string | null {
    const [now, kept] = [this.keys.get(id), this.results.get(id)];
    if (!now || !kept) return null;
    const { info } = this.queue.engine;
    if (info && !sameBackend(kept.backend, info)) return `It was computed on ${deviceName(kept.backend)}; the engine now runs on ${deviceName(info)}.`;
    return staleReason(now, kept.key, this.notebook);
  }

  /** Lets go of every result and finished measurement of this browser, those of other notebooks too; what was written stays. */
  async forget(): Promise<void> {
    this.queue.stop();
    this.results = new Map();
    this.#earlier.clear();
    await this.#measurements.forget();
    this.news = 'Every result is forgotten. Run to have them again.';
  }

  // running

  runAll(): Promise<void> {
    return this.#run(this.notebook.cells);
  }

  /** Runs what is stale, and what that rests on. */
  runStale(): Promise<void> {
    return this.#runWithInputs(this.staleIds);
  }

  /** Runs what was left of a run that ended with the page. */
  goOn(): Promise<void> {
    return this.#runWithInputs(this.interrupted);
  }

  /** Runs a cell, and first whatever it rests on that is not up to date. */
  runCell(id: string): Promise<void> {
    return this.#run(withInputs(this.notebook, id), id);
  }

  stop(): void {
    this.queue.stop();
    this.#forgetRun();
    this.interrupted = [];
  }

  /** The perplexity at a place on the sweep's line. */
  async measure(cell: CellOf<'sweep'>, coefficient: number, signal: AbortSignal): Promise<SweepPoint> {
    const kitchen = await this.queue.kitchen(this, signal, stoppedBy(signal));
    return measureOnLine(cell, coefficient, { ...kitchen, measurements: this.#measurements.passing });
  }

  async exportSoup(cell: CellOf<'soup'>, format: SoupFormat): Promise<Blob> {
    const { signal } = this.queue;
    const { exportSoupCell } = await onDemand(() => import('./core/notebook/export-soup'));
    return exportSoupCell(cell, format, await this.queue.kitchen(this, signal, stoppedBy(signal)), appVersion);
  }

  // keeping

  /** Keeps a notebook that was only looked at. */
  keepIt(): void {
    if (this.origin.id !== null) return;
    const id = crypto.randomUUID();
    this.origin = { ...this.origin, id };
    this.onKept(id);
    void replaceResults(id, this.results);
    void this.#saveNow();
  }

  /**
   * Ends work on the notebook: what runs stops, and nothing is written any more.
   * @param maySave whether what is not saved yet is written before; not where another tab has taken the notebook
   */
  close(maySave: boolean): Promise<void> {
    this.queue.clear();
    const saved = maySave ? this.flush() : Promise.resolve();
    clearTimeout(this.#saving);
    this.#saving = undefined;
    this.#closed = true;
    return saved;
  }

  /** Saves now what is not saved yet. */
  async flush(): Promise<void> {
    if (this.#saving !== undefined) await this.#saveNow();
  }

  #run(cells: readonly Cell[], forced?: string): Promise<void> {
    this.keepIt();
    void this.flush(); // results are kept as they come: what they are about is kept before
    this.interrupted = [];
    const id = this.origin.id as string;
    const work = this.queue.add([...cells], { notebook: this.notebook, keys: this.keys }, forced);
    rememberRun(id, this.queue.pending);
    return work.then((whole) => (whole ? forgetRun(id) : undefined));
  }

  #runWithInputs(ids: readonly string[]): Promise<void> {
    const wanted = new Set(ids.flatMap((id) => withInputs(this.notebook, id).map((cell) => cell.id)));
    return this.#run(this.notebook.cells.filter(({ id }) => wanted.has(id)));
  }

  #forgetRun(): void {
    if (this.origin.id !== null) forgetRun(this.origin.id);
  }

  /** Takes an edit if what comes of it could be opened again, and says why not otherwise. */
  #write(notebook: Notebook, did: string, place: string | null): boolean {
    if (this.#closed) return false;
    const before = this.notebook;
    try {
      this.notebook = toNotebook(notebook, 'the notebook');
    } catch (thrown) {
      const { facts } = toFailure(thrown) as Failure<'notebook-malformed'>;
      this.refusal = toFailureData(failure('edit-refused', { found: facts.found, where: facts.where }));
      return false;
    }
    this.refusal = null;
    this.news = '';
    this.#history = afterEdit(this.#history, before, { did, place, at: performance.now() });
    this.#afterChange();
    return true;
  }

  #travel(step: { history: History<Notebook>; value: Notebook; did: string } | null, word: string): void {
    if (!step) return void (this.news = word === 'Undone' ? 'There is nothing to undo.' : 'There is nothing to do again.');
    this.#history = step.history;
    this.notebook = step.value;
    this.refusal = null;
    this.news = `${word}: ${step.did}.`;
    this.#afterChange();
  }

  #afterChange(): void {
    this.keepIt();
    this.#bringBackResults();
    this.#save();
  }

  /** A cell that is again as it was has its result again. */
  #bringBackResults(): void {
    const back = this.notebook.cells.flatMap(({ id }): [string, KeptResult][] => {
      const earlier = this.#earlier.get(`${id} ${this.keys.get(id)?.key}`);
      return earlier && earlier !== this.results.get(id) ? [[id, earlier]] : [];
    });
    if (back.length === 0) return;
    this.results = new Map([...this.results, ...back]);
    for (const [id, kept] of back) void this.#saveResult(id, kept);
  }

  /** Whether a cell's result is there, was computed under this key, and on the engine in use. */
  #holds(id: string, { key }: CellKey): boolean {
    const kept = this.results.get(id);
    const { info } = this.queue.engine;
    return kept?.key.key === key && (info === null || sameBackend(kept.backend, info));
  }

  #isCurrent(id: string): boolean {
    const key = this.keys.get(id);
    return key !== undefined && this.#holds(id, key);
  }

  /** Gives a cell's result to the cell that it has become. */
  giveResult(from: string, to: string): void {
    const kept = this.results.get(from);
    if (!kept) return;
    this.#remember(from, kept);
    this.results = new Map(this.results).set(to, kept);
    void this.#saveResult(to, kept);
  }

  #keep(id: string, kept: KeptResult): void {
    this.#remember(id, this.results.get(id));
    this.#remember(id, kept);
    this.results = new Map(this.results).set(id, kept);
    void this.#saveResult(id, kept);
    if (this.origin.id !== null) rememberRun(this.origin.id, this.queue.pending.filter((other) => other !== id));
  }

  #remember(id: string, kept: KeptResult | undefined): void {
    if (!kept) return;
    this.#earlier.set(`${id} ${kept.key.key}`, kept);
    for (const oldest of [...this.#earlier.keys()].slice(0, this.#earlier.size - mostEarlier)) this.#earlier.delete(oldest);
  }

  async #saveResult(id: string, kept: KeptResult): Promise<void> {
    const { visit, origin } = this;
    if (origin.id === null || this.#closed || (await writeResult(origin.id, id, kept)) || visit !== this.visit) return;
    this.#resultLost = true;
    this.saved = 'no';
  }

  #save(): void {
    this.saved = 'not yet';
    this.#saving ??= setTimeout(() => void this.#saveNow(), saveAfter);
  }

  async #saveNow(): Promise<void> {
    clearTimeout(this.#saving);
    this.#saving = undefined;
    const { notebook, origin } = this;
    if (origin.id === null) return;
    const kept = await writeNotebook({ ...origin, id: origin.id, title: notebook.title, json: JSON.stringify(notebook), saved: new Date().toISOString() });
    if (this.notebook === notebook) this.saved = kept && !this.#resultLost ? 'yes' : 'no';
  }
}

export function deviceName({ kind, device }: BackendInfo): string {
  return `${backendNames[kind]}, ${device}`;
}
