/**
 * The open notebook: what was written, what happened, what is stale. What the person wrote and what came of it are kept apart,
 * so an old result stays in sight, marked, until a new one takes its place.
 */
import { EngineBridge, type BridgeOptions } from './bridge';
import type { CatalogRun } from './core/checkpoint/catalog';
import type { Engine } from './core/engine';
import { failure, isStopped, toFailure, toFailureData, type Failure, type FailureData } from './core/errors';
import { isRunnable } from './core/notebook/cells';
import { toNotebook, type Cell, type CellKind, type CellOf, type Notebook } from './core/notebook/document';
import { estimateRuns } from './core/notebook/estimate';
import { Results, resultVersion, type CellResult, type KeptResult, type SweepPoint } from './core/notebook/results';
import { exportSoupCell, measureOnLine, runCell, type Kitchen } from './core/notebook/run';
import { cellKeys, staleReason, withInputs, type CellKey } from './core/notebook/stale';
import { sameBackend, type BackendInfo } from './core/scoring/backend';
import { stoppedBy, type Progress, type Watch } from './core/scoring/watch';
import { modelOf, type CheckpointRef } from './core/soup/model';
import { itemsOf } from './items';
import { browserMeasurements, writeNotebook, writeResults } from './storage';

/** What is going on with a cell, apart from its result. */
export type CellStatus =
  | { kind: 'idle' }
  | { kind: 'queued' }
  | { kind: 'running'; progress: Progress | null }
  | { kind: 'failed'; failure: FailureData };

export interface EngineStatus {
  info: BackendInfo | null;
  /** a sentence when the device is not the one hoped for */
  notice: string | null;
  /** what it is doing while it starts */
  starting: string | null;
}

/** What a run is expected to take, before it starts. */
export interface Outlook {
  seconds: number;
  proceed(): void;
  cancel(): void;
}

/** A notebook as it stood when a run began, and the keys of its cells. */
interface Written {
  notebook: Notebook;
  keys: ReadonlyMap<string, CellKey>;
}

/** A run expected to take longer than this is asked about first. */
const longRun = 120;
/** At most this much typing is lost when the tab dies. */
const saveAfter = 400;

export class NotebookState {
  notebook = $state.raw<Notebook>({ stockpot: 2, title: '', cells: [], reported: null });
  results = $state.raw<ReadonlyMap<string, KeptResult>>(new Map());
  engine = $state.raw<EngineStatus>({ info: null, notice: null, starting: null });
  /** what the present run will take, once the device's speed is known */
  outlook = $state.raw<{ seconds: number } | null>(null);
  /** a long run waiting for a yes */
  question = $state.raw<Outlook | null>(null);
  saved = $state(true);
  /** what has just happened, for those who hear the page and those who look away */
  news = $state('');
  /** why an edit was not taken */
  refusal = $state.raw<FailureData | null>(null);
  /** the notebook that another one took the place of, to be brought back */
  before = $state.raw<{ notebook: Notebook; results: ReadonlyMap<string, KeptResult> } | null>(null);
  running = $state(false);

  readonly keys = $derived(cellKeys(this.notebook));

  #statuses = $state.raw<ReadonlyMap<string, CellStatus>>(new Map());
  /** what is known already of the cell that runs */
  #partial = $state.raw<{ id: string; result: CellResult } | null>(null);
  #abort = new AbortController();
  #saving: ReturnType<typeof setTimeout> | undefined;
  /** how fast the engine is that was started last */
  #speed: { info: BackendInfo; secondsPerRun: number } | null = null;
  readonly #bridge: EngineBridge;
  readonly #measurements = browserMeasurements();

