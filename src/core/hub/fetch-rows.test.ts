import { describe, expect, test } from 'vitest';
import { failure } from '../errors';
import type { Row } from '../evaluation/task';
import { unwatched, type Progress, type Watch } from '../scoring/watch';
import { sha256Of } from '../sha256';
import { fakeCommit, fakeFetch, fakeHub, fakeStorage, type FakeDataset, type FakeEntry } from './fake-hub';
import { fetchRows, mostBytes, type RowsFetched } from './fetch-rows';
import { makeParquet } from './make-parquet';
import type { Fetch } from './request';

const rows: Row[] = Array.from({ length: 7 }, (_, i) => ({ question: `Question ${i}?`, choices: { text: ['yes', `no ${i}`], label: ['A', 'B'] }, answer: i }));
const parts = [rows.slice(0, 4), rows.slice(4)].map((part) => makeParquet(part));
const soup: FakeDataset = { dataset: 'kitchen/soups', config: 'Soup-Easy', split: 'test', files: parts };
const wanted = { home: { dataset: soup.dataset, config: soup.config }, split: soup.split, commit: null, watch: unwatched };

function fetched(change: Partial<FakeDataset> = {}, asked: string[] = [], commit: string | null = null): Promise<RowsFetched> {
  return fetchRows({ ...wanted, commit, fetch: fakeFetch(fakeHub({ ...soup, ...change }), asked) });
}

/** Announces one entry otherwise than it is. */
const otherwise = (change: object) => (entries: FakeEntry[]): unknown => entries.map((entry, i) => (i === 1 ? { ...entry, ...change } : entry));

describe('a split', () => {
  test('is fetched whole, in order, with what pins it', async () => {
    const asked: string[] = [];
    const found = await fetched({}, asked);
    expect(found.rows).toEqual(rows);
    expect(found.commit).toBe(fakeCommit);
    expect(found.files).toEqual(parts.map((bytes, i) => ({ path: `Soup-Easy/test/000${i}.parquet`, bytes: bytes.byteLength, sha256: sha256Of(bytes) })));
    expect(asked.slice(0, 4)).toEqual([
      'https://huggingface.co/api/datasets/kitchen/soups/revision/refs%2Fconvert%2Fparquet',
      `https://huggingface.co/api/datasets/kitchen/soups/tree/${fakeCommit}/Soup-Easy/test`,
      `https://huggingface.co/datasets/kitchen/soups/resolve/${fakeCommit}/Soup-Easy/test/0000.parquet`,
      `${fakeStorage}/Soup-Easy/test/0000.parquet?signature=abc`,
    ]);
  });

  test('at a pinned commit is not asked for the present one', async () => {
    const commit = 'a'.repeat(40);
    const asked: string[] = [];
    expect((await fetched({ commit }, asked, commit)).commit).toBe(commit);
    expect(asked[0]).toBe(`https://huggingface.co/api/datasets/kitchen/soups/tree/${commit}/Soup-Easy/test`);
  });

  test('can come from a mirror', async () => {
    const asked: string[] = [];
    const fetch = fakeFetch(fakeHub(soup), asked);
    const found = await fetchRows({ ...wanted, endpoint: 'https://mirror.example/', fetch });
    expect(found.rows).toHaveLength(7);
    expect(asked.every((address) => address.startsWith('https://mirror.example/') || address.startsWith(fakeStorage))).toBe(true);
  });

  test('may be told on several pages, out of order and among other things', async () => {
    const asked: string[] = [];
    const note = { type: 'file', oid: 'f', size: 3, path: 'Soup-Easy/test/README.md' };
    const folder = { type: 'directory', oid: 'f', size: 0, path: 'Soup-Easy/test/old.parquet' };
    const found = await fetched({ pageSize: 1, announce: (entries) => [note, ...entries.reverse(), folder] }, asked);
    expect(found.rows).toEqual(rows);
    expect(asked.filter((address) => address.includes('/tree/'))).toHaveLength(4);
    expect(asked.find((address) => address.includes('cursor'))).toBe(`https://huggingface.co/api/datasets/kitchen/soups/tree/${fakeCommit}/Soup-Easy/test?cursor=1`);
  });

  test('sends no cookies, and calls fetch as a function', async () => {
    const answers = fakeFetch(fakeHub(soup));
    const fetch = function (this: unknown, address: string, init: RequestInit): Promise<Response> {
      expect(this).toBeUndefined();
      expect(init.credentials).toBe('omit');
      return answers(address, init);
    };
    expect((await fetchRows({ ...wanted, fetch })).rows).toHaveLength(7);
  });

  test('tells how far it is, in bytes', async () => {
    const told: Progress[] = [];
    await fetchRows({ ...wanted, fetch: fakeFetch(fakeHub(soup)), watch: { ...unwatched, onProgress: (progress) => told.push(progress) } });
    expect(told[0]).toEqual({ doing: 'Asking huggingface.co for kitchen/soups', done: null, secondsLeft: null });
    const fetching = told.filter(({ doing }) => doing === 'Fetching kitchen/soups/Soup-Easy/test').map(({ done }) => done);
    expect(fetching).toEqual([0, parts[0].byteLength / (parts[0].byteLength + parts[1].byteLength), 1]);
    expect(told.at(-1)).toEqual({ doing: 'Reading Soup-Easy/test/0001.parquet', done: 1, secondsLeft: 0 });
  });
});

