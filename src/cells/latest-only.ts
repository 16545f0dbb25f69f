/** Work that follows a hand: one piece at a time, and when it is done only the latest wish is taken up. */
export class LatestOnly<T> {
  #abort = new AbortController();
  #waiting: { wish: T } | null = null;
  #working = false;

  /** @param work shows its own failures: one that rejects is lost */
  constructor(private readonly work: (wish: T, signal: AbortSignal) => Promise<void>) {}

  ask(wish: T): void {
    this.#waiting = { wish };
    if (!this.#working) void this.#next();
  }

  stop(): void {
    this.#waiting = null;
    this.#abort.abort();
    this.#abort = new AbortController();
  }

  async #next(): Promise<void> {
    this.#working = true;
    try {
      while (this.#waiting) {
        const { wish } = this.#waiting;
        this.#waiting = null;
        await this.work(wish, this.#abort.signal);
      }
    } finally {
      this.#working = false;
    }
  }
}
