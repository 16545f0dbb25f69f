/** For tests: a disk that can fail, fill up, and be damaged. */
import type { DiskFile } from './disk';
import { MemoryDisk } from './memory-disk';

export class FaultyDisk extends MemoryDisk {
  override readonly lasting = true;
  /** the call that fails, counted from now: opening, writing and flushing count */
  failsIn = Infinity;
  /** bytes that there is room for */
  room = Infinity;
  /** of which there is a handle: a browser gives no second one */
  readonly #open = new Set<string>();

  override async open(name: string): Promise<DiskFile> {
    this.#maybeFail();
    if (this.#open.has(name)) throw new DOMException(`${name} is open already`, 'NoModificationAllowedError');
    this.#open.add(name);
    const file = await super.open(name);
    return {
      size: () => file.size(),
      read: (at, length) => file.read(at, length),
      write: async (at, bytes) => {
        this.#maybeFail();
        const grows = Math.max(0, at + bytes.length - (await file.size()));
        if (grows > this.room) throw new DOMException('no room', 'QuotaExceededError');
        this.room -= grows;
        await file.write(at, bytes);
      },
      truncate: async (bytes) => {
        this.room += Math.max(0, (await file.size()) - bytes);
        await file.truncate(bytes);
      },
      flush: async () => this.#maybeFail(),
      close: async () => void this.#open.delete(name),
    };
  }

  override async free(): Promise<number | null> {
    return this.room === Infinity ? null : this.room;
  }

  #maybeFail(): void {
    if (--this.failsIn === 0) throw new DOMException('the disk failed', 'InvalidStateError');
  }

  /** Changes a file behind the store's back. */
  async damage(name: string, change: (file: DiskFile) => Promise<void>): Promise<void> {
    await change(await super.open(name));
  }
}