describe('what does not arrive as announced is not taken', () => {
  test('other bytes', async () => {
    const flipped = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => bytes.map((byte, i) => (i === 9 ? byte ^ 1 : byte));
    await expect(fetched({ send: flipped })).rejects.toMatchObject({ code: 'hub-changed', facts: { file: 'Soup-Easy/test/0000.parquet', expected: `${sha256Of(parts[0]).slice(0, 12)}…` } });
  });

  test('fewer bytes', async () => {
    const size = parts[0].byteLength;
    await expect(fetched({ send: (bytes) => bytes.slice(0, -3) })).rejects.toMatchObject({ code: 'hub-changed', facts: { found: `${size - 3} bytes`, expected: `${size}` } });
  });

  test('more bytes, however many', async () => {
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent++;
        controller.enqueue(new Uint8Array(1000));
      },
    });
    const answers = fakeFetch(fakeHub(soup));
    const fetch: Fetch = async (address, init) => (address.includes('/resolve/') ? new Response(endless) : answers(address, init));
    await expect(fetchRows({ ...wanted, fetch })).rejects.toMatchObject({ code: 'hub-changed', facts: { found: `more than ${parts[0].byteLength} bytes` } });
    expect(sent).toBeLessThan(parts[0].byteLength / 1000 + 4);
  });

  test('what is no parquet', async () => {
    await expect(fetched({ files: [new TextEncoder().encode('<!doctype html><title>Not here</title>')] })).rejects.toMatchObject({ code: 'parquet-malformed', facts: { file: 'Soup-Easy/test/0000.parquet' } });
  });
});

describe('a refusal says what it means', () => {
  test.each([
    [401, /“kitchen\/soups” was refused by huggingface\.co: it is shown only to people who signed in/],
    [403, /Sign in there yourself/],
    [404, /it is not there \(any more\)\. It may have been renamed/],
    [429, /asked too often from your network\. Wait a few minutes/],
    [503, /it answered 503\. Try again later/],
  ])('%i', async (status, message) => {
    const fetch: Fetch = async () => new Response('{"error":"no"}', { status });
    const refused = fetchRows({ ...wanted, fetch });
    await expect(refused).rejects.toMatchObject({ code: 'hub-refused', facts: { host: 'huggingface.co', file: 'kitchen/soups', status } });
    await expect(refused).rejects.toThrow(message);
  });

  test('naming the split, where the dataset is there and the split is not', async () => {
    const missing = fetchRows({ ...wanted, split: 'validation', fetch: fakeFetch(fakeHub(soup)) });
    await expect(missing).rejects.toMatchObject({ code: 'hub-refused', facts: { file: 'kitchen/soups/Soup-Easy/validation', status: 404 } });
  });

  test('naming the split, where a pinned commit is gone', async () => {
    await expect(fetched({}, [], 'b'.repeat(40))).rejects.toMatchObject({ code: 'hub-refused', facts: { file: 'kitchen/soups/Soup-Easy/test', status: 404 } });
  });
});

