/** How far a transfer is. What was here already counts as done, but says nothing of the pace. */
import type { Watch } from '../scoring/watch';

export class Transfer {
  #had = 0;
  #came = 0;
  readonly #start = performance.now();

  /** @param total bytes */
  constructor(
    private readonly watch: Watch,
    private readonly doing: string,
    private readonly total: number,
  ) {
    this.#tell();
  }

  /** bytes that need not come */
  had(bytes: number): void {
    this.#had += bytes;
    this.#tell();
  }

  /** bytes that came */
  came(bytes: number): void {
    this.#came += bytes;
    this.#tell();
  }

  #tell(): void {
    const done = this.#had + this.#came;
    const seconds = (performance.now() - this.#start) / 1000;
    const secondsLeft = this.#came === 0 ? null : (seconds / this.#came) * Math.max(0, this.total - done);
    this.watch.onProgress({ doing: this.doing, done: this.total === 0 ? null : Math.min(1, done / this.total), secondsLeft });
  }
}
