/**
 * The page's end of the engine worker: starts it on the best device that passes, hands calls over, and sees to it that every
 * call settles: finished, stopped, or failed because the worker or the device died.
 */
import { proxy, wrap, type Remote } from 'comlink';
import type { CallId, DeviceChoice, EngineListener, EngineWorkerApi } from '../workers/api';
import { registerWire } from '../workers/wire';
import { Life } from './browser/life';
import { Reading } from './browser/reading';
import { browserStore, type StoredLibrary } from './browser/store';
import type { Engine, OnAnswers } from './core/engine';
import { explain, failure, toFailure, type Failure } from './core/errors';
import type { BackendInfo, Precision } from './core/scoring/backend';
import { stoppedBy, unwatched, type Progress, type Watch } from './core/scoring/watch';

/** What the reader prefers. */
export type DevicePreference = 'automatic' | 'wasm';

/** How weights are held; automatic: in 32 bits where that fits. */
export type WeightPreference = 'automatic' | Precision;

/** How the engine is to start; `subgroups` is for trying the self-test on a device known to be wrong. */
export interface BridgeOptions {
  preference: DevicePreference;
  subgroups: DeviceChoice['subgroups'];
  weights: WeightPreference;
}

/** How often a busy worker is asked for a sign of life, and how long it may keep silent. */
const askEvery = 2_000;
const startPatience = 120_000; // a first run compiles every shader: 8 s on SwiftShader, more on slow telephones
/** Unanswered questions until a worker counts as dead; more where one run of the model takes long. */
const patience = 15;
const runsOfPatience = 5;

interface Running {
  info: BackendInfo;
  remote: Remote<EngineWorkerApi>;
  reading: Reading;
  /** the promise, or the reason why the worker died */
  untilDeath<T>(promise: Promise<T>): Promise<T>;
  kill(reason: Failure): void;
}

/** The page's part in a call. */
interface Heard {
  onProgress: Watch['onProgress'];
  onAnswers: OnAnswers;
  /** where its checkpoints' files come from, for as long as it goes on */
  files: StoredLibrary;
  watch: Watch;
}

export class EngineBridge {
  #running: Promise<Running> | undefined;
  #nextCall = 1;
  /** raised by every restart, so that a start under way notices */
  #epoch = 0;
  /** in which precision what is run fits, where the reader leaves it to the page */
  #fitting: Precision = 'fp32';
  /** ends the worker that runs or starts */
  #kill: Running['kill'] | undefined;
  /** what is told of calls under way, and asked for them */
  readonly #heard = new Map<CallId, Heard>();

  /**
   * @param onStarted told the device, and a sentence when it is not the one hoped for
   * @param onStarting told while a device is being tried
   */
  constructor(
    private options: BridgeOptions,
    private readonly onStarted: (info: BackendInfo, notice: string | null) => void,
    private readonly onStarting: (what: string) => void,
  ) {
    registerWire();
  }

  /** Ends the engine, also one that is just starting; the next call starts it with these options. */
  restart(options: BridgeOptions): void {
    this.options = options;
    this.#running = undefined;
    this.#epoch++;
    this.#kill?.(failure('engine-restarted'));
  }

