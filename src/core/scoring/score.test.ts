import { describe, expect, test } from 'vitest';
import { Failure, failure, isStopped } from '../errors';
import { FakeBackend, type Bend } from '../fakes';
import type { Window } from '../perplexity/windows';
import type { Backend } from './backend';
import { selfTestConfig } from './fixed-model';
import { score, type WindowScores } from './score';
import { Pace, unwatched, type Progress, type Watch } from './watch';

const run = 64;
/** A device whose NLL of a target is a tenth of its id and whose gap is its id; `bend` spoils a batch's scores. */
const device = (bend?: Bend): FakeBackend => new FakeBackend(run, bend);

const full = (count: number): Window[] =>
  Array.from({ length: count }, (_, w) => ({ tokens: new Array<number>(run).fill(1), targets: Array.from({ length: run }, (_, i) => w + i + 1), from: run - 2 }));

function scoreWith(backend: Backend, windows: Window[], watch: Watch = unwatched): Promise<WindowScores[]> {
  return score(backend, selfTestConfig, windows.map((window) => [window]), 'my soup', (batches) => new Pace(watch, 'Scoring', batches), watch);
}

async function refusal(scoring: Promise<unknown>): Promise<Failure> {
  const thrown: unknown = await scoring.then(() => 'nothing', (error: unknown) => error);
  if (!(thrown instanceof Failure)) throw new Error(`expected a Failure, got ${String(thrown)}`);
  return thrown;
}

describe('scoring windows', () => {
  test('gives each window its own scores, in the order given', async () => {
    const scores = await scoreWith(device(), [{ tokens: [1, 2], targets: [20, 30], from: 1 }, ...full(2), { tokens: [1], targets: [50], from: 0 }]);
    expect(scores.map(({ gap }) => [...gap])).toEqual([[30], [63, 64], [64, 65], [50]]);
    expect([...scores[0].nll]).toEqual([3]);
  });

  test('asks the device for nothing but runs', async () => {
    const backend = device();
    await scoreWith(backend, full(2));
    expect(backend.runs).toHaveLength(2);
    expect([backend.sessions, backend.merges]).toEqual([0, []]);
  });

  test('of no window asks the device for nothing', async () => {
    const backend = device();
    expect(await scoreWith(backend, [])).toEqual([]);
    expect(backend.runs).toEqual([]);
  });

  test('tells its progress from 0 to 1, never backwards', async () => {
    const told: Progress[] = [];
    await scoreWith(device(), full(5), { onProgress: (progress) => told.push(progress), checkStopped: () => undefined });
    expect(told.map(({ done }) => done)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(told.at(-1)?.secondsLeft).toBe(0);
  });
});

describe('Stop', () => {
  test('that arrives as a message between two batches ends the scoring before the next', async () => {
    const backend = device();
    let stopped = false;
    const watch: Watch = {
      // what a button does: a task of its own, which only runs when the scoring lets go of the thread
      onProgress: ({ done }) => void (done === 0.4 && setImmediate(() => (stopped = true))),
      checkStopped: () => {
        if (stopped) throw failure('stopped');
      },
    };
    const thrown = await refusal(scoreWith(backend, full(5), watch));
    expect(isStopped(thrown)).toBe(true);
    expect(backend.runs.length).toBeGreaterThanOrEqual(2);
    expect(backend.runs.length).toBeLessThan(5);
  });

  test('during the last batch refuses the late result', async () => {
    let stopped = false;
    const backend = device(() => (stopped = true));
    const watch: Watch = {
      onProgress: () => undefined,
      checkStopped: () => {
        if (stopped) throw failure('stopped');
      },
    };
    expect((await refusal(scoreWith(backend, full(1), watch))).code).toBe('stopped');
  });
});

describe('what no model can have scored is refused', () => {
  test.each([NaN, Infinity, -Infinity])('%d among the scores, in any batch', async (value) => {
    for (const bad of [0, 2]) {
      const failed = await refusal(scoreWith(device(({ nll }, batch) => void (batch === bad && (nll[run - 1] = value))), full(3)));
      expect(failed.code).toBe('scores-not-finite');
      expect(failed.message).toMatch(/my soup/);
    }
  });

  test('nothing but zeros, which a lost device returns', async () => {
    const failed = await refusal(scoreWith(device(({ nll }, batch) => void (batch === 1 && nll.fill(0))), full(3)));
    expect(failed.code).toBe('scores-not-finite');
    expect(failed.message).toMatch(/zeros/);
  });

  test('but a single token may be so certain that its NLL rounds to 0', async () => {
    const certain = { tokens: [1, 2], targets: [0, 0], from: 1 };
    const scores = await scoreWith(device(), [certain, { tokens: [3], targets: [4], from: 0 }]);
    expect([...scores[0].nll]).toEqual([0]);
  });

  test('and what stands in the padding is nobody’s score', async () => {
    const scores = await scoreWith(device(({ nll }) => nll.fill(NaN, 32)), [{ tokens: [1, 2], targets: [5, 6], from: 0 }]);
    expect([...scores[0].gap]).toEqual([5, 6]);
  });
});
