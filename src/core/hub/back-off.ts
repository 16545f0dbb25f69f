/** How long to wait before a server that is busy, or was asked too often, is asked again. */

/** Time, from outside: a test's runs as fast as it likes. */
export interface Clock {
  /** milliseconds since 1970 */
  now(): number;
  /** resolves after so many milliseconds, or as soon as the signal aborts */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** from 0 up to 1 */
  random(): number;
}

export const realClock: Clock = {
  now: () => Date.now(),
  wait: (milliseconds, signal) =>
    new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      signal?.addEventListener('abort', end);
      if (signal?.aborted) end();
    }),
  random: () => Math.random(),
};

/**
 * What is asked at most. The Hub counts over windows of five minutes (https://huggingface.co/docs/hub/rate-limits), and a page of
 * another origin may not read when one ends: neither RateLimit nor Retry-After is among the headers that the Hub exposes. So the
 * waits between these tries, 5 to 160 seconds, are together longer than a window: 315 seconds.
 */
export const mostTries = 7;
const firstWait = 5;

/** Where a server asks for more patience than this, in seconds, the person is told instead. */
export const longestWait = 600;

/** Answers that may be others a little later; what else refuses goes on refusing. */
export function isPassing(status: number): boolean {
  return status === 429 || (status >= 500 && status !== 501);
}

/**
 * Seconds until the next try: what the server says, else exponential, with up to a quarter more by chance, so that a class of
 * thirty behind one address does not come back as one.
 * @param tries how many there were
 * @returns null where it is better to give up
 */
export function secondsToWait(headers: Headers, tries: number, clock: Clock): number | null {
  if (tries >= mostTries) return null;
  const asked = retryAfter(headers, clock) ?? windowEnd(headers);
  if (asked === null) return firstWait * 2 ** (tries - 1) * (1 + clock.random() / 4);
  return asked > longestWait ? null : Math.max(1, asked);
}

/** Seconds, or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfter(headers: Headers, clock: Clock): number | null {
  const value = headers.get('retry-after')?.trim();
  if (!value) return null;
  if (/^\d+$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : (date - clock.now()) / 1000;
}

/** `"resolvers";r=0;t=55`: none remaining for 55 seconds. One is added, as they are whole ones. */
function windowEnd(headers: Headers): number | null {
  const found = /;\s*r=0\s*;\s*t=(\d+)/.exec(headers.get('ratelimit') ?? '');
  return found && Number(found[1]) + 1;
}