describe('a network that fails', () => {
  test('from the start: who did not answer, and what else can be done', async () => {
    const fetch: Fetch = () => Promise.reject(new TypeError('Failed to fetch'));
    const failed = fetchRows({ ...wanted, fetch });
    await expect(failed).rejects.toMatchObject({ code: 'hub-unreachable', facts: { host: 'huggingface.co', file: 'kitchen/soups' } });
    await expect(failed).rejects.toThrow(/huggingface\.co did not answer\. .*pick them here/);
  });

  test('at the storage the Hub sends on to', async () => {
    const hub = fakeHub(soup);
    const fetch = fakeFetch((address) => {
      if (address.startsWith(fakeStorage)) throw new TypeError('Failed to fetch');
      return hub(address);
    });
    await expect(fetchRows({ ...wanted, fetch })).rejects.toMatchObject({ code: 'hub-unreachable', facts: { file: 'Soup-Easy/test/0000.parquet' } });
  });

  test('midway', async () => {
    const answers = fakeFetch(fakeHub(soup));
    const cut = new ReadableStream({
      start: (controller) => controller.enqueue(parts[0].slice(0, 50)),
      pull: (controller) => controller.error(new TypeError('network error')),
    });
    const fetch: Fetch = async (address, init) => (address.includes('/resolve/') ? new Response(cut) : answers(address, init));
    await expect(fetchRows({ ...wanted, fetch })).rejects.toMatchObject({ code: 'download-failed', facts: { file: 'Soup-Easy/test/0000.parquet', status: 'the connection was cut' } });
  });
});

describe('Stop', () => {
  /** Stops when progress first says this. */
  function stoppedAt(doing: RegExp): Watch {
    const controller = new AbortController();
    return {
      signal: controller.signal,
      onProgress: (progress) => doing.test(progress.doing) && controller.abort(),
      checkStopped() {
        if (controller.signal.aborted) throw failure('stopped');
      },
    };
  }

  test.each([[/^Asking/], [/^Fetching/], [/^Reading .*0000/]])('is heard at %s', async (doing) => {
    const asked: string[] = [];
    await expect(fetchRows({ ...wanted, fetch: fakeFetch(fakeHub(soup), asked), watch: stoppedAt(doing) })).rejects.toMatchObject({ code: 'stopped' });
    if (String(doing) === '/^Asking/') expect(asked).toEqual([]);
  });

  test('ends a download that waits for bytes', async () => {
    const controller = new AbortController();
    const answers = fakeFetch(fakeHub(soup));
    const fetch: Fetch = async (address, init) => {
      if (!address.includes('/resolve/')) return answers(address, init);
      const silent = new ReadableStream({ start: (stream) => init.signal?.addEventListener('abort', () => stream.error(new DOMException('', 'AbortError'))) });
      setTimeout(() => controller.abort(), 20);
      return new Response(silent);
    };
    await expect(fetchRows({ ...wanted, fetch, watch: { ...unwatched, signal: controller.signal } })).rejects.toMatchObject({ code: 'stopped' });
  });
});

describe('too large', () => {
  test('is refused before anything is downloaded, saying the size', async () => {
    const asked: string[] = [];
    const size = mostBytes / 2 + 1;
    const refused = fetched({ announce: (entries) => entries.map((entry) => ({ ...entry, size, lfs: { ...entry.lfs, size } })) }, asked);
    await expect(refused).rejects.toMatchObject({ code: 'hub-too-large', facts: { bytes: mostBytes + 2, limit: mostBytes } });
    await expect(refused).rejects.toThrow(/“kitchen\/soups\/Soup-Easy\/test” would be a download of 201 MB; at most 200 MB are fetched/);
    expect(asked.some((address) => address.includes('/resolve/'))).toBe(false);
  });
});