  /**
   * The engine as the notebook's runner wants it, on the one worker that runs now: should that die, its calls fail, and no
   * result is pieced together from two devices. Once `signal` aborts, every call rejects at once as stopped; the worker notices
   * between two batches, and whatever it still says is ignored.
   */
  async engine(signal: AbortSignal, fitting = this.#fitting): Promise<Engine> {
    if (fitting !== this.#fitting) this.#refit(fitting);
    const running = await settled(this.#start(), signal);
    const { info } = running;
    return {
      info,
      open: (ref, watch) => this.#call(running, signal, watch, (remote, call) => remote.open(call, ref)),
      scoreText: (model, text, convention, watch) => this.#call(running, signal, watch, (remote, call) => remote.scoreText(call, model, text, convention)),
      answerItems: (model, items, watch, onAnswers) => this.#call(running, signal, watch, (remote, call) => remote.answerItems(call, model, items), onAnswers),
      fuse: (model, watch) => this.#call(running, signal, watch, (remote, call) => remote.fuse(call, model)),
      slopes: (model, checkpoints, text, convention, watch) => this.#call(running, signal, watch, (remote, call) => remote.slopes(call, model, checkpoints, text, convention)),
      pieces: (ref, text, convention) => this.#call(running, signal, unwatched, (remote, call) => remote.pieces(call, ref, text, convention)),
      exportModel: (model, method, watch) => this.#call(running, signal, watch, (remote, call) => remote.exportModel(call, model, method)),
    };
  }

  async #call<T>(
    running: Running,
    signal: AbortSignal,
    watch: Watch = unwatched,
    ask: (remote: Remote<EngineWorkerApi>, call: CallId) => Promise<T>,
    onAnswers: OnAnswers = () => undefined,
  ): Promise<T> {
    const call = this.#nextCall++;
    const over = new AbortController();
    const stop = (): void => {
      over.abort();
      void running.remote.stop(call);
    };
    const watchdog = new Watchdog(running);
    const onProgress = (progress: Progress): void => {
      watchdog.heard();
      if (!signal.aborted) watch.onProgress(progress);
    };
    const files = browserStore.library();
    running.reading.begin(files);
    this.#heard.set(call, {
      onProgress,
      onAnswers: (answers) => !signal.aborted && onAnswers(answers),
      files,
      watch: stoppedBy(over.signal, onProgress),
    });
    signal.addEventListener('abort', stop);
    try {
      const result = await settled(running.untilDeath(ask(running.remote, call)), signal);
      await settled(running.untilDeath(running.reading.check()), signal);
      return result;
    } finally {
      watchdog.end();
      signal.removeEventListener('abort', stop);
      this.#heard.delete(call);
      over.abort(); // an engine that died waits for no file; what has come of it is kept
      void running.reading.end(files);
    }
  }

  /** What the engine asks for while it works on a call; one that is over wants nothing. */
  async #filesFor<T>(call: CallId, bring: (heard: Heard) => Promise<T>): Promise<T> {
    const heard = this.#heard.get(call);
    if (!heard) throw failure('stopped');
    return bring(heard);
  }

  /** Another model fits in another precision: the engine starts anew, unless the reader chose one. */
  #refit(fitting: Precision): void {
    this.#fitting = fitting;
    if (this.options.weights === 'automatic') this.restart(this.options);
  }

  #start(): Promise<Running> {
    if (this.#running) return this.#running;
    const starting = this.#startBest();
    this.#running = starting;
    const forever = new Promise<never>(() => undefined);
    starting
      .then(({ untilDeath }) => untilDeath(forever))
      .catch(() => {
        if (this.#running === starting) this.#running = undefined; // a failure and a death are forgotten: the next call tries again
      });
    return starting;
  }

  /** Tries one device after the other, each in a worker of its own, and says which one it came to be. */
  async #startBest(): Promise<Running> {
    const epoch = this.#epoch;
    let refused: Failure | null = null;
    for (const choice of this.#choices()) {
      if (choice.retry && !retryHelps(refused)) continue;
      this.onStarting(choice.kind === 'webgpu' ? 'Testing the graphics device' : 'Starting on the processor');
      try {
        const running = await this.#startOn(choice);
        this.onStarted(running.info, refused && notice(refused, running.info));
        return running;
      } catch (thrown) {
        if (choice.kind === 'wasm' || epoch !== this.#epoch) throw thrown;
        refused ??= toFailure(thrown);
      }
    }
    throw failure('engine-died', { reason: 'no device could be started' });
  }

  #choices(): (DeviceChoice & { retry: boolean })[] {
    const { subgroups, weights } = this.options;
    const precision = weights === 'automatic' ? this.#fitting : weights;
    const wasm = { kind: 'wasm', subgroups: 'never', precision, retry: false } as const;
    if (this.options.preference === 'wasm' || !('gpu' in navigator)) return [wasm];
    return [{ kind: 'webgpu', subgroups, precision, retry: false }, { kind: 'webgpu', subgroups: 'never', precision, retry: true }, wasm];
  }

  async #startOn(choice: DeviceChoice): Promise<Running> {
    const worker = new Worker(new URL('../workers/engine.worker.ts', import.meta.url), { type: 'module', name: 'engine' });
    const remote = wrap<EngineWorkerApi>(worker);
    const life = new Life(() => worker.terminate());
    const kill = (reason: Failure): void => life.end(reason);
    this.#kill = kill;
    worker.onerror = (event) => {
      event.preventDefault();
      kill(failure('engine-died', { reason: event.message || 'the worker could not be loaded' }));
    };
    const patienceEnds = setTimeout(() => kill(failure('engine-silent', { seconds: startPatience / 1000 })), startPatience);
    const listener: EngineListener = {
      onProgress: (call, progress) => this.#heard.get(call)?.onProgress(progress),
      onAnswers: (call, answers) => this.#heard.get(call)?.onAnswers(answers),
      config: (call, ref) => this.#filesFor(call, ({ files, watch }) => files.config(ref, watch)),
      tokenizer: (call, ref) => this.#filesFor(call, ({ files, watch }) => files.tokenizer(ref, watch)),
      weights: (call, ref) => this.#filesFor(call, ({ files, watch }) => files.weights(ref, watch)),
      onDeviceLost: (reason) => kill(failure('device-lost', { reason })),
    };
    try {
      const info = await life.until(remote.start(choice, proxy(listener)));
      return { info, remote, reading: new Reading((reason) => kill(toFailure(reason))), untilDeath: (promise) => life.until(promise), kill };
    } catch (thrown) {
      kill(toFailure(thrown));
      throw thrown;
    } finally {
      clearTimeout(patienceEnds);
    }
  }
}

