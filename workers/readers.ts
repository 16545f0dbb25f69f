/** Who reads which files: they are not deleted meanwhile, and what was read counts only once it is known to be right. */
import { failure } from '../src/core/errors';
import type { FileStore } from '../src/core/store/file-store';
import type { CheckpointRef } from '../src/core/soup/model';

interface Held {
  letGo: () => void;
  /** whether the file is still what it was when it came */
  right: Promise<boolean>;
  /** the checkpoint that it belongs to */
  checkpoint: string;
}

export class Readers {
  /** by reader, then by sha256 */
  readonly #held = new Map<number, Map<string, Promise<Held>>>();
  /** who has let go: the files of a call that was stopped may be found only afterwards, and nobody would let go of them again */
  readonly #over = new Set<number>();

  constructor(private readonly store: Pick<FileStore, 'reading' | 'checked'>) {}

  /**
   * Once for each reader and file: one who asked again behind somebody that waits to delete it would wait for itself.
   * @throws stopped, where the reader has let go
   */
  async read(reader: number, { id, source, sha256 }: CheckpointRef): Promise<void> {
    const files = source.kind === 'bundled' ? [sha256] : source.weights.map((file) => file.sha256);
    for (const file of files) {
      await this.#heldBy(reader, file, id);
      if (this.#over.has(reader)) throw failure('stopped');
    }
  }

  #heldBy(reader: number, file: string, checkpoint: string): Promise<Held> {
    if (this.#over.has(reader)) throw failure('stopped');
    const all = this.#held.get(reader) ?? new Map<string, Promise<Held>>();
    this.#held.set(reader, all);
    const held = all.get(file) ?? this.#hold(file, checkpoint);
    all.set(file, held);
    return held;
  }

  /** What is damaged is let go of at once: it cannot be forgotten, and fetched again, while somebody reads it. */
  async #hold(sha256: string, checkpoint: string): Promise<Held> {
    const letGo = await this.store.reading(sha256);
    const right = this.store.checked(sha256).catch(() => false);
    void right.then((isRight) => isRight || letGo());
    return { letGo, right, checkpoint };
  }

  /** @throws checkpoint-damaged, where something that was read is not what it was when it came */
  async check(reader: number): Promise<void> {
    for (const held of this.#held.get(reader)?.values() ?? []) {
      const { right, checkpoint } = await held;
      if (!(await right)) throw failure('checkpoint-damaged', { checkpoint });
    }
  }

  /** For good: a reader reads nothing more. */
  release(reader: number): void {
    this.#over.add(reader);
    for (const held of this.#held.get(reader)?.values() ?? []) held.then(({ letGo }) => letGo(), () => undefined); // `read` told why it was not held
    this.#held.delete(reader);
  }
}
