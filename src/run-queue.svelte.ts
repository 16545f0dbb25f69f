/**
 * What runs and what waits for its turn: cells in the order in which they were asked for, each with the notebook as it stood
 * then, one at a time on one engine. A cell can be stopped by itself, or everything at once.
 */
import { EngineBridge, type BridgeOptions } from './bridge';
import type { Engine } from './core/engine';
import { isStopped, toFailureData, type FailureData } from './core/errors';
import { isRunnable } from './core/notebook/cells';
import type { Cell, CellOf, Notebook } from './core/notebook/document';
import { estimateRunsEach } from './core/notebook/estimate';
import { Results, resultVersion, type CellResult, type KeptResult } from './core/notebook/results';
import type { Kitchen } from './core/notebook/kitchen';
import { runCell } from './core/notebook/run';
import { withInputs, type CellKey } from './core/notebook/stale';
import type { BackendInfo, Precision } from './core/scoring/backend';
import { stoppedBy, type Progress, type Watch } from './core/scoring/watch';
import { modelOf, type CheckpointRef } from './core/soup/model';
import { itemsOf } from './browser/items';
import type { BrowserMeasurements } from './browser/storage';

/** What is going on with a cell, apart from its result. */
export type CellStatus =
  | { kind: 'idle' }
  /** `place` 1 is next; seconds until its turn, where they can be told */
  | { kind: 'queued'; place: number; secondsUntil: number | null }
  | { kind: 'running'; progress: Progress | null }
  | { kind: 'failed'; failure: FailureData };

export interface EngineStatus {
  info: BackendInfo | null;
  /** a sentence when the device is not the one hoped for */
  notice: string | null;
  /** what it is doing while it starts */
  starting: string | null;
}

/** A notebook as it stood when a run was asked for, and the keys of its cells. */
export interface Written {
  notebook: Notebook;
  keys: ReadonlyMap<string, CellKey>;
}

/** A long run that waits for a yes. */
export interface Question {
  seconds: number;
  proceed(): void;
  cancel(): void;
}

/** What was asked for at one time, told how long it takes when its turn comes. */
interface Batch extends Written {
  ready: boolean;
}

interface Entry {
  cell: Cell;
  batch: Batch;
  /** run even if its result holds */
  forced: boolean;
  /** null until the device's speed is known */
  seconds: number | null;
}

/** The notebook whose cells run. */
export interface Host {
  results(): ReadonlyMap<string, KeptResult>;
  /** whether a result is there that was computed under this key, on the engine in use */
  holds(id: string, key: CellKey): boolean;
  keep(id: string, kept: KeptResult): void;
  /** the key that a cell has now */
  keyOf(id: string): string | undefined;
  tell(sentence: string): void;
  /** in which precision a checkpoint's weights fit here */
  precisionFor(ref: CheckpointRef): Promise<Precision>;
}

/** A run expected to take longer than this is asked about first, in seconds. */
const longRun = 120;

export class RunQueue {
  engine = $state.raw<EngineStatus>({ info: null, notice: null, starting: null });
  question = $state.raw<Question | null>(null);
  running = $state(false);
  /** what is known already of the cell that runs */
  partial = $state.raw<{ id: string; result: CellResult } | null>(null);
  /** how fast the engine is that was started last */
  speed = $state.raw<{ info: BackendInfo; secondsPerRun: number } | null>(null);

  #waiting = $state.raw<readonly Entry[]>([]);
  #current = $state.raw<Entry | null>(null);
  #progress = $state.raw<Progress | null>(null);
  /** how far the first checkpoint is on its way, before any cell has its turn: a long fetch must not look like waiting */
  #coming = $state.raw<Progress | null>(null);
  /** when the current cell began, performance.now() */
  #began = 0;
  /** with the key that the cell had: what is wrong with it may not be wrong any more once it is another */
  #failures = $state.raw<ReadonlyMap<string, { key: string | undefined; failure: FailureData }>>(new Map());
  /** since the queue was empty: those that had their turn, were stopped one by one, and were left out because they need one of those */
  #finished = $state.raw<readonly string[]>([]);
  #stopped = 0;
  #leftOut = 0;

