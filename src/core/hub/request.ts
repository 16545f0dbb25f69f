/** One request to the Hub, and its answer piece by piece. */
import { failure } from '../errors';
import type { Watch } from '../scoring/watch';
import { isPassing, realClock, secondsToWait, type Clock } from './back-off';

/** What the page's own `fetch` does. */
export type Fetch = (address: string, init: RequestInit) => Promise<Response>;

/** How the Hub is reached, and who watches. */
export interface Line {
  /** without a slash at its end */
  endpoint: string;
  fetch: Fetch;
  watch: Watch;
  /** the reader's access token: kept in memory, and sent to the endpoint's own origin alone */
  token?: string;
  /** the real one, but in tests */
  clock?: Clock;
}

/** What is sent along with a request, such as a range. */
export interface Asking {
  headers?: Record<string, string>;
}

export function hostOf({ endpoint }: Pick<Line, 'endpoint'>): string {
  return new URL(endpoint).host;
}

/** An address below the endpoint; each part is one step of the path, whatever characters it has. */
export function addressOf({ endpoint }: Pick<Line, 'endpoint'>, ...parts: string[]): string {
  return [endpoint.replace(/\/+$/, ''), ...parts.map(encodeURIComponent)].join('/');
}

/**
 * @param file what is asked for, as a person would name it
 * @throws hub-unreachable, hub-refused, stopped
 */
export async function request(line: Line, address: string, file: string): Promise<Response> {
  const response = await ask(line, address, file);
  if (response.ok) return response;
  await letGo(response);
  throw failure('hub-refused', { host: hostOf(line), file, status: response.status });
}

/**
 * Asks again where the server is busy or was asked too often, as `back-off.ts` says; meanwhile the watch is told how long that
 * takes. Any address will do, the endpoint's own or another.
 * @param init a range, say: `{ headers: { Range: 'bytes=0-99' } }`
 * @returns the answer, once it is one that lasts: it may be a refusal
 * @throws hub-unreachable, stopped
 */
export async function askPatiently(line: Line, address: string, file: string, init: Asking = {}): Promise<Response> {
  const clock = line.clock ?? realClock;
  for (let tries = 1; ; tries++) {
    const response = await ask(line, address, file, init);
    const seconds = isPassing(response.status) ? secondsToWait(response.headers, tries, clock) : null;
    if (seconds === null) return response;
    await letGo(response);
    await waitFor(line, clock, seconds, `${why(response.status, new URL(address).host)}: waiting to fetch “${file}”`);
  }
}

/** A browser drops the header itself where an answer sends on to another origin: https://fetch.spec.whatwg.org/#http-redirect-fetch */
async function ask(line: Line, address: string, file: string, { headers }: Asking = {}): Promise<Response> {
  const { fetch, watch, token } = line; // called by itself: a browser's fetch refuses to be a method
  watch.checkStopped();
  const own = new URL(address).origin === new URL(line.endpoint).origin;
  const sent = token && own ? { ...headers, Authorization: `Bearer ${token}` } : headers;
  // no-store: what is fetched is kept by us, under its hash, and not a second time
  return fetch(address, { signal: watch.signal, credentials: 'omit', cache: 'no-store', ...(sent && { headers: sent }) }).catch(() => {
    throwIfStopped(watch);
    throw failure('hub-unreachable', { host: new URL(address).host, file });
  });
}

/** Ends an answer that nobody reads, so that its connection is free. */
export async function letGo(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}

/** A second at a time: a tab in the background may be woken late, and Stop is heard even where nothing signals it. */
async function waitFor({ watch }: Line, clock: Clock, seconds: number, doing: string): Promise<void> {
  const until = clock.now() + seconds * 1000;
  for (let left = seconds * 1000; left > 0; left = until - clock.now()) {
    watch.onProgress({ doing, done: null, secondsLeft: left / 1000 });
    await clock.wait(Math.min(left, 1000), watch.signal);
    throwIfStopped(watch);
  }
}

function why(status: number, host: string): string {
  return status === 429 ? `${host} was asked too often from your network` : `${host} is busy (${status})`;
}

/**
 * The body of an answer; the connection is let go of when the caller has had enough.
 * @throws download-failed, stopped
 */
export async function* chunks(response: Response, file: string, watch: Watch): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader();
  if (!reader) return;
  try {
    for (;;) {
      const chunk = await reader.read().catch(() => {
        throwIfStopped(watch);
        throw failure('download-failed', { file, status: 'the connection was cut' });
      });
      watch.checkStopped();
      if (chunk.done) return;
      yield chunk.value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** A signal may abort a request before `checkStopped` knows. */
function throwIfStopped(watch: Watch): void {
  watch.checkStopped();
  if (watch.signal?.aborted) throw failure('stopped');
}
