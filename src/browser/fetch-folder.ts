/** A checkpoint below an address: whichever files of the usual names are there. */
import type { PickedFile } from '../core/checkpoint/picked-files';
import { usualNames } from '../core/checkpoint/weight-names';
import { shardsOf } from '../core/checkpoint/shard-index';
import { Failure, failure } from '../core/errors';
import { askPatiently, chunks, hostOf, letGo, type Line } from '../core/hub/request';
import { isPath } from '../core/notebook/source';
import { Transfer } from '../core/store/transfer';

export interface FetchedFolder {
  /** with a slash at its end */
  base: string;
  weights: PickedFile[];
  config: PickedFile;
  tokenizer: PickedFile;
}

/** Handed to the browser in parts of this size, which it may move to its disk. */
const partBytes = 64 * 2 ** 20;

/**
 * Each file from its beginning: before all of it is here nothing says what it is, and half of it could not be told from half of another.
 * @throws file-unrecognised, address-closed, hub-refused, download-failed, checkpoint-incomplete, stopped
 */
export async function fetchFolder(address: string, by: Pick<Line, 'fetch' | 'watch' | 'clock'>): Promise<FetchedFolder> {
  const { base, file } = placeOf(address);
  const line: Line = { ...by, endpoint: new URL(base).origin };
  const config = { path: 'config.json', file: await fetchFile(line, base, 'config.json') };
  const tokenizer = { path: 'tokenizer.json', file: await fetchFile(line, base, 'tokenizer.json') };
  return { base, config, tokenizer, weights: file === null ? await fetchWeights(line, base) : [{ path: file, file: await fetchFile(line, base, file) }] };
}

/** The folder, and the file in it where the address is that of one. What follows a question mark is left out. */
function placeOf(address: string): { base: string; file: string | null } {
  const { origin, pathname } = new URL(address);
  const last = pathname.slice(pathname.lastIndexOf('/') + 1);
  if (!/\.(safetensors|bin|pt|pth)$/.test(last)) return { base: `${origin}${pathname.replace(/\/*$/, '/')}`, file: null };
  if (!isPath(last)) throw failure('file-unrecognised', { file: last, allowed: 'files whose names are letters of the English alphabet, digits, dots, dashes and underscores' });
  return { base: new URL('.', origin + pathname).href, file: last };
}

/** Storage that does not list its files answers 403 where there is none, as S3 does: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
const absent = [403, 404];

async function fetchWeights(line: Line, base: string): Promise<PickedFile[]> {
  for (const name of usualNames) {
    const file = await fetchFile(line, base, name).catch((thrown: unknown) => {
      if (thrown instanceof Failure && thrown.code === 'hub-refused' && absent.includes((thrown as Failure<'hub-refused'>).facts.status)) return null;
      throw thrown;
    });
    if (!file) continue;
    if (!name.endsWith('.json')) return [{ path: name, file }];
    const shards: PickedFile[] = [];
    for (const shard of shardsOf(await file.text(), name)) shards.push({ path: shard, file: await fetchFile(line, base, shard) });
    return shards;
  }
  throw failure('checkpoint-incomplete', { checkpoint: base, missing: usualNames[0] });
}

async function fetchFile(line: Line, base: string, name: string): Promise<Blob> {
  const response = await askPatiently(line, new URL(name, base).href, name).catch((thrown: unknown) => {
    throw thrown instanceof Failure && thrown.code === 'hub-unreachable' ? failure('address-closed', { host: hostOf(line), file: name }) : thrown;
  });
  if (!response.ok) {
    await letGo(response);
    throw failure('hub-refused', { host: hostOf(line), file: name, status: response.status });
  }
  const transfer = new Transfer(line.watch, `Fetching ${name}`, Number(response.headers.get('content-length')) || 0);
  const parts: Blob[] = [];
  let pending: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const chunk of chunks(response, name, line.watch)) {
    pending.push(chunk);
    bytes += chunk.byteLength;
    transfer.came(chunk.byteLength);
    if (bytes < partBytes) continue;
    parts.push(new Blob(pending));
    [pending, bytes] = [[], 0];
  }
  return new Blob([...parts, ...pending]);
}
