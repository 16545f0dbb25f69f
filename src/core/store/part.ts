/** A file of the store while it grows: its bytes, and the journal beside them. */
import type { PinnedFile } from '../checkpoint/source';
import type { Disk, DiskFile } from './disk';
import { JournalWriter, type Journal } from './journal';
import { pieceAt, pieceCount, sha256OfPiece } from './pieces';

export const dataName = (sha256: string): string => `${sha256}.data`;
export const journalName = (sha256: string): string => `${sha256}.journal`;

export class Part {
  private constructor(
    private readonly data: DiskFile,
    private readonly writer: JournalWriter,
  ) {}

  /**
   * Goes on with what is there, or begins.
   * @param name what a person would call it
   * @param now ISO 8601
   */
  static async open(disk: Disk, file: PinnedFile, name: string, now: string): Promise<Part> {
    const { path, bytes, sha256 } = file;
    const data = await disk.open(dataName(sha256));
    let journal: DiskFile | undefined;
    try {
      journal = await disk.open(journalName(sha256));
      const { writer, found } = await JournalWriter.open(journal, { file: { path, bytes, sha256 }, name, used: now });
      const part = new Part(data, writer);
      if (!found) await part.#adopt(file.bytes);
      return part;
    } catch (thrown) {
      await Promise.all([data.close(), journal?.close()]); // a handle left open keeps everybody out until the page is closed
      throw thrown;
    }
  }

  /** A file whose journal is lost may still be right, which its sha256 will tell: it is not thrown away unread. */
  async #adopt(bytes: number): Promise<void> {
    if ((await this.data.size()) !== bytes) return this.data.truncate(0);
    for (let piece = 0; piece < pieceCount(bytes); piece++) {
      const { begin, end } = pieceAt(piece, bytes);
      await this.writer.note({ piece, sha256: await sha256OfPiece(await this.data.read(begin, end - begin)), assumed: true });
    }
  }

  get journal(): Readonly<Journal> {
    return this.writer.journal;
  }

  get #bytes(): number {
    return this.journal.file.bytes;
  }

  /** A piece as it was kept; null where it was not, or is no longer what it was. */
  async read(piece: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const kept = this.journal.pieces.get(piece);
    if (!kept) return null;
    const { begin, end } = pieceAt(piece, this.#bytes);
    const bytes = await this.data.read(begin, end - begin);
    if (bytes.length === end - begin && (await sha256OfPiece(bytes)) === kept.sha256) return bytes;
    await this.writer.note({ lost: piece });
    return null;
  }

  /** Keeps a piece, and then that it is kept. */
  async write(piece: number, bytes: Uint8Array<ArrayBuffer>, assumed: boolean): Promise<void> {
    await this.data.write(pieceAt(piece, this.#bytes).begin, bytes);
    await this.data.flush();
    await this.writer.note({ piece, sha256: await sha256OfPiece(bytes), ...(assumed && { assumed }) });
  }

  async noteEtag(etag: string): Promise<void> {
    await this.writer.note({ etag });
  }

  /** Forgets the pieces of which not all was fetched. @returns whether there were any */
  async forgetAssumed(): Promise<boolean> {
    const assumed = [...this.journal.pieces].filter(([, piece]) => piece.assumed);
    for (const [piece] of assumed) await this.writer.note({ lost: piece });
    return assumed.length > 0;
  }

  async forgetAll(): Promise<void> {
    await this.writer.restart();
    await this.data.truncate(0);
  }

  /** All of it is there and right. */
  async finish(): Promise<void> {
    await this.data.truncate(this.#bytes);
    await this.data.flush();
    await this.writer.note({ whole: true });
  }

  async close(): Promise<void> {
    await this.data.close();
    await this.writer.close();
  }
}
