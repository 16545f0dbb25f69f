import { describe, expect, test } from 'vitest';
import { failure } from '../errors';
import { unwatched, type Progress, type Watch } from '../scoring/watch';
import { mostTries } from './back-off';
import { fakeClock } from './fake-clock';
import { askPatiently, request, type Fetch, type Line } from './request';

const endpoint = 'https://huggingface.co';
const file = 'model.safetensors';

/** Answers with each status in turn, then 200. */
function answering(statuses: number[], headers: Record<string, string> = {}): { fetch: Fetch; asked: RequestInit[] } {
  const asked: RequestInit[] = [];
  const fetch: Fetch = async (_, init) => {
    const status = statuses[asked.length] ?? 200;
    asked.push(init);
    return new Response(`answer ${asked.length}`, { status, headers });
  };
  return { fetch, asked };
}

function line(fetch: Fetch, more: Partial<Line> = {}): Line {
  return { endpoint, fetch, watch: unwatched, clock: fakeClock(), ...more };
}

describe('a busy server', () => {
  test.each([429, 500, 502, 503, 504])('is asked again after %i', async (status) => {
    const { fetch, asked } = answering([status, status]);
    const clock = fakeClock();
    const response = await askPatiently(line(fetch, { clock }), `${endpoint}/a`, file);
    expect(await response.text()).toBe('answer 3');
    expect([asked.length, clock.waited]).toEqual([3, 5 + 10]);
  });

  test('is given the time that it asks for, and the person is told, second by second', async () => {
    const { fetch } = answering([429], { 'Retry-After': '3' });
    const told: Progress[] = [];
    await askPatiently(line(fetch, { watch: { ...unwatched, onProgress: (progress) => told.push(progress) } }), `${endpoint}/a`, file);
    const doing = 'huggingface.co was asked too often from your network: waiting to fetch “model.safetensors”';
    expect(told).toEqual([3, 2, 1].map((secondsLeft) => ({ doing, done: null, secondsLeft })));
  });

  test('names the server that is busy, which may be the storage', async () => {
    const { fetch } = answering([503]);
    const told: string[] = [];
    await askPatiently(line(fetch, { watch: { ...unwatched, onProgress: ({ doing }) => told.push(doing) } }), 'https://storage.example/a', file);
    expect(told[0]).toBe('storage.example is busy (503): waiting to fetch “model.safetensors”');
  });

  test('that stays busy is given up', async () => {
    const { fetch, asked } = answering(Array<number>(100).fill(503));
    expect((await askPatiently(line(fetch), `${endpoint}/a`, file)).status).toBe(503);
    expect(asked).toHaveLength(mostTries);
  });

  test.each([400, 401, 403, 404, 416])('is not asked again after %i', async (status) => {
    const { fetch, asked } = answering([status]);
    expect((await askPatiently(line(fetch), `${endpoint}/a`, file)).status).toBe(status);
    expect(asked).toHaveLength(1);
  });

  test('lets its unread answers go', async () => {
    let cancelled = 0;
    const busy = (): Response => new Response(new ReadableStream({ cancel: () => void cancelled++ }), { status: 503 });
    await askPatiently(line(async () => busy()), `${endpoint}/a`, file);
    expect(cancelled).toBe(mostTries - 1);
  });
});

describe('Stop during the wait', () => {
  test('is heard where nothing signals it', async () => {
    const { fetch, asked } = answering([503]);
    let checks = 0;
    const watch: Watch = {
      ...unwatched,
      checkStopped() {
        if (++checks === 3) throw failure('stopped');
      },
    };
    await expect(askPatiently(line(fetch, { watch }), `${endpoint}/a`, file)).rejects.toMatchObject({ code: 'stopped' });
    expect(asked).toHaveLength(1);
  });

  test('ends it at once where something does', async () => {
    const { fetch } = answering([503], { 'Retry-After': '500' });
    const controller = new AbortController();
    const watch: Watch = { ...unwatched, signal: controller.signal, onProgress: () => controller.abort() };
    await expect(askPatiently({ endpoint, fetch, watch }, `${endpoint}/a`, file)).rejects.toMatchObject({ code: 'stopped' }); // on the real clock
  });
});

describe('a request', () => {
  test('passes a range on, and gives back its part', async () => {
    const asked: RequestInit[] = [];
    const fetch: Fetch = async (_, init) => {
      asked.push(init);
      return new Response('part', { status: 206, headers: { 'Content-Range': 'bytes 0-3/10' } });
    };
    const response = await askPatiently(line(fetch), `${endpoint}/a`, file, { headers: { Range: 'bytes=0-3' } });
    expect([response.status, response.headers.get('content-range')]).toEqual([206, 'bytes 0-3/10']);
    expect(asked[0].headers).toEqual({ Range: 'bytes=0-3' });
  });

  test('is kept by nobody else, and carries no cookies', async () => {
    const { fetch, asked } = answering([]);
    await askPatiently(line(fetch), `${endpoint}/a`, file);
    expect(asked[0]).toMatchObject({ credentials: 'omit', cache: 'no-store' });
    expect(asked[0]).not.toHaveProperty('headers');
  });

  test('that nobody answers names who did not', async () => {
    const fetch: Fetch = () => Promise.reject(new TypeError('Failed to fetch'));
    await expect(askPatiently(line(fetch), 'https://storage.example/a', file)).rejects.toMatchObject({ code: 'hub-unreachable', facts: { host: 'storage.example', file } });
  });
});

describe('an access token', () => {
  const token = 'hf_secret';

  test('goes to the endpoint', async () => {
    const { fetch, asked } = answering([]);
    await askPatiently(line(fetch, { token }), `${endpoint}/a`, file, { headers: { Range: 'bytes=0-3' } });
    expect(asked[0].headers).toEqual({ Range: 'bytes=0-3', Authorization: 'Bearer hf_secret' });
  });

  test.each(['https://storage.example/a', 'https://huggingface.co.evil.example/a', 'https://huggingface.co:444/a', 'http://huggingface.co/a'])('never to %s', async (address) => {
    const { fetch, asked } = answering([]);
    await askPatiently(line(fetch, { token }), address, file);
    expect(JSON.stringify(asked)).not.toContain(token);
  });

  test('is in no error', async () => {
    const refused = request(line(answering([403]).fetch, { token }), `${endpoint}/a`, file).catch((thrown: unknown) => thrown);
    const unreached = askPatiently(line(() => Promise.reject(new TypeError(`Bearer ${token}`)), { token }), `${endpoint}/a`, file).catch((thrown: unknown) => thrown);
    for (const [thrown, code] of [[await refused, 'hub-refused'], [await unreached, 'hub-unreachable']] as const) {
      expect(thrown).toMatchObject({ code });
      expect(`${String(thrown)} ${JSON.stringify(thrown)}`).not.toContain(token);
    }
  });
});