  #all = new AbortController();
  #one = new AbortController();
  readonly #bridge: EngineBridge;

  constructor(
    options: BridgeOptions,
    private readonly measurements: BrowserMeasurements,
    private readonly host: Host,
  ) {
    this.#bridge = new EngineBridge(
      options,
      (info, notice) => (this.engine = { info, notice, starting: null }),
      (starting) => (this.engine = { ...this.engine, starting }),
    );
  }

  /** Seconds until everything is done, where they can be told; null while nothing runs. */
  readonly secondsLeft = $derived.by(() => (this.running ? sum([this.#currentLeft(), ...this.#waiting.map(({ seconds }) => seconds)]) : null));

  /** How many cells have had their turn, of how many. */
  readonly count = $derived({ done: this.#finished.length, of: this.#finished.length + this.#waiting.length + (this.#current ? 1 : 0) });

  /** The cells that are not finished, in order. */
  readonly pending = $derived([...(this.#current ? [this.#current] : []), ...this.#waiting].map(({ cell }) => cell.id));

  status(id: string): CellStatus {
    if (this.#current?.cell.id === id) return { kind: 'running', progress: this.#progress };
    const before = this.#waiting.findIndex(({ cell }) => cell.id === id);
    if (before === 0 && this.#coming) return { kind: 'running', progress: this.#coming };
    if (before >= 0) return { kind: 'queued', place: before + 1, secondsUntil: this.#secondsUntil(before) };
    const failed = this.#failures.get(id);
    return failed && failed.key === this.host.keyOf(id) ? { kind: 'failed', failure: failed.failure } : { kind: 'idle' };
  }

  /**
   * Puts cells at the end of the queue, in their order; one that waits already goes there with them, or it might come before what it
   * rests on.
   * @param forced the cell that is run even if its result holds
   * @returns whether everything had its turn, once that is so; at once where it joins a queue that runs already
   */
  async add(cells: Cell[], written: Written, forced?: string): Promise<boolean> {
    const batch = { ...written, ready: false };
    const entries = cells.filter(isRunnable).map((cell): Entry => ({ cell, batch, forced: cell.id === forced, seconds: null }));
    const added = new Map(entries.map((entry) => [entry.cell.id, entry]));
    this.#waiting = [...this.#waiting.filter(({ cell }) => !added.has(cell.id)), ...entries.filter((entry) => !this.#runs(entry))];
    this.#failures = new Map([...this.#failures].filter(([id]) => !added.has(id)));
    if (this.running) return false;
    if (this.#waiting.length > 0) return this.#work();
    this.host.tell('There is nothing to run yet.');
    return true;
  }

  /** Stops at once: the page is free, and late results are refused. */
  stop(): void {
    this.#all.abort();
    this.#all = new AbortController();
    this.#one.abort();
    this.question?.cancel();
    if (this.running) this.host.tell('Stopped. What was finished is kept.');
    this.#waiting = [];
    this.#leave();
  }

  /** Stops one cell, or takes it out of the queue, and those behind it that cannot do without it; the others go on. */
  stopOne(id: string): void {
    const entry = this.#current?.cell.id === id ? this.#current : this.#waiting.find(({ cell }) => cell.id === id);
    if (!entry) return;
    this.#waiting = this.#waiting.filter((other) => other !== entry);
    this.#dropDependants(entry);
    this.#stopped++;
    if (this.#waiting.every(({ batch }) => batch !== entry.batch)) this.question?.cancel(); // nothing is left to be asked about
    if (entry === this.#current) this.#one.abort();
  }

  /** Forgets what failed: another notebook is open. */
  clear(): void {
    this.stop();
    this.#failures = new Map();
  }

  restart(options: BridgeOptions): void {
    this.stop();
    this.#bridge.restart(options);
    this.engine = { info: null, notice: null, starting: null };
  }

  /** What a run may use. */
  async kitchen({ notebook, keys }: Written, signal: AbortSignal, watch: Watch): Promise<Kitchen> {
    const engine = await this.#bridge.engine(signal);
    return { notebook, engine, results: new Results(this.host.results(), keys, engine.info), measurements: this.measurements, items: itemsOf, watch };
  }

  /** Ends with everything that is stopped. */
  get signal(): AbortSignal {
    return this.#all.signal;
  }

  /** Until the turn of a cell that waits; null before the device's speed is known. */
  #secondsUntil(before: number): number | null {
    if (this.question) return null;
    const ahead = this.#waiting.slice(0, before + 1).map(({ seconds }) => seconds);
    return ahead.includes(null) ? null : sum([this.#currentLeft(), ...ahead.slice(0, -1)]);
  }

  #runs({ cell, batch }: Entry): boolean {
    return this.#current?.cell.id === cell.id && this.#current.batch.keys.get(cell.id)?.key === batch.keys.get(cell.id)?.key;
  }

  /** Seconds that the current cell still takes, as often as there is progress to tell; a step's own time left is not the cell's. */
  #currentLeft(): number | null {
    if (!this.#current) return 0;
    const { seconds } = this.#current;
    return seconds === null || !this.#progress ? seconds : Math.max(0, seconds - (performance.now() - this.#began) / 1000);
  }

  async #work(): Promise<boolean> {
    const { signal } = this.#all;
    this.running = true;
    [this.#finished, this.#stopped, this.#leftOut] = [[], 0, 0];
    this.host.tell('Running.');
    for (let next = this.#waiting.at(0); next && !signal.aborted; next = this.#waiting.at(0)) {
      await (next.batch.ready ? this.#turn(next, signal) : this.#prepare(next, signal));
    }
    if (signal.aborted) return false;
    this.host.tell(this.#summary());
    this.#leave();
    return true;
  }

  #leave(): void {
    this.running = false;
    this.#current = null;
    this.#progress = null;
    this.partial = null;
  }

  /** Starts the engine, says how long the batch will take, and asks before a long run; a batch that is not to run goes. */
  async #prepare({ cell, batch }: Entry, signal: AbortSignal): Promise<void> {
    try {
      const seconds = await this.#estimate(batch, signal);
      batch.ready = seconds <= longRun || (await this.#ask(seconds));
    } catch (thrown) {
      if (!signal.aborted && !isStopped(thrown)) this.#fail(cell.id, thrown);
    }
    if (!batch.ready) this.#waiting = this.#waiting.filter((entry) => entry.batch !== batch);
  }

  /** Times one run of the model and tells each cell of the batch its seconds. @returns their sum */
  async #estimate(batch: Batch, signal: AbortSignal): Promise<number> {
    const { notebook, keys } = batch;
    const due = this.#waiting.filter((entry) => entry.batch === batch && !this.host.holds(entry.cell.id, keys.get(entry.cell.id) as CellKey)).map(({ cell }) => cell);
    const first = firstCheckpoint(notebook, due);
    const engine = await this.#bridge.engine(signal, first && (await this.host.precisionFor(first)));
    if (!first) return 0;
    try {
      const { tokensPerRun } = await engine.open(first, stoppedBy(signal, (progress) => (this.#coming = progress)));
      if (this.speed?.info !== engine.info) this.speed = { info: engine.info, secondsPerRun: await secondsPerRun(engine, first) };
      return this.#tellSeconds(batch, due, tokensPerRun, this.speed.secondsPerRun);
    } catch (thrown) {
      if (signal.aborted || isStopped(thrown)) throw thrown;
      return 0; // the cells that need this checkpoint will say what is wrong with it; the others run
    } finally {
      this.#coming = null;
    }
  }

  /** @returns the sum */
  #tellSeconds(batch: Batch, due: Cell[], tokensPerRun: number, secondsPerRun: number): number {
    const runs = estimateRunsEach(batch.notebook, due, tokensPerRun);
    const seconds = new Map(due.map(({ id }, i) => [id, secondsPerRun * runs[i]]));
    this.#waiting = this.#waiting.map((entry) => (entry.batch === batch ? { ...entry, seconds: seconds.get(entry.cell.id) ?? 0 } : entry));
    return secondsPerRun * runs.reduce((a, b) => a + b, 0);
  }

  #ask(seconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const answer = (yes: boolean): void => {
        this.question = null;
        resolve(yes);
      };
      this.question = { seconds, proceed: () => answer(true), cancel: () => answer(false) };
      this.host.tell('This would take long: the page asks before it begins.');
    });
  }

  /** One cell, from its turn to its result or its failure. */
  async #turn(entry: Entry, all: AbortSignal): Promise<void> {
    const { id } = entry.cell;
    const key = entry.batch.keys.get(id) as CellKey;
    this.#waiting = this.#waiting.filter((other) => other !== entry);
    if (!entry.forced && this.host.holds(id, key)) return this.#done(id);
    this.#one = new AbortController();
    const { signal } = this.#one;
    this.#current = entry;
    this.#began = performance.now();
    try {
      const watch = stoppedBy(signal, (progress) => !signal.aborted && (this.#progress = progress));
      const kitchen = await this.kitchen(entry.batch, signal, watch);
      kitchen.onPartial = (result) => !signal.aborted && (this.partial = { id, result });
      const result = await runCell(entry.cell, kitchen);
      if (signal.aborted) return; // it comes too late
      this.host.keep(id, { version: resultVersion, key, backend: kitchen.engine.info, finished: new Date().toISOString(), result });
      this.#done(id);
    } catch (thrown) {
      if (signal.aborted || isStopped(thrown)) return;
      this.#fail(id, thrown);
      this.#dropDependants(entry);
    } finally {
      if (!all.aborted) [this.#current, this.#progress, this.partial] = [null, null, null];
    }
  }

  #done(id: string): void {
    this.#finished = [...this.#finished, id];
  }

  #fail(id: string, thrown: unknown): void {
    this.#failures = new Map(this.#failures).set(id, { key: this.host.keyOf(id), failure: toFailureData(thrown) });
    this.#done(id);
  }

  /** After a cell that failed or was stopped the others run on, but not those that rest on it. */
  #dropDependants({ cell, batch }: Entry): void {
    if (this.host.holds(cell.id, batch.keys.get(cell.id) as CellKey)) return;
    const rest = this.#waiting.filter((other) => other.cell.id === cell.id || !withInputs(other.batch.notebook, other.cell.id).some(({ id }) => id === cell.id));
    this.#leftOut += this.#waiting.length - rest.length;
    this.#waiting = rest;
  }

  #summary(): string {
    const failed = this.#finished.filter((id) => this.#failures.has(id)).length;
    const parts = [cellsWords(this.#finished.length - failed, 'up to date')];
    if (failed > 0) parts.push(cellsWords(failed, 'failed'));
    if (this.#stopped > 0) parts.push(cellsWords(this.#stopped, 'stopped'));
    if (this.#leftOut > 0) parts.push(`${cellsWords(this.#leftOut, 'left out')} for want of ${this.#leftOut === 1 ? 'its' : 'their'} inputs`);
    return `Finished: ${parts.join(', ')}.`;
  }
}

function cellsWords(count: number, what: string): string {
  return `${count} cell${count === 1 ? '' : 's'} ${what}`;
}

/** The sum, or null where a part of it is not known. */
function sum(seconds: (number | null)[]): number | null {
  return seconds.reduce((a, b) => (a === null || b === null ? null : a + b), 0);
}

/** The first checkpoint that some of the cells need. */
function firstCheckpoint(notebook: Notebook, cells: Cell[]): CheckpointRef | undefined {
  const needed = new Set(cells.flatMap(({ id }) => withInputs(notebook, id).map((cell) => cell.id)));
  return notebook.cells.find((cell): cell is CellOf<'checkpoints'> => cell.kind === 'checkpoints' && cell.checkpoints.length > 0 && needed.has(cell.id))?.checkpoints[0];
}

/** Times one run of a checkpoint. */
async function secondsPerRun(engine: Engine, checkpoint: CheckpointRef): Promise<number> {
  const probe = { name: 'probe', documents: ['How long does one run take?'] };
  await engine.scoreText(modelOf(checkpoint), probe, { kind: 'rolling' }); // the first run compiles
  const start = performance.now();
  await engine.scoreText(modelOf(checkpoint), probe, { kind: 'rolling' });
  return (performance.now() - start) / 1000;
}
