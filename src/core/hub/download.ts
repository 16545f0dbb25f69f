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
  const content = new Uint8Array(file.bytes);
  const hash = new RunningSha256();
  let at = 0;
  for await (const chunk of chunks(response, file.path, line.watch)) {
    if (at + chunk.byteLength > file.bytes) throw changed(file, `more than ${file.bytes} bytes`, `${file.bytes}`);
    content.set(chunk, at);
    hash.add(chunk);
    at += chunk.byteLength;
    onBytes(chunk.byteLength);
  }
  if (at < file.bytes) throw changed(file, `${at} bytes`, `${file.bytes}`);
  const found = hash.end();
  if (found !== file.sha256) throw changed(file, `sha256 ${found.slice(0, 12)}…`, `${file.sha256.slice(0, 12)}…`);
  return content;
}

function changed({ path }: HubFile, found: string, expected: string): Error {
  return failure('hub-changed', { file: path, found, expected });
}
