/**
 * Files by what they are: each under its sha256, on a disk that may be cut off at any moment. A file counts as there only when
 * its journal says that its sha256 was found to be right; existence and length prove nothing.
 */
import type { PinnedFile } from '../checkpoint/source';
import { Failure, failure } from '../errors';
import { unwatched, type Watch } from '../scoring/watch';
import { isFull, type Disk } from './disk';
import { Feed, StartOver } from './feed';
import { fill } from './fill';
import { lineOf, readJournal, type Journal } from './journal';
import { ownLocks, type Locks } from './locks';
import { picked, slices, type Origin } from './origin';
import { dataName, journalName, Part } from './part';
import { pieceAt, pieceCount, sha256OfPiece } from './pieces';
import { Transfer } from './transfer';
import { wholeHash } from './whole-hash';

/** A file of the store, whole or not, as a panel shows it. */
export interface Kept {
  sha256: string;
  /** what a person would call it, such as `EleutherAI/pythia-160m step1000 model.safetensors` */
  name: string;
  /** of the whole file */
  bytes: number;
  /** of it, what is here */
  here: number;
  /** ISO 8601; when it was last asked for */
  used: string;
  /** in place: it stays where the person picked it, for as long as the page is open */
  where: 'disk' | 'memory' | 'in place';
}

/** A picked file, pinned. */
export interface Taken {
  file: PinnedFile;
  /** whether it was copied into the store; else it has to be picked again when the page is opened again */
  kept: boolean;
}

/** How often a server may send another version, or forget about ranges, before it is given up. */
const mostRestarts = 2;

export class FileStore {
  /** picked files that stay where they are */
  readonly #inPlace = new Map<string, { blob: Blob; name: string }>();
  /** whether what was here when the page was opened is still right, by sha256; asked once */
  readonly #checked = new Map<string, Promise<boolean>>();
  /** found to be damaged, and not yet forgotten: somebody still reads them */
  readonly #damaged = new Set<string>();
  /** noted as used since the page was opened */
  readonly #used = new Set<string>();

  /** @param locks those of all who share the disk */
  constructor(
    private readonly disk: Disk,
    private readonly locks: Locks = ownLocks(),
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** whether what it takes is still there when the page is opened again */
  get lasting(): boolean {
    return this.disk.lasting;
  }

  /** The file, if all of it is here. Nothing is read but its journal: see `verify`. */
  async find(sha256: string): Promise<Blob | null> {
    const inPlace = this.#inPlace.get(sha256);
    if (inPlace) return inPlace.blob;
    const found = await this.#undamaged(sha256);
    if (found) void this.#noteUse(sha256); // not waited for: somebody may be waiting to delete the file
    return found;
  }

  /** Whether all of it is here. Unlike finding it, this is no use of it. */
  async has(sha256: string): Promise<boolean> {
    return this.#inPlace.has(sha256) || (await this.#undamaged(sha256)) !== null;
  }

  async #undamaged(sha256: string): Promise<Blob | null> {
    return this.#damaged.has(sha256) ? null : this.#whole(sha256);
  }

