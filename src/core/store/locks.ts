/** Who may touch a file: one writer, or any number of readers. Across tabs the browser's own locks see to it, elsewhere these. */
import { failure } from '../errors';

export type LockMode = 'shared' | 'exclusive';

export interface Waiting {
  signal?: AbortSignal;
  /** told once, where somebody else has it */
  onWait?: () => void;
}

export interface Locks {
  /**
   * Does the work while the lock is held.
   * @throws stopped, where the signal aborts before it is
   */
  hold<T>(name: string, mode: LockMode, work: () => Promise<T>, waiting?: Waiting): Promise<T>;
}

interface Waiter {
  mode: LockMode;
  start(): void;
}

/** A lock's readers and writers, in the order in which they came: a writer is not overtaken. */
class Turnstile {
  #readers = 0;
  #writing = false;
  readonly #queue: Waiter[] = [];

  async enter(mode: LockMode, { signal, onWait }: Waiting): Promise<void> {
    if (this.#queue.length === 0 && this.#free(mode)) return this.#take(mode);
    onWait?.();
    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        mode,
        start: () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        },
      };
      const stop = (): void => {
        this.#queue.splice(this.#queue.indexOf(waiter), 1);
        this.#next();
        reject(failure('stopped'));
      };
      this.#queue.push(waiter);
      signal?.addEventListener('abort', stop, { once: true });
    });
  }

  leave(mode: LockMode): void {
    if (mode === 'shared') this.#readers--;
    else this.#writing = false;
    this.#next();
  }

  #free(mode: LockMode): boolean {
    return !this.#writing && (mode === 'shared' || this.#readers === 0);
  }

  #take(mode: LockMode): void {
    if (mode === 'shared') this.#readers++;
    else this.#writing = true;
  }

  #next(): void {
    while (this.#queue.length > 0 && this.#free(this.#queue[0].mode)) {
      const [first] = this.#queue.splice(0, 1);
      this.#take(first.mode);
      first.start();
    }
  }
}

/** Locks within one thread. */
export function ownLocks(): Locks {
  const turnstiles = new Map<string, Turnstile>();
  return {
    async hold(name, mode, work, waiting = {}) {
      if (waiting.signal?.aborted) throw failure('stopped');
      const turnstile = turnstiles.get(name) ?? new Turnstile();
      turnstiles.set(name, turnstile);
      await turnstile.enter(mode, waiting);
      try {
        return await work();
      } finally {
        turnstile.leave(mode);
      }
    },
  };
}
