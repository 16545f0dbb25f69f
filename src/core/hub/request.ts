/** One request to the Hub, and its answer piece by piece. */
import { failure } from '../errors';
import type { Watch } from '../scoring/watch';

/** What the page's own `fetch` does. */
export type Fetch = (address: string, init: RequestInit) => Promise<Response>;

/** How the Hub is reached, and who watches. */
export interface Line {
  /** without a slash at its end */
  endpoint: string;
  fetch: Fetch;
  watch: Watch;
}

export function hostOf({ endpoint }: Line): string {
  return new URL(endpoint).host;
}

/** An address below the endpoint; each part is one step of the path, whatever characters it has. */
export function addressOf({ endpoint }: Line, ...parts: string[]): string {
  return [endpoint, ...parts.map(encodeURIComponent)].join('/');
}

/**
 * @param file what is asked for, as a person would name it
 * @throws hub-unreachable, hub-refused, stopped
 */
export async function request(line: Line, address: string, file: string): Promise<Response> {
  const { fetch, watch } = line; // called by itself: a browser's fetch refuses to be a method
  watch.checkStopped();
  const response = await fetch(address, { signal: watch.signal, credentials: 'omit' }).catch(() => {
    throwIfStopped(watch);
    throw failure('hub-unreachable', { host: hostOf(line), file });
  });
  if (response.ok) return response;
  await response.body?.cancel().catch(() => undefined);
  throw failure('hub-refused', { host: hostOf(line), file, status: response.status });
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
