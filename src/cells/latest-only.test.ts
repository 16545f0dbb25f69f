import { describe, expect, test } from 'vitest';
import { LatestOnly } from './latest-only';

/** Work that is done when the test says so. */
class Bench {
  readonly begun: { wish: string; signal: AbortSignal; done: () => void }[] = [];
  readonly latest = new LatestOnly<string>((wish, signal) => new Promise((done) => this.begun.push({ wish, signal, done })));

  get wishes(): string[] {
    return this.begun.map(({ wish }) => wish);
  }
  /** Ends the piece that is being worked on, and lets the next one begin. */
  async finish(): Promise<void> {
    this.begun.at(-1)?.done();
    await new Promise((resolve) => setTimeout(resolve));
  }
}

describe('work that follows a hand', () => {
  test('begins at once', () => {
    const bench = new Bench();
    expect(bench.wishes).toEqual([]);
    bench.latest.ask('a');
    expect(bench.wishes).toEqual(['a']);
  });

  test('takes up only the latest wish, one piece at a time', async () => {
    const bench = new Bench();
    for (const wish of ['a', 'b', 'c', 'd']) bench.latest.ask(wish);
    expect(bench.wishes).toEqual(['a']);
    await bench.finish();
    expect(bench.wishes).toEqual(['a', 'd']);
    bench.latest.ask('e');
    bench.latest.ask('f');
    await bench.finish();
    expect(bench.wishes).toEqual(['a', 'd', 'f']);
  });

  test('rests when nothing is wished, and begins again', async () => {
    const bench = new Bench();
    bench.latest.ask('a');
    await bench.finish();
    expect(bench.wishes).toEqual(['a']);
    bench.latest.ask('b');
    expect(bench.wishes).toEqual(['a', 'b']);
  });
});

describe('stop', () => {
  test('tells the piece being worked on, and forgets the one that waits', async () => {
    const bench = new Bench();
    bench.latest.ask('a');
    bench.latest.ask('b');
    bench.latest.stop();
    expect(bench.begun[0].signal.aborted).toBe(true);
    await bench.finish();
    expect(bench.wishes).toEqual(['a']);
  });

  test('does not touch what is wished afterwards', async () => {
    const bench = new Bench();
    bench.latest.ask('a');
    bench.latest.stop();
    bench.latest.ask('b');
    expect(bench.wishes).toEqual(['a']); // still one at a time
    await bench.finish();
    expect(bench.wishes).toEqual(['a', 'b']);
    expect(bench.begun[1].signal.aborted).toBe(false);
  });

  test('without any work does nothing', () => {
    const bench = new Bench();
    bench.latest.stop();
    bench.latest.ask('a');
    expect(bench.begun[0].signal.aborted).toBe(false);
  });
});
