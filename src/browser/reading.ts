/**
 * What one engine has read of the store. A call that was stopped leaves weights in the engine's memory, and the next one computes
 * with them: a result counts when all that any call has read is known to be right, and until then nothing of it is let go of.
 */
import type { StoredLibrary } from './store';

export class Reading {
  readonly #unproven = new Set<StoredLibrary>();

  /** @param onDamaged told once it is known that something was not what it was when it came: the engine is of no use any more */
  constructor(private readonly onDamaged: (reason: unknown) => void) {}

  begin(files: StoredLibrary): void {
    this.#unproven.add(files);
  }

  /** Resolves once all that was read so far is known to be right. @throws checkpoint-damaged */
  async check(): Promise<void> {
    await Promise.all([...this.#unproven].map((files) => files.check()));
  }

  /** A call is over. Its files are let go of when they are checked; one that was damaged is never taken for right. */
  async end(files: StoredLibrary): Promise<void> {
    try {
      await files.check();
      this.#unproven.delete(files);
    } catch (thrown) {
      this.onDamaged(thrown);
    } finally {
      files.release();
    }
  }
}
