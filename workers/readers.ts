/** Who reads which files: they are not deleted meanwhile. */
import type { FileStore } from '../src/core/store/file-store';
import type { CheckpointRef } from '../src/core/soup/model';

export class Readers {
  /** by reader, then by sha256: what lets go */
  readonly #held = new Map<number, Map<string, Promise<() => void>>>();

  constructor(private readonly store: FileStore) {}

  /** Once for each reader and file: one who asked again behind somebody that waits to delete it would wait for itself. */
  async read(reader: number, { source, sha256 }: CheckpointRef): Promise<void> {
    const held = this.#held.get(reader) ?? new Map<string, Promise<() => void>>();
    this.#held.set(reader, held);
    const files = source.kind === 'bundled' ? [sha256] : source.weights.map((file) => file.sha256);
    for (const file of files) {
      if (!held.has(file)) held.set(file, this.store.reading(file));
      await held.get(file);
    }
  }

  release(reader: number): void {
    for (const held of this.#held.get(reader)?.values() ?? []) void held.then((letGo) => letGo());
    this.#held.delete(reader);
  }
}
