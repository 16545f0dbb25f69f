import { describe, expect, test } from 'vitest';
import { isPassing, longestWait, mostTries, realClock, secondsToWait, type Clock } from './back-off';

const now = Date.UTC(2026, 0, 1);
const clock = (random: number): Clock => ({ now: () => now, wait: () => Promise.resolve(), random: () => random });
const wait = (headers: Record<string, string>, tries = 1, random = 0): number | null => secondsToWait(new Headers(headers), tries, clock(random));

describe('a server says how long', () => {
  test.each<[string, Record<string, string>, number | null]>([
    ['in seconds', { 'Retry-After': '7' }, 7],
    ['by a date', { 'Retry-After': new Date(now + 90_000).toUTCString() }, 90],
    ['by a date that has passed', { 'Retry-After': new Date(now - 90_000).toUTCString() }, 1],
    ['at once, which is too soon', { 'Retry-After': '0' }, 1],
    ['by the end of its window', { RateLimit: '"resolvers";r=0;t=55' }, 56],
    ['in both ways, of which the plainer one counts', { 'Retry-After': '7', RateLimit: '"resolvers";r=0;t=55' }, 7],
    ['longer than anybody waits', { 'Retry-After': `${longestWait + 1}` }, null],
  ])('%s', (_, headers, seconds) => {
    expect(wait(headers)).toBe(seconds);
  });

  test.each<[string, Record<string, string>]>([
    ['of a window that has requests left', { RateLimit: '"resolvers";r=12;t=55' }],
    ['in words', { 'Retry-After': 'soon' }],
    ['not at all', {}],
  ])('or says nothing that helps: %s', (_, headers) => {
    expect(wait(headers)).toBe(5);
  });
});

describe('where it does not say', () => {
  const waits = Array.from({ length: mostTries - 1 }, (_, i) => wait({}, i + 1) as number);

  test('each wait is twice the last', () => {
    expect(waits).toEqual([5, 10, 20, 40, 80, 160]);
  });

  test('all of them are longer than the five minutes that the Hub counts over', () => {
    expect(waits.reduce((sum, seconds) => sum + seconds, 0)).toBeGreaterThan(300);
  });

  test('and each is up to a quarter longer by chance', () => {
    expect(wait({}, 3, 0.5)).toBe(22.5);
  });

  test('there is an end of it', () => {
    expect(wait({}, mostTries)).toBeNull();
    expect(wait({ 'Retry-After': '1' }, mostTries)).toBeNull();
  });
});

test('what passes and what does not', () => {
  expect([429, 500, 502, 503, 504].every(isPassing)).toBe(true);
  expect([200, 206, 302, 400, 401, 403, 404, 410, 416, 501].some(isPassing)).toBe(false);
});

test('the real clock wakes when it is stopped, before or meanwhile', async () => {
  const controller = new AbortController();
  const waiting = realClock.wait(1e8, controller.signal);
  controller.abort();
  await waiting;
  await realClock.wait(1e8, controller.signal);
});