  async #whole(sha256: string): Promise<Blob | null> {
    const journal = await this.#journal(sha256);
    const blob = journal?.whole ? await this.disk.blob(dataName(sha256)) : null;
    return blob?.size === journal?.file.bytes ? blob : null;
  }

  /**
   * The file from the store, or from its origin into the store first. What is kept of an earlier try is not fetched again, and
   * one who wants what another is fetching waits.
   * @throws checkpoint-changed where what came twice is not the file; storage-full, storage-failed, download-failed,
   * download-changed, stopped, and what the origin's refusal is called. What has come is kept
   */
  async obtain(file: PinnedFile, origin: Origin, watch: Watch): Promise<Blob> {
    const found = await this.find(file.sha256);
    if (found) return found;
    const onWait = (): void => watch.onProgress({ doing: `Waiting for another download of ${origin.name}`, done: null, secondsLeft: null });
    return this.#alone(file.sha256, async () => (await this.#whole(file.sha256)) ?? this.#bring(file, origin, watch), { signal: watch.signal, onWait });
  }

  /**
   * Copies a picked file into the store. Where it cannot be kept, it is used where it lies, for as long as the page is open.
   * @param path its place below the folder
   * @param name what a person would call it
   * @throws file-unreadable, stopped
   */
  async take(file: Blob, path: string, name: string, watch: Watch): Promise<Taken> {
    const pinned = { path, bytes: file.size, sha256: await this.#sha256Of(file, name, watch) };
    const kept = this.disk.lasting && (await this.#copied(file, pinned, name, watch));
    if (!kept) this.#inPlace.set(pinned.sha256, { blob: file, name });
    return { file: pinned, kept };
  }

  async #sha256Of(file: Blob, name: string, watch: Watch): Promise<string> {
    const transfer = new Transfer(watch, `Reading ${name}`, file.size);
    const hash = await wholeHash();
    for await (const bytes of slices(file, 0, file.size, name)) {
      watch.checkStopped();
      hash.add(bytes);
      transfer.came(bytes.length);
    }
    return hash.end();
  }

  /** @returns false where there is no room for it */
  async #copied(file: Blob, pinned: PinnedFile, name: string, watch: Watch): Promise<boolean> {
    try {
      await this.obtain(pinned, picked(file, name), watch);
      return true;
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      if (thrown.code === 'checkpoint-changed') throw failure('file-unreadable', { file: name, found: 'it changed while it was read' });
      if (thrown.code !== 'storage-full' && thrown.code !== 'storage-failed') throw thrown;
      await this.remove(pinned.sha256).catch(() => undefined); // half a copy of what lies on the same machine helps nobody
      return false;
    }
  }

  /** All files of which something is here, the one used last first. */
  async contents(): Promise<Kept[]> {
    const onDisk = await Promise.all((await this.#hashes()).map((sha256) => this.#kept(sha256)));
    const inPlace = [...this.#inPlace].map(([sha256, { blob, name }]): Kept => ({ sha256, name, bytes: blob.size, here: blob.size, used: this.now().toISOString(), where: 'in place' }));
    return [...inPlace, ...onDisk].sort((a, b) => (a.used < b.used ? 1 : -1));
  }

  /** What has lost its journal takes room all the same: it is shown, so that it can be deleted. */
  async #kept(sha256: string): Promise<Kept> {
    const where = this.disk.lasting ? 'disk' : 'memory';
    const journal = await this.#journal(sha256);
    if (journal) return { sha256, name: journal.name, bytes: journal.file.bytes, here: bytesHere(journal), used: journal.used, where };
    const bytes = (await this.disk.blob(dataName(sha256)))?.size ?? 0;
    return { sha256, name: `Remains of a file (sha256 ${sha256.slice(0, 12)}…)`, bytes, here: bytes, used: new Date(0).toISOString(), where };
  }

  /** Bytes that the store has taken, and bytes that may still come; null where nobody knows. */
  async usage(): Promise<{ bytes: number; free: number | null }> {
    const kept = await this.contents();
    return { bytes: kept.reduce((sum, { here, where }) => sum + (where === 'disk' ? here : 0), 0), free: await this.disk.free() };
  }

  /** Deletes a file, whole or not, once nobody reads or writes it. */
  async remove(sha256: string): Promise<void> {
    this.#inPlace.delete(sha256);
    await this.#alone(sha256, async () => {
      await this.disk.remove(dataName(sha256));
      await this.disk.remove(journalName(sha256));
    });
  }

  /** Keeps others from deleting a file until it is let go of. @returns what lets go */
  reading(sha256: string): Promise<() => void> {
    return new Promise((resolve, reject) => {
      this.locks.hold(lockName(sha256), 'shared', () => new Promise<void>((release) => resolve(release))).catch(reject);
    });
  }

  /**
   * Reads a whole file again, each piece against the hash that its journal has: what protects it from a bit that turned on the
   * disk. A piece that is not what it was is forgotten, so that obtaining the file again fetches that piece and no more.
   * @returns whether all of it is as it was
   */
  async verify(sha256: string, watch: Watch = unwatched): Promise<boolean> {
    const right = await this.#isRight(sha256, watch);
    if (!right) await this.#forget(sha256);
    return right;
  }

  /** Takes no lock: whoever asks may hold the file's own. */
  async #isRight(sha256: string, watch: Watch): Promise<boolean> {
    const journal = await this.#journal(sha256);
    const blob = await this.disk.blob(dataName(sha256));
    if (!journal?.whole || !blob) return false;
    for (let index = 0; index < pieceCount(journal.file.bytes); index++) {
      watch.checkStopped();
      const { begin, end } = pieceAt(index, journal.file.bytes);
      const bytes = new Uint8Array(await blob.slice(begin, end).arrayBuffer());
      if ((await sha256OfPiece(bytes)) !== journal.pieces.get(index)?.sha256) return false;
    }
    return true;
  }

  /**
   * The same, once in the page's life, and not at all for what came since it was opened. Whoever reads a file may begin before
   * this is known: it takes as long as reading does, on another thread, and a result counts when both are done. What is damaged
   * is found no more from now on, and forgotten as soon as nobody reads it; that is not waited for, as whoever asks reads it.
   */
  checked(sha256: string): Promise<boolean> {
    const known = this.#inPlace.has(sha256) ? Promise.resolve(true) : this.#checked.get(sha256);
    if (known) return known;
    const checking = this.#checkedAnew(sha256);
    this.#checked.set(sha256, checking);
    return checking;
  }

  async #checkedAnew(sha256: string): Promise<boolean> {
    const right = await this.#isRight(sha256, unwatched).catch((thrown: unknown) => {
      this.#checked.delete(sha256);
      throw thrown;
    });
    if (right) return true;
    this.#checked.delete(sha256);
    void this.#forget(sha256).catch(() => undefined); // it is tried again when the file is next checked
    return false;
  }

  async #forget(sha256: string): Promise<void> {
    this.#damaged.add(sha256);
    try {
      await this.#alone(sha256, () => this.#forgetDamaged(sha256));
    } finally {
      this.#damaged.delete(sha256);
    }
  }

  async #forgetDamaged(sha256: string): Promise<void> {
    const journal = await this.#journal(sha256);
    if (!journal?.whole) return; // somebody else was quicker
    const { file, name, used } = journal;
    const part = await Part.open(this.disk, file, name, used);
    try {
      for (let index = 0; index < pieceCount(file.bytes); index++) await part.read(index);
    } finally {
      await part.close();
    }
  }

  #alone<T>(sha256: string, work: () => Promise<T>, waiting?: { signal?: AbortSignal; onWait?: () => void }): Promise<T> {
    return this.locks.hold(lockName(sha256), 'exclusive', work, waiting);
  }

  async #hashes(): Promise<string[]> {
    const found = (await this.disk.names()).map((name) => /^([0-9a-f]{64})\.(?:data|journal)$/.exec(name)?.[1]);
    return [...new Set(found.filter((sha256) => sha256 !== undefined))];
  }

  async #journal(sha256: string): Promise<Journal | null> {
    const blob = await this.disk.blob(journalName(sha256));
    return blob && readJournal(await blob.text()).journal;
  }

  /**
   * Once in the page's life. A full disk, or somebody else at work on the file, is no reason not to read from it. As one of many,
   * so that it never stands between those who read: two tabs that note it at once exclude each other by the file's handle.
   */
  async #noteUse(sha256: string): Promise<void> {
    if (this.#used.has(sha256)) return;
    this.#used.add(sha256);
    const note = async (): Promise<void> => {
      if (await this.#whole(sha256)) await this.#append(journalName(sha256), lineOf({ used: this.now().toISOString() }));
    };
    await this.locks.hold(lockName(sha256), 'shared', note).catch(() => undefined);
  }

  async #append(name: string, line: string): Promise<void> {
    const file = await this.disk.open(name);
    try {
      await file.write(await file.size(), new TextEncoder().encode(line));
    } finally {
      await file.close();
    }
  }

  async #bring(file: PinnedFile, origin: Origin, watch: Watch): Promise<Blob> {
    try {
      await this.#fetch(file, origin, watch);
    } catch (thrown) {
      if (isFull(thrown)) throw await this.#full(file, origin.name);
      if (thrown instanceof Failure) throw thrown;
      throw failure('storage-failed', { file: origin.name, found: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown) });
    }
    this.#used.add(file.sha256);
    this.#checked.set(file.sha256, Promise.resolve(true));
    const blob = await this.#whole(file.sha256);
    if (!blob) throw failure('storage-failed', { file: origin.name, found: 'what was written is not there' });
    return blob;
  }

  /** What a browser says is free is a guess, and is not told where it was wrong. */
  async #full(file: PinnedFile, name: string): Promise<Failure> {
    const [needed, free] = [file.bytes - (await this.#here(file)), await this.disk.free()];
    return failure('storage-full', { file: name, needed, free: free !== null && free < needed ? free : null });
  }

  async #here({ sha256 }: PinnedFile): Promise<number> {
    const journal = await this.#journal(sha256).catch(() => null);
    return journal ? bytesHere(journal) : 0;
  }

  /** What does not have the right sha256 is fetched once more: first what was only assumed, then all of it. */
  async #fetch(file: PinnedFile, origin: Origin, watch: Watch): Promise<void> {
    const part = await Part.open(this.disk, file, origin.label, this.now().toISOString());
    let found = '';
    try {
      for (let tries = 0, assume = true; tries < 2; ) {
        found = await this.#filled(part, origin, assume, watch);
        if (found === file.sha256) return await part.finish();
        assume = false;
        if (await part.forgetAssumed()) continue;
        tries++;
        await part.forgetAll();
      }
    } finally {
      await part.close();
    }
    await this.disk.remove(dataName(file.sha256));
    await this.disk.remove(journalName(file.sha256));
    throw failure('checkpoint-changed', { checkpoint: origin.name, found, expected: file.sha256 });
  }

  async #filled(part: Part, origin: Origin, assume: boolean, watch: Watch): Promise<string> {
    const { bytes } = part.journal.file;
    for (let restarts = 0; ; restarts++) {
      const feed = new Feed(origin, bytes, part.journal.etag, (etag) => part.noteEtag(etag), watch);
      try {
        return await fill(part, feed, assume, new Transfer(watch, `Fetching ${origin.name}`, bytes), watch);
      } catch (thrown) {
        if (!(thrown instanceof StartOver)) throw thrown;
        if (restarts === mostRestarts) throw failure('download-failed', { file: origin.name, status: thrown.message });
        await part.forgetAll();
      } finally {
        await feed.close();
      }
    }
  }
}

const lockName = (sha256: string): string => `stockpot-file-${sha256}`;

function bytesHere({ file, pieces }: Journal): number {
  return [...pieces.keys()].map((index) => pieceAt(index, file.bytes)).reduce((sum, { begin, end }) => sum + end - begin, 0);
}
