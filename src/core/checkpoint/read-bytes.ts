/** Part of a file, read when it is needed: by then the file may be gone, or be another one. */
import { failure } from '../errors';
import { letGo } from './let-go';

/** Read at once: Chromium has what it reads in memory several times over for a moment, 700 MB for two tensors of 100 MB. */
const piece = 8 * 2 ** 20;

/** @throws file-unreadable */
export async function readBytes(file: Blob, begin: number, end: number, name: string): Promise<Uint8Array<ArrayBuffer>> {
  if (end - begin <= piece) return readPiece(file, begin, end, name);
  const bytes = new Uint8Array(end - begin);
  for (let from = begin; from < end; from += piece) {
    const some = await readPiece(file, from, Math.min(end, from + piece), name);
    bytes.set(some, from - begin);
    letGo(some.buffer);
  }
  return bytes;
}

async function readPiece(file: Blob, begin: number, end: number, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await file
    .slice(begin, end)
    .arrayBuffer()
    .catch((thrown: unknown) => {
      throw failure('file-unreadable', { file: name, found: thrown instanceof Error && thrown.name !== 'Error' ? thrown.name : 'it changed or went away' });
    });
  if (bytes.byteLength !== end - begin) throw failure('file-unreadable', { file: name, found: 'it is shorter than it was' });
  return new Uint8Array(bytes);
}
