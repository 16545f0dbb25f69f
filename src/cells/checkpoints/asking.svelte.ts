/** One thing at a time that the page asks for on the person's behalf: its progress, its end, its failure, and Stop. */
import { isStopped, toFailureData, type FailureData } from '../../core/errors';
import { stoppedBy, type Progress, type Watch } from '../../core/scoring/watch';

export class Asking {
  progress = $state.raw<Progress | null>(null);
  refused = $state.raw<FailureData | null>(null);
  #abort = $state.raw<AbortController | null>(null);

  get busy(): boolean {
    return this.#abort !== null;
  }

  /** Does the work unless it is stopped; what was asked before is stopped first. @returns what came of it, or null */
  async ask<T>(work: (watch: Watch) => Promise<T>): Promise<T | null> {
    this.stop();
    const controller = new AbortController();
    [this.#abort, this.refused, this.progress] = [controller, null, null];
    try {
      const found = await work(stoppedBy(controller.signal, (now) => (this.progress = now)));
      return controller.signal.aborted ? null : found;
    } catch (thrown) {
      if (!isStopped(thrown) && this.#abort === controller) this.refused = toFailureData(thrown);
      return null;
    } finally {
      if (this.#abort === controller) this.#abort = null;
    }
  }

  stop(): void {
    this.#abort?.abort();
  }
}
