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

  constructor(private readonly store: FileStore) {}

  /** Once for each reader and file: one who asked again behind somebody that waits to delete it would wait for itself. */
  async read(reader: number, { id, source, sha256 }: CheckpointRef): Promise<void> {
    const held = this.#held.get(reader) ?? new Map<string, Promise<Held>>();
    this.#held.set(reader, held);
    const files = source.kind === 'bundled' ? [sha256] : source.weights.map((file) => file.sha256);
    for (const file of files) {
      if (!held.has(file)) held.set(file, this.#hold(file, id));
      await held.get(file);
    }
  }

  async #hold(sha256: string, checkpoint: string): Promise<Held> {
    const letGo = await this.store.reading(sha256);
    const right = this.store.checked(sha256).catch(() => false);
    return { letGo, right, checkpoint };
  }

  /** @throws checkpoint-damaged, where something that was read is not what it was when it came */
  async check(reader: number): Promise<void> {
    for (const held of this.#held.get(reader)?.values() ?? []) {
      const { right, checkpoint } = await held;
      if (!(await right)) throw failure('checkpoint-damaged', { checkpoint });
    }
  }

  release(reader: number): void {
    for (const held of this.#held.get(reader)?.values() ?? []) void held.then(({ letGo }) => letGo());
    this.#held.delete(reader);
  }
}
