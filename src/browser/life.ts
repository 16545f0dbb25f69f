/** A worker's life, and who waits for it. */
import type { Failure } from '../core/errors';

/** Whoever waits is told when it ends. */
export class Life {
  #ended: Failure | undefined;
  readonly #waiting = new Set<(reason: Failure) => void>();

  constructor(private readonly onEnd: () => void) {}

  /** The promise, or the reason of death as soon as there is one; afterwards nothing of it is kept. */
  until<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      promise.then(resolve, reject).finally(() => this.#waiting.delete(reject)); // also after the end: its failure is heard
      if (this.#ended) return reject(this.#ended);
      this.#waiting.add(reject);
    });
  }

  end(reason: Failure): void {
    if (this.#ended) return;
    this.#ended = reason;
    this.onEnd();
    for (const reject of this.#waiting) reject(reason);
    this.#waiting.clear();
  }
}
