/**
 * What is kept of a file, beside it on the disk: a line of JSON for each thing that happened. Lines are only ever added, each
 * after the bytes it speaks of have reached the disk, so that a crash leaves at worst half a line, which is ignored.
 */
import type { PinnedFile } from '../checkpoint/source';
import type { DiskFile } from './disk';

export interface KeptPiece {
  sha256: string;
  /** not all of it was fetched: some was taken to be what it usually is */
  assumed?: boolean;
}

export interface Journal {
  file: PinnedFile;
  /** what a person would call it */
  name: string;
  /** the server's name for this version of the file */
  etag: string | null;
  /** by index */
  pieces: Map<number, KeptPiece>;
  /** whether the sha256 of all of it was found to be right */
  whole: boolean;
  /** ISO 8601 */
  used: string;
}

export type Entry =
  | { file: PinnedFile; name: string; used: string }
  | ({ piece: number } & KeptPiece)
  | { lost: number }
  | { etag: string }
  | { whole: true }
  | { used: string };

/** @returns null where not even its first line is right, and how many bytes of it are */
export function readJournal(text: string): { journal: Journal | null; length: number } {
  let journal: Journal | null = null;
  let length = 0;
  for (const line of text.split('\n').slice(0, -1)) {
    const said = parsed(line);
    if (!said) break;
    journal = journal ? noted(journal, said) : begun(said);
    if (!journal) break;
    length += new TextEncoder().encode(line).length + 1;
  }
  return { journal, length };
}

/** An entry as it is written. */
export function lineOf(entry: Entry): string {
  return `${JSON.stringify(entry)}\n`;
}

function parsed(line: string): Entry | null {
  try {
    const value = JSON.parse(line) as Entry | null;
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

function begun(entry: Entry): Journal | null {
  return 'file' in entry ? { ...entry, etag: null, pieces: new Map(), whole: false } : null;
}

function noted(journal: Journal, entry: Entry): Journal {
  if ('piece' in entry) journal.pieces.set(entry.piece, { sha256: entry.sha256, assumed: entry.assumed });
  else if ('lost' in entry) {
    journal.pieces.delete(entry.lost);
    journal.whole = false;
  } else if ('etag' in entry) journal.etag = entry.etag;
  else if ('whole' in entry) journal.whole = true;
  else if (!('file' in entry)) journal.used = entry.used;
  return journal;
}

/** A journal that is being written. */
export class JournalWriter {
  private constructor(
    private readonly file: DiskFile,
    readonly journal: Journal,
    private end: number,
  ) {}

  /** Goes on with what is there, or begins. @returns whether anything was */
  static async open(file: DiskFile, beginning: Extract<Entry, { file: PinnedFile }>): Promise<{ writer: JournalWriter; found: boolean }> {
    const { journal, length } = readJournal(new TextDecoder().decode(await file.read(0, await file.size())));
    if (journal?.file.sha256 === beginning.file.sha256 && journal.file.bytes === beginning.file.bytes) {
      await file.truncate(length);
      return { writer: new JournalWriter(file, journal, length), found: true };
    }
    const writer = new JournalWriter(file, begun(beginning) as Journal, 0);
    await writer.restart(beginning);
    return { writer, found: false };
  }

  /** Forgets all that was noted. */
  async restart({ file, name, used }: Extract<Entry, { file: PinnedFile }> = this.journal): Promise<void> {
    await this.file.truncate(0);
    this.end = 0;
    Object.assign(this.journal, begun({ file, name, used }));
    await this.#write({ file, name, used });
  }

  async note(entry: Entry): Promise<void> {
    await this.#write(entry);
    noted(this.journal, entry);
  }

  async #write(entry: Entry): Promise<void> {
    const bytes = new TextEncoder().encode(lineOf(entry));
    await this.file.write(this.end, bytes);
    await this.file.flush();
    this.end += bytes.length;
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
