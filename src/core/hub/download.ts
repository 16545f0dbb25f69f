/** The bytes of one file, held against what was announced. */
import { failure } from '../errors';
import { RunningSha256 } from '../sha256';
import type { HubFile } from './dataset';
import { chunks, request, type Line } from './request';

/**
 * @param onBytes told how many more have arrived
 * @throws hub-changed, hub-unreachable, hub-refused, download-failed, stopped
 */
export async function download(line: Line, address: string, file: HubFile, onBytes: (bytes: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const response = await request(line, address, file.path);
  const hash = new RunningSha256();
  const content = await contentOf(line, response, file, (chunk) => {
    hash.add(chunk);
    onBytes(chunk.byteLength);
  });
  const found = hash.end();
  if (found !== file.sha256) throw changed(file.path, `sha256 ${found.slice(0, 12)}…`, `${file.sha256.slice(0, 12)}…`);
  return content;
}

/**
 * As many bytes as were announced, no more and no fewer.
 * @throws hub-changed, download-failed, stopped
 */
export async function contentOf(
  line: Line,
  response: Response,
  { path, bytes }: { path: string; bytes: number },
  onChunk: (chunk: Uint8Array) => void = () => undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const content = new Uint8Array(bytes);
  let at = 0;
  for await (const chunk of chunks(response, path, line.watch)) {
    if (at + chunk.byteLength > bytes) throw changed(path, `more than ${bytes} bytes`, `${bytes}`);
    content.set(chunk, at);
    at += chunk.byteLength;
    onChunk(chunk);
  }
  if (at < bytes) throw changed(path, `${at} bytes`, `${bytes}`);
  return content;
}

export function changed(file: string, found: string, expected: string): Error {
  return failure('hub-changed', { file, found, expected });
}
