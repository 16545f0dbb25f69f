/** How long work is watched and stopped. */
import { failure } from '../errors';

export interface Progress {
  /** what is being done, in a few words */
  doing: string;
  /** from 0 to 1, or null while it cannot be told */
  done: number | null;
  /** seconds left at the present pace, or null */
  secondsLeft: number | null;
}

export interface Watch {
  onProgress(progress: Progress): void;
  /** @throws stopped, when the person has pressed Stop */
  checkStopped(): void;
  /** aborts at the same moment, for what waits and cannot ask */
  signal?: AbortSignal;
}

/** A watch that a signal stops. */
export function stoppedBy(signal: AbortSignal, onProgress: Watch['onProgress'] = () => undefined): Watch {
  return {
    signal,
    onProgress,
    checkStopped() {
      if (signal.aborted) throw failure('stopped');
    },
  };
}

export const unwatched: Watch = { onProgress: () => undefined, checkStopped: () => undefined };

/** Counts work and reports progress with the time left at the pace so far. */
export class Pace {
  #done = 0;
  readonly #start = performance.now();

  constructor(
    private readonly watch: Watch,
    private readonly doing: string,
    private readonly total: number,
  ) {
    watch.onProgress({ doing, done: 0, secondsLeft: null });
  }

  step(amount = 1): void {
    this.#done += amount;
    const seconds = (performance.now() - this.#start) / 1000;
    const left = (seconds / this.#done) * (this.total - this.#done);
    this.watch.onProgress({ doing: this.doing, done: this.#done / this.total, secondsLeft: left });
  }
}

/** How long work may take before it listens and tells, ms: a tenth of a second is what people still call at once. */
const unheard = 100;

/**
 * Works through things one after another. What is over at once says nothing; what takes longer hears Stop and tells its progress.
 * @param sizeOf how much of the whole a thing is
 * @throws stopped
 */
export async function inSteps<T>(things: T[], sizeOf: (thing: T) => number, doing: string, watch: Watch, work: (thing: T) => Promise<void>): Promise<void> {
  const total = things.reduce((sum, thing) => sum + sizeOf(thing), 0);
  let [done, heard] = [0, performance.now()];
  let pace: Pace | undefined;
  for (const thing of things) {
    await work(thing);
    done += sizeOf(thing);
    if (performance.now() - heard < unheard) continue;
    pace ??= new Pace(watch, doing, total);
    pace.step(done);
    done = 0;
    await breathe();
    watch.checkStopped();
    heard = performance.now();
  }
}

/** Gives messages (Stop among them) a turn: a resolved promise would not, it is only a microtask. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
