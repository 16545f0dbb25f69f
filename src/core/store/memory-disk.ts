/** A disk in memory: where a browser keeps nothing (private windows), and for tests. */
import type { Disk, DiskFile } from './disk';

/** Bytes that are held together; a file's last ones are as many as there are. */
const chunkBytes = 1 << 20;

class MemoryFile implements DiskFile {
  readonly #chunks: Uint8Array<ArrayBuffer>[] = [];
  #size = 0;
  /** as it was when it was last asked for, until the next write: each copies the file */
  #blob: Blob | null = null;

  size(): Promise<number> {
    return Promise.resolve(this.#size);
  }

  async read(at: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.#size - at)));
    this.#each(at, bytes, (chunk, from, part) => part.set(chunk.subarray(from, from + part.length)));
    return bytes;
  }

  async write(at: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#blob = null;
    while (this.#chunks.length * chunkBytes < at + bytes.length) this.#chunks.push(new Uint8Array(chunkBytes));
    this.#each(at, bytes, (chunk, from, part) => chunk.set(part, from));
    this.#size = Math.max(this.#size, at + bytes.length);
  }

  async truncate(bytes: number): Promise<void> {
    this.#blob = null;
    this.#size = Math.min(this.#size, bytes);
    this.#chunks.length = Math.ceil(this.#size / chunkBytes);
    this.#chunks.at(-1)?.fill(0, this.#size - (this.#chunks.length - 1) * chunkBytes);
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {}

  /** A copy: the browser keeps it outside of this thread's memory. */
  blob(): Blob {
    return (this.#blob ??= new Blob(this.#chunks).slice(0, this.#size));
  }

  /** The part of `bytes` that lies in each chunk, were it at `at`. */
  #each(at: number, bytes: Uint8Array, work: (chunk: Uint8Array, from: number, part: Uint8Array) => void): void {
    for (let done = 0; done < bytes.length; ) {
      const from = (at + done) % chunkBytes;
      const part = bytes.subarray(done, done + chunkBytes - from);
      work(this.#chunks[Math.floor((at + done) / chunkBytes)], from, part);
      done += part.length;
    }
  }
}

export class MemoryDisk implements Disk {
  readonly lasting: boolean = false;
  readonly #files = new Map<string, MemoryFile>();

  async names(): Promise<string[]> {
    return [...this.#files.keys()];
  }

  async blob(name: string): Promise<Blob | null> {
    return this.#files.get(name)?.blob() ?? null;
  }

  async open(name: string): Promise<DiskFile> {
    const file = this.#files.get(name) ?? new MemoryFile();
    this.#files.set(name, file);
    return file;
  }

  async remove(name: string): Promise<void> {
    this.#files.delete(name);
  }

  async free(): Promise<number | null> {
    return null;
  }
}
