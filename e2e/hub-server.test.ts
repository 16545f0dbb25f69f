/** The double answers as the Hub does: asked over https, as a page asks it. */
import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { bytesSent, commitOf, inMemory, madeUpCheckpoint, picoFiles, sha256Of, startHub, type RunningHub, type ServedRevision } from './hub-server';
import { blobIdOf } from './hub-double/content';

const weights = inMemory(Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7) % 251));
const revisions: ServedRevision[] = [
  { name: 'main', files: { ...picoFiles(), 'model.safetensors': weights, 'model.gguf': inMemory('GGUF') } },
  { name: 'step1000', files: { ...picoFiles(), 'model.safetensors': weights } },
  { name: 'v1', kind: 'tag', files: picoFiles() },
];
const commit = commitOf('kitchen/soup', 'step1000');
let hub: RunningHub;

beforeAll(async () => {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'; // its certificate is its own
  hub = await startHub([
    { repo: 'kitchen/soup', revisions },
    { repo: 'kitchen/secret', revisions, shown: 'private' },
    { repo: 'kitchen/terms', revisions, shown: 'gated' },
  ]);
});
afterEach(() => {
  Object.assign(hub.switches, { offline: false, refuse: null, cut: null, flip: null, ignoreRange: false, etag: '', slow: 0, noPreflight: false });
  hub.log.length = 0;
});
afterAll(() => hub.close());

const at = (path: string): string => `${hub.endpoint}/${path}`;
const file = (name = 'model.safetensors'): string => at(`kitchen/soup/resolve/${commit}/${name}`);
const json = async <T>(path: string): Promise<T> => (await fetch(at(path))).json() as Promise<T>;
const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());
const range = (text: string, more: Record<string, string> = {}): RequestInit => ({ headers: { Range: text, ...more } });

describe('the API', () => {
  test('tells branches and tags', async () => {
    const { branches, tags } = await json<Record<string, { name: string; ref: string; targetCommit: string }[]>>('api/models/kitchen/soup/refs');
    expect(branches.map(({ name, ref }) => [name, ref])).toEqual([['main', 'refs/heads/main'], ['step1000', 'refs/heads/step1000']]);
    expect([branches[1].targetCommit, tags[0].name]).toEqual([commit, 'v1']);
    expect((await json<{ sha: string }>('api/models/kitchen/soup/revision/step1000')).sha).toBe(commit);
  });

  test('lists files on several pages, each linked from the last', async () => {
    const first = await fetch(at('api/models/kitchen/soup/tree/main'));
    const next = /<(.*)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    expect(next.startsWith(hub.endpoint)).toBe(true);
    const last = await fetch(next);
    expect(last.headers.get('link')).toBeNull();
    const entries = [...((await first.json()) as { path: string }[]), ...((await last.json()) as { path: string }[])];
    expect(entries.map(({ path }) => path).sort()).toEqual(Object.keys(revisions[0].files).sort());
    expect(entries.find(({ path }) => path === 'model.safetensors')).toMatchObject({ type: 'file', size: 300_000, lfs: { oid: sha256Of(weights), size: 300_000 } });
    expect(entries.find(({ path }) => path === 'config.json')).not.toHaveProperty('lfs');
  });

  test('counts requests, and says so to whoever may read it', async () => {
    const { headers } = await fetch(at('api/models/kitchen/soup/refs'));
    expect(headers.get('ratelimit')).toMatch(/^"api";r=\d+;t=300$/);
    expect(headers.get('ratelimit-policy')).toBe('"fixed window";"api";q=500;w=300');
    expect(headers.get('access-control-expose-headers')).toMatch(/Link,.*X-Linked-ETag/);
    expect(headers.get('access-control-expose-headers')).not.toMatch(/RateLimit|Retry-After/i);
  });
});

describe('a file', () => {
  test('that is large is kept at the storage', async () => {
    const sentOn = await fetch(file(), { redirect: 'manual' });
    expect([sentOn.status, sentOn.headers.get('x-linked-etag'), sentOn.headers.get('x-repo-commit')]).toEqual([302, `"${sha256Of(weights)}"`, commit]);
    expect(sentOn.headers.get('location')?.startsWith(`${hub.storage}/`)).toBe(true);
    const response = await fetch(file());
    expect(createHash('sha256').update(await bytesOf(response)).digest('hex')).toBe(sha256Of(weights));
    expect([response.status, new URL(response.url).origin, response.headers.get('access-control-allow-origin')]).toEqual([200, hub.storage, '*']);
  });

  test('that is small is at the Hub itself, pinned by git', async () => {
    const sentOn = await fetch(file('config.json'), { redirect: 'manual' });
    expect([sentOn.status, sentOn.headers.get('location')?.startsWith('/api/resolve-cache/models/')]).toEqual([307, true]);
    const response = await fetch(file('config.json'));
    expect(response.headers.get('etag')).toBe(`"${blobIdOf(revisions[1].files['config.json'])}"`);
    expect(JSON.parse(await response.text())).toHaveProperty('model_type', 'gpt_neox');
  });

  test('comes in ranges', async () => {
    const response = await fetch(file(), range('bytes=100-199'));
    expect([response.status, response.headers.get('content-range')]).toEqual([206, 'bytes 100-199/300000']);
    expect(await bytesOf(response)).toEqual(Buffer.from(weights.read(100, 200)));
    expect((await fetch(file(), range('bytes=299990-'))).headers.get('content-range')).toBe('bytes 299990-299999/300000');
    expect((await fetch(file(), range('bytes=300000-'))).status).toBe(416);
  });

  test('comes whole where the asker has the beginning of another', async () => {
    expect((await fetch(file(), range('bytes=100-199', { 'If-Range': `"${sha256Of(weights)}"` }))).status).toBe(206);
    expect((await fetch(file(), range('bytes=100-199', { 'If-Range': '"another"' }))).status).toBe(200);
  });

  test('is counted as it is sent', async () => {
    for (const part of ['bytes=0-99', 'bytes=50-149']) await bytesOf(await fetch(file(), range(part)));
    expect(bytesSent(hub, 'model.safetensors')).toBe(200);
    expect(hub.log.map(({ from, status, range }) => [from, status, range])).toEqual([['hub', 302, 'bytes=0-99'], ['storage', 206, 'bytes=0-99'], ['hub', 302, 'bytes=50-149'], ['storage', 206, 'bytes=50-149']]);
  });
});