  constructor(
    readonly run: CatalogRun,
    options: BridgeOptions,
  ) {
    this.#bridge = new EngineBridge(
      options,
      (info, notice) => (this.engine = { info, notice, starting: null }),
      (starting) => (this.engine = { ...this.engine, starting }),
    );
  }

  /** Keeps the notebook as it is now, to be brought back. */
  remember(): void {
    this.before = this.notebook.cells.length ? { notebook: this.notebook, results: this.results } : null;
  }

  /** Replaces the open notebook; a run of the old one is stopped, and the old one can be brought back. */
  open(notebook: Notebook, results: ReadonlyMap<string, KeptResult> = new Map()): void {
    this.stop();
    this.remember();
    this.notebook = notebook;
    this.results = results;
    this.#statuses = new Map();
    this.#saveNow();
    void writeResults(results);
  }

  bringBack(): void {
    if (this.before) this.open(this.before.notebook, this.before.results);
  }

  /** Lets go of every result and finished measurement; what was written stays. */
  async forget(): Promise<void> {
    this.stop();
    this.results = new Map();
    await Promise.all([writeResults(this.results), this.#measurements.forget()]);
  }

  rename(title: string): void {
    this.#write({ ...this.notebook, title });
  }

  /** Changes what was written in a cell; results that rested on it become stale by themselves. */
  edit<K extends CellKind>(id: string, patch: Partial<Omit<CellOf<K>, 'id' | 'kind'>>): void {
    const cells = this.notebook.cells.map((cell) => (cell.id === id ? ({ ...cell, ...patch } as Cell) : cell));
    this.#write({ ...this.notebook, cells });
  }

  /** Takes an edit if what comes of it could be opened again, and says why not otherwise. */
  #write(notebook: Notebook): void {
    try {
      this.notebook = toNotebook(notebook, 'the notebook');
      this.refusal = null;
      this.#save();
    } catch (thrown) {
      const { facts } = toFailure(thrown) as Failure<'notebook-malformed'>;
      this.refusal = toFailureData(failure('edit-refused', { found: facts.found, where: facts.where }));
    }
  }

  status(id: string): CellStatus {
    return this.#statuses.get(id) ?? { kind: 'idle' };
  }

  /** What is known of a cell's result while it is being computed; null where nothing is, or it is finished. */
  partial(id: string): CellResult | null {
    return this.#partial?.id === id ? this.#partial.result : null;
  }

  /** Why a cell's result does not hold any more, or null. */
  stale(id: string): string | null {
    const [now, kept] = [this.keys.get(id), this.results.get(id)];
    if (!now || !kept) return null;
    const { info } = this.engine;
    if (info && !sameBackend(kept.backend, info)) return `It was computed on ${deviceName(kept.backend)}; the engine now runs on ${deviceName(info)}.`;
    return staleReason(now, kept.key, this.notebook);
  }

  runAll(): Promise<void> {
    return this.#runCells(this.notebook.cells);
  }

  /** Runs a cell, and first whatever it rests on that is not up to date. */
  runCell(id: string): Promise<void> {
    return this.#runCells(withInputs(this.notebook, id), id);
  }

  /** Stops at once: the page is free, and late results are refused. */
  stop(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.question?.cancel();
    if (this.running) this.news = 'Stopped. What was finished is kept.';
    this.running = false;
    this.outlook = null;
    this.#partial = null;
    this.#statuses = new Map([...this.#statuses].filter(([, { kind }]) => kind === 'failed'));
  }

  /** The perplexity at a place on the sweep's line. */
  async measure(cell: CellOf<'sweep'>, coefficient: number, signal: AbortSignal): Promise<SweepPoint> {
    const kitchen = await this.#kitchen(this, signal, stoppedBy(signal));
    return measureOnLine(cell, coefficient, { ...kitchen, measurements: this.#measurements.passing });
  }

  async exportSoup(cell: CellOf<'soup'>): Promise<Blob> {
    const { signal } = this.#abort;
    return exportSoupCell(cell, await this.#kitchen(this, signal, stoppedBy(signal)));
  }

  restartEngine(options: BridgeOptions): void {
    this.stop();
    this.#bridge.restart(options);
    this.engine = { info: null, notice: null, starting: null };
  }

  async #runCells(cells: Cell[], forced?: string): Promise<void> {
    if (this.running) return;
    const { signal } = this.#abort;
    const written = { notebook: this.notebook, keys: this.keys }; // an edit during the run is for the next one
    const queue = cells.filter((cell) => isRunnable(cell));
    this.running = true;
    this.news = '';
    for (const { id } of queue) this.#setStatus(id, { kind: 'queued' });
    try {
      await this.#prepare(queue, signal);
      for (const cell of queue) {
        if (signal.aborted) return;
        if (this.status(cell.id).kind === 'queued') await this.#runOne(cell, written, signal, cell.id === forced);
      }
      this.news = this.#summary(queue);
    } catch (thrown) {
      const first = queue[0];
      if (!isStopped(thrown) && first) this.#setStatus(first.id, { kind: 'failed', failure: toFailureData(thrown) });
    } finally {
      if (!signal.aborted) this.#finishRun();
    }
  }

  #finishRun(): void {
    this.running = false;
    this.outlook = null;
    this.#statuses = new Map([...this.#statuses].filter(([, { kind }]) => kind === 'failed'));
    void writeResults(this.results);
  }

  /** Starts the engine, times one run of the model, and asks before a long run. */
  async #prepare(queue: Cell[], signal: AbortSignal): Promise<void> {
    const engine = await this.#bridge.engine(signal);
    const first = this.notebook.cells.find((cell): cell is CellOf<'checkpoints'> => cell.kind === 'checkpoints')?.checkpoints[0];
    const due = queue.filter(({ id }) => !this.#holds(id));
    if (!first || due.length === 0) return;
    const { tokensPerRun } = await engine.open(first);
    if (this.#speed?.info !== engine.info) this.#speed = { info: engine.info, secondsPerRun: await secondsPerRun(engine, first) };
    const seconds = this.#speed.secondsPerRun * estimateRuns(this.notebook, due, tokensPerRun);
    this.outlook = { seconds };
    if (seconds > longRun && !(await this.#ask(seconds))) throw failure('stopped');
  }

  #ask(seconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const answer = (yes: boolean): void => {
        this.question = null;
        if (!yes) this.#finishRun();
        resolve(yes);
      };
      this.question = { seconds, proceed: () => answer(true), cancel: () => answer(false) };
    });
  }

  /** Whether a cell's result is there and up to date on this device. */
  #holds(id: string): boolean {
    return this.results.has(id) && this.stale(id) === null;
  }

  async #runOne(cell: Cell, written: Written, signal: AbortSignal, forced: boolean): Promise<void> {
    const { id } = cell;
    const key = written.keys.get(id) as CellKey;
    if (this.results.get(id)?.key.key === key.key && this.#holds(id) && !forced) return this.#setStatus(id, { kind: 'idle' });
    this.#setStatus(id, { kind: 'running', progress: null });
    try {
      const watch = this.#watch(id, signal);
      const kitchen = await this.#kitchen(written, signal, watch);
      kitchen.onPartial = (result) => !signal.aborted && (this.#partial = { id, result });
      this.#keep(id, key, kitchen.engine.info, await runCell(cell, kitchen), signal);
    } catch (thrown) {
      if (signal.aborted || isStopped(thrown)) return;
      this.#setStatus(id, { kind: 'failed', failure: toFailureData(thrown) });
      this.#unqueueDependants(written.notebook, id);
    } finally {
      if (!signal.aborted) this.#partial = null;
    }
  }

  /** After a failed cell the others run on, but not those that rest on it. */
  #unqueueDependants(notebook: Notebook, failed: string): void {
    for (const { id } of notebook.cells) {
      const dependent = id !== failed && withInputs(notebook, id).some((cell) => cell.id === failed);
      if (dependent && this.status(id).kind === 'queued') this.#setStatus(id, { kind: 'idle' });
    }
  }

  #keep(id: string, key: CellKey, backend: BackendInfo, result: CellResult, signal: AbortSignal): void {
    if (signal.aborted) return; // the result of a run that was stopped comes too late
    this.results = new Map(this.results).set(id, { version: resultVersion, key, backend, finished: new Date().toISOString(), result });
    this.#setStatus(id, { kind: 'idle' });
    void writeResults(this.results);
  }

  async #kitchen({ notebook, keys }: Written, signal: AbortSignal, watch: Watch): Promise<Kitchen> {
    const engine = await this.#bridge.engine(signal);
    return {
      notebook,
      engine,
      results: new Results(this.results, keys, engine.info),
      measurements: this.#measurements,
      items: itemsOf,
      watch,
    };
  }

  #watch(id: string, signal: AbortSignal): Watch {
    return stoppedBy(signal, (progress) => !signal.aborted && this.#setStatus(id, { kind: 'running', progress }));
  }

  #setStatus(id: string, status: CellStatus): void {
    this.#statuses = new Map(this.#statuses).set(id, status);
  }

  #summary(queue: Cell[]): string {
    const failed = queue.filter(({ id }) => this.status(id).kind === 'failed').length;
    return failed ? `Finished, but ${failed} of ${queue.length} cells failed.` : `Finished: ${queue.length} cell${queue.length === 1 ? '' : 's'} up to date.`;
  }

  #save(): void {
    this.saved = false;
    clearTimeout(this.#saving);
    this.#saving = setTimeout(() => this.#saveNow(), saveAfter);
  }

  #saveNow(): void {
    clearTimeout(this.#saving);
    void writeNotebook(JSON.stringify(this.notebook)).then((kept) => (this.saved = kept));
  }
}

/** Times one run of a checkpoint. */
async function secondsPerRun(engine: Engine, checkpoint: CheckpointRef): Promise<number> {
  const probe = { name: 'probe', documents: ['How long does one run take?'] };
  await engine.scoreText(modelOf(checkpoint), probe, { kind: 'rolling' }); // the first run compiles
  const start = performance.now();
  await engine.scoreText(modelOf(checkpoint), probe, { kind: 'rolling' });
  return (performance.now() - start) / 1000;
}

export function deviceName({ kind, device }: BackendInfo): string {
  return kind === 'webgpu' ? `WebGPU, ${device}` : `WASM, ${device}`;
}
