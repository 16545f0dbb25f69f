/** The bytes of an origin, over as many connections as it takes. */
import { failure, Failure } from '../errors';
import type { Watch } from '../scoring/watch';
import type { Incoming, Origin } from './origin';

/** The server sends another version of the file, or does not know ranges: what was kept of the old one is of no use. The message says which. */
export class StartOver extends Error {}

type Chunk = Uint8Array<ArrayBuffer>;

export class Feed {
  #incoming: { end: number; chunks: AsyncIterator<Chunk> } | null = null;
  #at = 0;
  /** of the last chunk, what nobody took */
  #rest: Chunk = new Uint8Array(0);
  /** bytes that this connection brought: one that brings none is not tried again */
  #came = 0;

  /**
   * @param bytes of the whole file
   * @param etag of the version that is wanted; null where any will do
   * @param onEtag told the version, where none was wanted and the server names one
   */
  constructor(
    private readonly origin: Origin,
    private readonly bytes: number,
    private etag: string | null,
    private readonly onEtag: (etag: string) => Promise<void>,
    private readonly watch: Watch,
  ) {}

  /** how far the present connection goes, at most */
  get end(): number {
    return this.#incoming?.end ?? 0;
  }

  /**
   * Fills the target with the bytes from `begin` on.
   * @param until where a new connection need not go further
   * @param onBytes told how many came
   * @throws download-failed, download-changed, stopped, what the server's refusal is called, StartOver
   */
  async read(begin: number, target: Uint8Array, until: number, onBytes: (bytes: number) => void): Promise<void> {
    for (let filled = 0; filled < target.length; ) {
      const chunk = await this.#next(begin + filled, until);
      const taken = chunk.subarray(0, target.length - filled);
      target.set(taken, filled);
      filled += taken.length;
      this.#at += taken.length;
      this.#rest = chunk.subarray(taken.length);
      onBytes(taken.length);
    }
  }

  async #next(at: number, until: number): Promise<Chunk> {
    if (!this.#incoming || this.#at !== at || at >= this.#incoming.end) await this.#connect(at, until);
    while (this.#rest.length === 0) {
      const chunk = await this.#arriving();
      if (chunk) this.#rest = chunk;
      else await this.#connect(at, until);
    }
    return this.#rest;
  }

  /** @returns null where the connection was cut after it had brought something: another may bring the rest */
  async #arriving(): Promise<Chunk | null> {
    const { chunks } = this.#incoming as { chunks: AsyncIterator<Chunk> };
    try {
      const { done, value } = await chunks.next();
      if (done) throw failure('download-changed', { file: this.origin.name, found: `it ends after ${this.#at} bytes`, expected: `${this.bytes}` });
      this.#came += value.length;
      return value;
    } catch (thrown) {
      if (this.#came > 0 && thrown instanceof Failure && thrown.code === 'download-failed') return null;
      throw thrown;
    }
  }

  async #connect(at: number, until: number): Promise<void> {
    await this.close();
    const incoming = await this.origin.open(at, until, this.bytes, this.watch);
    this.#incoming = { end: incoming.end, chunks: incoming.chunks[Symbol.asyncIterator]() };
    const why = this.#differs(incoming) ? 'the server sends another version each time' : 'the connection was cut, and the server sends the file only from its beginning';
    if (incoming.begin !== at || this.#differs(incoming)) {
      await this.close();
      throw new StartOver(why);
    }
    if (incoming.etag && !this.etag) await this.onEtag((this.etag = incoming.etag));
    this.#at = at;
    this.#came = 0;
  }

  #differs({ etag }: Incoming): boolean {
    return etag !== null && this.etag !== null && etag !== this.etag;
  }

  /** Lets go of the connection. */
  async close(): Promise<void> {
    const incoming = this.#incoming;
    this.#incoming = null;
    this.#rest = new Uint8Array(0);
    await incoming?.chunks.return?.();
  }
}