describe('it refuses as the Hub does', () => {
  test.each([
    ['api/models/kitchen/nothing/refs', 401, null],
    ['api/models/kitchen/secret/refs', 401, null],
    ['api/models/kitchen/soup/tree/step9', 404, 'RevisionNotFound'],
    [`kitchen/soup/resolve/step1000/nothing.txt`, 404, 'EntryNotFound'],
    [`kitchen/terms/resolve/step1000/config.json`, 401, 'GatedRepo'],
  ])('%s', async (path, status, code) => {
    const response = await fetch(at(path));
    expect([response.status, response.headers.get('x-error-code')]).toEqual([status, code]);
  });

  test('unless a token opens it, which goes no further than the Hub', async () => {
    hub.tokens.add('hf_mine');
    const ask = (path: string, token: string): Promise<Response> => fetch(at(path), { headers: { Authorization: `Bearer ${token}` } });
    expect((await ask('api/models/kitchen/secret/refs', 'hf_mine')).status).toBe(200);
    expect((await ask('api/models/kitchen/secret/refs', 'hf_other')).status).toBe(401);
    expect((await ask('kitchen/terms/resolve/main/model.safetensors', 'hf_mine')).status).toBe(200);
    expect(hub.log.map(({ from, authorization }) => [from, authorization !== null])).toContainEqual(['storage', false]);
    expect(hub.log.some(({ from, authorization }) => from === 'storage' && authorization !== null)).toBe(false);
  });

  test('a page of another origin is told that it may ask', async () => {
    const asked = { Origin: 'https://page.example', 'Access-Control-Request-Method': 'GET', 'Access-Control-Request-Headers': 'authorization,range' };
    const { status, headers } = await fetch(file(), { method: 'OPTIONS', headers: asked });
    expect([status, headers.get('access-control-allow-origin'), headers.get('access-control-allow-headers')]).toEqual([204, 'https://page.example', 'authorization,range']);
  });
});

describe('what is switched on goes wrong', () => {
  test('a signature expires, and a new one is given', async () => {
    const { url } = await fetch(file());
    hub.expire();
    expect((await fetch(url)).status).toBe(403);
    expect((await fetch(url.replace(/signature=.*/, 'signature=0'))).status).toBe(403);
    expect((await fetch(file())).status).toBe(200);
  });

  test('requests are refused, so many of them', async () => {
    hub.switches.refuse = { from: 'hub', status: 429, times: 2, retryAfter: '7' };
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await fetch(file())).status);
    expect(statuses).toEqual([429, 429, 200]);
    hub.switches.refuse = { from: 'storage', status: 503, times: 1 };
    expect((await fetch(file())).status).toBe(503);
  });

  test('a connection is cut at a byte, once', async () => {
    hub.switches.cut = { after: 150_000 };
    const response = await fetch(file());
    let arrived = 0;
    const reading = async (): Promise<void> => {
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) arrived += chunk.byteLength;
    };
    await expect(reading()).rejects.toThrow();
    expect([arrived, bytesSent(hub, 'model.safetensors')]).toEqual([150_000, 150_000]);
    expect(await bytesOf(await fetch(file(), range('bytes=150000-')))).toHaveLength(150_000);
  });

  test('and it may stay so', async () => {
    hub.switches.cut = { after: 1000, thenOffline: true };
    await expect(fetch(file()).then(bytesOf)).rejects.toThrow();
    await expect(fetch(file())).rejects.toThrow();
  });

  test('a bit is flipped on the way', async () => {
    hub.switches.flip = 5;
    const found = await bytesOf(await fetch(file()));
    expect(found[5]).toBe(weights.read(5, 6)[0] ^ 1);
    expect(found.subarray(6).equals(weights.read(6, 300_000))).toBe(true);
  });

  test('ranges are not heard; the ETag is another; preflights are refused', async () => {
    const before = (await fetch(file())).headers.get('etag');
    Object.assign(hub.switches, { ignoreRange: true, etag: '-2', noPreflight: true });
    const response = await fetch(file(), range('bytes=0-9'));
    expect([response.status, response.headers.get('etag')]).toEqual([200, before?.replace(/"$/, '-2"')]);
    expect((await fetch(response.url, { method: 'OPTIONS' })).status).toBe(403);
  });
});

test('a made-up checkpoint is one, whatever its size, and finite', async () => {
  const { parseConfig } = await import('../src/core/checkpoint/config');
  const { Checkpoint } = await import('../src/core/checkpoint/checkpoint');
  const config = parseConfig(Buffer.from(picoFiles()['config.json'].read(0, 1e6)).toString(), 'config.json');
  const content = madeUpCheckpoint(config, 3);
  const whole = content.read(0, content.bytes);
  for (const [begin, end] of [[0, 5], [7, 12], [9001, 9004], [content.bytes - 3, content.bytes]]) expect(content.read(begin, end)).toEqual(whole.subarray(begin, end));
  const checkpoint = await Checkpoint.open([new Blob([new Uint8Array(whole)])], config, 'made up');
  for await (const tensor of checkpoint.read()) expect(tensor.bytes.byteLength).toBeGreaterThan(0);
});
