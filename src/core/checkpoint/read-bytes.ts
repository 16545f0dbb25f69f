/** Part of a file, read when it is needed: by then the file may be gone, or be another one. */
import { failure } from '../errors';

/** @throws file-unreadable */
export async function readBytes(file: Blob, begin: number, end: number, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await file
    .slice(begin, end)
    .arrayBuffer()
    .catch((thrown: unknown) => {
      throw failure('file-unreadable', { file: name, found: thrown instanceof Error && thrown.name !== 'Error' ? thrown.name : 'it changed or went away' });
    });
  if (bytes.byteLength !== end - begin) throw failure('file-unreadable', { file: name, found: 'it is shorter than it was' });
  return new Uint8Array(bytes);
}
