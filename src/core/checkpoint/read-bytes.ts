/** Part of a file, read when it is needed: by then the file may be gone, or be another one. */
import { failure } from '../errors';

/** @throws file-unreadable */
export async function readBytes(file: Blob, begin: number, end: number, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(end - begin);
  const found = await fill(bytes, file.slice(begin, end)).catch((thrown: unknown) => {
    throw failure('file-unreadable', { file: name, found: thrown instanceof DOMException ? thrown.name : 'it changed or went away' });
  });
  if (found !== bytes.byteLength) throw failure('file-unreadable', { file: name, found: 'it is shorter than it was' });
  return bytes;
}

/**
 * As a stream, chunk by chunk: read at once, a large part is in Chromium's memory several times over for a moment. Chunks are left to
 * the collector. Detached, they would still be there, where it no longer counts them: two merges of 160M parameters took 1367 MB with
 * that and 1226 without. Reading into a buffer of our own (BYOB) takes 1098, and now and then never ends in Chromium 156.
 * @returns how many bytes there were
 */
async function fill(bytes: Uint8Array, part: Blob): Promise<number> {
  const reader = (part.stream() as ReadableStream<Uint8Array<ArrayBuffer>>).getReader();
  let position = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    bytes.set(chunk.value, position);
    position += chunk.value.byteLength;
  }
  return position;
}