/** A device whose subgroups were in use may pass without them; any other fails again. */
function retryHelps(refused: Failure | null): boolean {
  return refused?.code === 'device-failed' && (refused as Failure<'device-failed'>).facts.subgroups === true;
}

/** What the person is told of a device that was refused. */
function notice(refused: Failure, info: BackendInfo): string {
  const now = info.kind === 'webgpu' ? 'Without its subgroup instructions it passes, and is used so.' : 'The processor (WASM) is used instead.';
  return `${explain(refused)[0]} ${now}`;
}

/**
 * Ends a worker that gives no sign of life. Questions are counted and not seconds: in a tab in the background timers run once a
 * minute, and a laptop that slept has missed none.
 */
class Watchdog {
  #unanswered = 0;
  #heardAt = performance.now();
  #longestSilence = 0;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(running: Running) {
    this.#timer = setInterval(() => {
      if (this.#unanswered++ === 0) running.remote.isAlive().then(() => this.heard(), () => undefined); // a failure is no sign of life
      const allowed = Math.max(patience, (runsOfPatience * this.#longestSilence) / askEvery);
      if (this.#unanswered > allowed) running.kill(failure('engine-silent', { seconds: Math.round((this.#unanswered * askEvery) / 1000) }));
    }, askEvery);
  }

  heard(): void {
    const now = performance.now();
    this.#longestSilence = Math.max(this.#longestSilence, now - this.#heardAt);
    this.#heardAt = now;
    this.#unanswered = 0;
  }

  end(): void {
    clearInterval(this.#timer);
  }
}

/** The promise, or `stopped` as soon as the signal aborts. */
function settled<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(failure('stopped'));
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop)); // also where nobody waits: its failure is heard
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
  });
}
