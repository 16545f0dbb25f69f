/** A stand-in for the Hub: what it answers to each address. For tests, with `fetch` and in a browser alike. */
import { sha256Of } from '../sha256';
import type { Fetch } from './request';

export interface FakeDataset {
  dataset: string;
  config: string;
  split: string;
  /** the parquet files of the split, in the order of their rows */
  files: Uint8Array<ArrayBuffer>[];
  /** what is announced; by default what is true */
  commit?: string;
  /** entries of a page of the list of files */
  pageSize?: number;
  /** changes the list of files before it is told */
  announce?(entries: FakeEntry[]): unknown;
  /** changes the bytes of a file before they are sent */
  send?(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>;
}

export interface FakeEntry {
  type: string;
  oid: string;
  size: number;
  path: string;
  lfs?: { oid: string; size: number; pointerSize: number };
}

export interface FakeAnswer {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array<ArrayBuffer>;
}

export const fakeCommit = '0123456789abcdef0123456789abcdef01234567';
export const fakeHost = 'https://huggingface.co';
/** where the Hub sends a download on to */
export const fakeStorage = 'https://cdn-lfs.example';

/** @returns what answers an address of the Hub or of its storage */
export function fakeHub(given: FakeDataset): (address: string) => FakeAnswer {
  const { dataset, config, split, files, commit = fakeCommit, pageSize = 1000, announce = (entries) => entries, send = (bytes) => bytes } = given;
  const entries = files.map((bytes, i) => entryOf(`${config}/${split}/${String(i).padStart(4, '0')}.parquet`, bytes));
  const told = announce([...entries]);
  const api = `/api/datasets/${dataset}`;

  return (address) => {
    const { origin, pathname, searchParams } = new URL(address);
    const path = decodeURIComponent(pathname);
    const index = entries.findIndex((entry) => path === (origin === fakeStorage ? `/${entry.path}` : `/datasets/${dataset}/resolve/${commit}/${entry.path}`));
    if (index >= 0 && origin === fakeStorage) return answer(send(files[index]), { 'content-type': 'application/octet-stream' });
    if (index >= 0) return { ...answer('', { location: `${fakeStorage}/${encodeURI(entries[index].path)}?signature=abc` }), status: 302 };
    if (pathname === `${api}/revision/refs%2Fconvert%2Fparquet`) return json({ id: dataset, sha: commit, private: false });
    if (path === `${api}/tree/${commit}/${config}/${split}`) return page(told, Number(searchParams.get('cursor') ?? 0), pageSize, `${origin}${pathname}`);
    return { ...json({ error: 'Entry not found' }), status: 404 };
  };
}

/** The same as a `fetch` that follows where it is sent; @param asked every address, as it comes */
export function fakeFetch(hub: (address: string) => FakeAnswer, asked: string[] = []): Fetch {
  return async function ask(address, init): Promise<Response> {
    init.signal?.throwIfAborted();
    asked.push(address);
    const { status, headers, body } = hub(address);
    return headers.location ? ask(headers.location, init) : new Response(body, { status, headers });
  };
}

function entryOf(path: string, bytes: Uint8Array): FakeEntry {
  const pointer = 'f'.repeat(40); // of the pointer in git, which nobody needs
  return { type: 'file', oid: pointer, size: bytes.byteLength, path, lfs: { oid: sha256Of(bytes), size: bytes.byteLength, pointerSize: 130 } };
}

function page(entries: unknown, from: number, size: number, address: string): FakeAnswer {
  if (!Array.isArray(entries)) return json(entries);
  const more = from + size < entries.length;
  return json(entries.slice(from, from + size), more ? { link: `<${address}?cursor=${from + size}>; rel="next"` } : {});
}

function json(value: unknown, headers: Record<string, string> = {}): FakeAnswer {
  return answer(JSON.stringify(value), { 'content-type': 'application/json; charset=utf-8', ...headers });
}

/** With the headers that let a page of another origin read it. */
function answer(body: FakeAnswer['body'], headers: Record<string, string>): FakeAnswer {
  return { status: 200, headers: { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'Link', ...headers }, body };
}
