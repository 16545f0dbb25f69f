/** Where files are kept, by name: the browser's private file system, Node's, or memory. */

/** A file open for reading and writing at any place. One such handle of a file exists at a time. */
export interface DiskFile {
  /** bytes that it has */
  size(): Promise<number>;
  /** The bytes from `at` on; fewer than `length` where the file ends before. */
  read(at: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Takes the bytes before it resolves; all of them, or it rejects with what `isFull` knows. */
  write(at: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Cuts off what lies after these bytes. */
  truncate(bytes: number): Promise<void>;
  /** What was written before survives a crash that comes after. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface Disk {
  /** whether what is kept is still there when the page is opened again */
  readonly lasting: boolean;
  names(): Promise<string[]>;
  /** The file as it is now, read only where it is needed; null where there is none. */
  blob(name: string): Promise<Blob | null>;
  /** Opens a file, which is made where there is none. */
  open(name: string): Promise<DiskFile>;
  /** Nothing happens where there is none. */
  remove(name: string): Promise<void>;
  /** bytes that may still be written, or null where nobody knows; browsers round it */
  free(): Promise<number | null>;
}

/** Whether writing failed for want of room: as a browser says it, or as Node does. */
export function isFull(thrown: unknown): boolean {
  const { name, code } = (thrown ?? {}) as { name?: unknown; code?: unknown };
  return name === 'QuotaExceededError' || code === 'ENOSPC' || code === 'EDQUOT';
}