describe('a Hub that says strange things is not believed', () => {
  const lfs = { oid: 'a'.repeat(64), size: 5, pointerSize: 130 };
  test.each<[string, FakeDataset['announce'], RegExp]>([
    ['an object for a list', () => ({ entries: [] }), /Expected Array/],
    ['null', () => null, /Expected Array/],
    ['no files', () => [], /it has no parquet file/],
    ['nothing but other files', (entries) => entries.map((entry) => ({ ...entry, path: `${entry.path}.zip` })), /it has no parquet file/],
    ['a path above the split', otherwise({ path: 'Soup-Easy/test/../../secret.parquet' }), /lies elsewhere/],
    ['a path in another split', otherwise({ path: 'Soup-Easy/train/0000.parquet' }), /lies elsewhere/],
    ['a path in a folder of the split', otherwise({ path: 'Soup-Easy/test/more/0000.parquet' }), /lies elsewhere/],
    ['an address for a path', otherwise({ path: 'https://evil.example/0000.parquet' }), /lies elsewhere/],
    ['a path with a query', otherwise({ path: 'Soup-Easy/test/a?b#.parquet' }), /lies elsewhere/],
    ['the same file twice', (entries) => [entries[0], ...entries], /two files of one name/],
    ['no sha256', otherwise({ lfs: undefined }), /it has no sha256/],
    ['a git hash for a sha256', otherwise({ lfs: { ...lfs, oid: 'a'.repeat(40) } }), /a sha256 is not 64 hexadecimal digits \(1\.lfs\.oid\)/],
    ['two sizes', otherwise({ size: 6, lfs }), /it has 6 bytes, and 5/],
    ['a negative size', otherwise({ size: -5, lfs: { ...lfs, size: -5 } }), /Expected >=0/],
    ['half a byte', otherwise({ size: 0.5 }), /integer/],
    ['a size in words', otherwise({ size: '5' }), /Expected number/],
  ])('%s', async (_, announce, found) => {
    const asked: string[] = [];
    const refused = fetched({ announce }, asked);
    await expect(refused).rejects.toMatchObject({ code: 'hub-malformed', facts: { host: 'huggingface.co' } });
    await expect(refused).rejects.toThrow(found);
    expect(asked.some((address) => address.includes('/resolve/')), 'nothing is downloaded').toBe(false);
  });

  test.each<[string, string]>([
    ['a branch for a commit', '{"sha":"main"}'],
    ['a path for a commit', '{"sha":"../../../../evil"}'],
    ['no commit', '{}'],
    ['a page for people', '<!doctype html>'],
    ['nothing', ''],
  ])('%s', async (_, body) => {
    await expect(fetchRows({ ...wanted, fetch: async () => new Response(body) })).rejects.toMatchObject({ code: 'hub-malformed', facts: { file: 'kitchen/soups' } });
  });

  test('a pinned commit that is none', async () => {
    await expect(fetched({}, [], 'refs/heads/main')).rejects.toMatchObject({ code: 'hub-malformed' });
  });

  test('a list without end', async () => {
    await expect(fetched({ pageSize: 1, announce: (entries) => Array.from({ length: 50 }, () => entries[0]) })).rejects.toThrow(/its list of files does not end/);
  });

  test('an answer without end', async () => {
    const endless = (): ReadableStream => new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1_000_000).fill(32)) });
    await expect(fetchRows({ ...wanted, fetch: async () => new Response(endless()) })).rejects.toThrow(/it does not end/);
  });

  test('a next page elsewhere: only its query is followed', async () => {
    const hub = fakeHub(soup);
    const asked: string[] = [];
    const fetch = fakeFetch((address) => {
      const answer = hub(address);
      if (!address.includes('/tree/') || address.includes('cursor')) return answer.body && address.includes('cursor=7') ? { ...answer, body: '[]' } : answer;
      return { ...answer, headers: { link: '<https://evil.example/list?cursor=7>; rel="next"' } };
    }, asked);
    expect((await fetchRows({ ...wanted, fetch })).rows).toHaveLength(7);
    expect(asked.some((address) => address.includes('evil'))).toBe(false);
    expect(asked[2]).toBe(`https://huggingface.co/api/datasets/kitchen/soups/tree/${fakeCommit}/Soup-Easy/test?cursor=7`);
  });
});
