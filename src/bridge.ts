/**
 * The page's end of the engine worker: starts it on the best device that passes, hands calls over, and sees to it that every
 * call settles: finished, stopped, or failed because the worker or the device died.
 */
import { proxy, releaseProxy, wrap, type Remote } from 'comlink';
import type { CallId, DeviceChoice, EngineWorkerApi } from '../workers/api';
import { registerWire } from '../workers/wire';
import type { Engine } from './core/engine';
import { explain, failure, toFailure, type Failure } from './core/errors';
import type { BackendInfo } from './core/scoring/backend';
import { unwatched, type Progress, type Watch } from './core/scoring/watch';

/** What the reader prefers. */
export type DevicePreference = 'automatic' | 'wasm';

/** How the engine is to start; `subgroups` is for trying the self-test on a device known to be wrong. */
export interface BridgeOptions {
  preference: DevicePreference;
  subgroups: DeviceChoice['subgroups'];
}

/** Where models/ lies, and where the worker comes from. */
const base = new URL('.', document.baseURI).href;

/** How often a busy worker is asked for a sign of life, and how long it may keep silent. */
const askEvery = 2_000;
const startPatience = 180_000; // a first run compiles every shader: 8 s on SwiftShader, more on slow telephones
const patience = 30_000;

interface Running {
  info: BackendInfo;
  worker: Worker;
  remote: Remote<EngineWorkerApi>;
  /** rejects when the worker is gone, and never resolves */
  death: Promise<never>;
  kill(reason: Failure): void;
}

export class EngineBridge {
  #running: Promise<Running> | undefined;
  #nextCall = 1;
  readonly #progress = new Map<CallId, Watch['onProgress']>();

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

  /** Ends the engine; the next call starts it with these options. */
  async restart(options: BridgeOptions): Promise<void> {
    this.options = options;
    const running = await this.#running?.catch(() => undefined);
    running?.kill(failure('stopped'));
  }

  /** Starts the engine if it is not running. */
  async start(): Promise<BackendInfo> {
    return (await this.#start()).info;
  }

  /** Sessions the worker has created; 0 while none runs. */
  async sessions(): Promise<number> {
    return this.#running ? (await this.#running).remote.sessions() : 0;
  }

  /**
   * The engine as the notebook's runner wants it. Once `signal` aborts, every call rejects at once as stopped; the worker
   * notices between two batches, and whatever it still says is ignored.
   */
  async engine(signal: AbortSignal): Promise<Engine> {
    const { info } = await settled(this.#start(), signal);
    return {
      info,
      open: (ref, watch) => this.#call(signal, watch, (remote, call) => remote.open(call, ref)),
      scoreText: (model, text, convention, watch) => this.#call(signal, watch, (remote, call) => remote.scoreText(call, model, text, convention)),
      answerItems: (model, items, watch) => this.#call(signal, watch, (remote, call) => remote.answerItems(call, model, items)),
      pieces: (run, documents, convention) => this.#call(signal, unwatched, (remote, call) => remote.pieces(call, run, documents, convention)),
      exportModel: (model, method, watch) => this.#call(signal, watch, (remote, call) => remote.exportModel(call, model, method)),
    };
  }

  async #call<T>(signal: AbortSignal, watch: Watch = unwatched, ask: (remote: Remote<EngineWorkerApi>, call: CallId) => Promise<T>): Promise<T> {
    const running = await settled(this.#start(), signal);
    const call = this.#nextCall++;
    const stop = (): void => void running.remote.stop(call);
    this.#progress.set(call, (progress: Progress) => !signal.aborted && watch.onProgress(progress));
    signal.addEventListener('abort', stop);
    const watching = this.#watch(running);
    try {
      return await settled(Promise.race([ask(running.remote, call), running.death]), signal);
    } finally {
      clearInterval(watching);
      signal.removeEventListener('abort', stop);
      this.#progress.delete(call);
    }
  }

  /** Asks the worker for signs of life while a call is out, and ends it when none comes. */
  #watch(running: Running): ReturnType<typeof setInterval> {
    let heard = performance.now();
    return setInterval(() => {
      void running.remote.isAlive().then(() => (heard = performance.now()));
      const silence = performance.now() - heard;
      if (silence > patience) running.kill(failure('engine-silent', { seconds: Math.round(silence / 1000) }));
    }, askEvery);
  }

  #start(): Promise<Running> {
    this.#running ??= this.#startBest().catch((thrown: unknown) => {
      this.#running = undefined; // a failure is forgotten: the next call tries again
      throw toFailure(thrown);
    });
    return this.#running;
  }

  /** Tries one device after the other, each in a worker of its own, and says which one it came to be. */
  async #startBest(): Promise<Running> {
    const notices: string[] = [];
    for (const choice of this.#choices()) {
      this.onStarting(choice.kind === 'webgpu' ? 'Testing the graphics device' : 'Starting on the processor');
      try {
        const running = await this.#startOn(choice);
        this.onStarted(running.info, notices.length ? this.#notice(notices, running.info) : null);
        return running;
      } catch (thrown) {
        if (choice.kind === 'wasm') throw thrown;
        notices.push(explain(toFailure(thrown))[0]);
      }
    }
    throw failure('engine-died', { reason: 'no device could be started' });
  }

  #choices(): DeviceChoice[] {
    const wasm: DeviceChoice = { kind: 'wasm', subgroups: 'never' };
    if (this.options.preference === 'wasm' || !('gpu' in navigator)) return [wasm];
    return [{ kind: 'webgpu', subgroups: this.options.subgroups }, { kind: 'webgpu', subgroups: 'never' }, wasm];
  }

  #notice(notices: string[], info: BackendInfo): string {
    const now = info.kind === 'webgpu' ? 'It is used without its subgroup instructions, and passes so.' : 'The processor (WASM) is used instead.';
    return `${notices[0]} ${now}`;
  }

  async #startOn(choice: DeviceChoice): Promise<Running> {
    const worker = new Worker(new URL('../workers/engine.worker.ts', import.meta.url), { type: 'module', name: 'engine' });
    const remote = wrap<EngineWorkerApi>(worker);
    let kill: Running['kill'] = () => undefined;
    const death = new Promise<never>((_, reject) => {
      kill = (reason) => {
        worker.terminate();
        if (this.#current === worker) this.#forget();
        reject(reason);
      };
    });
    death.catch(() => undefined); // nobody may be waiting
    worker.onerror = (event) => {
      event.preventDefault();
      kill(failure('engine-died', { reason: event.message || 'the worker could not be loaded' }));
    };
    const patienceEnds = setTimeout(() => kill(failure('engine-silent', { seconds: startPatience / 1000 })), startPatience);
    const listener = {
      onProgress: (call: CallId, progress: Progress) => this.#progress.get(call)?.(progress),
      onDeviceLost: (reason: string) => kill(failure('device-lost', { reason })),
    };
    try {
      const info = await Promise.race([remote.start(choice, base, proxy(listener)), death]);
      this.#current = worker;
      return { info, worker, remote, death, kill };
    } catch (thrown) {
      remote[releaseProxy]();
      worker.terminate();
      throw thrown;
    } finally {
      clearTimeout(patienceEnds);
    }
  }

  #current: Worker | undefined;

  #forget(): void {
    this.#current = undefined;
    this.#running = undefined;
  }
}

/** The promise, or `stopped` as soon as the signal aborts. */
function settled<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(failure('stopped'));
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
