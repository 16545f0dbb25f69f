import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Window } from '../perplexity/windows';
import { planBatches, rowLengths, unpack } from './batches';

/** Windows whose every position is told apart by its token, `from` anywhere up to the end. */
function windowsOf(shapes: [length: number, from: number][]): Window[] {
  let next = 1;
  return shapes.map(([length, from]) => {
    const tokens = Array.from({ length }, () => next++);
    return { tokens, targets: tokens.map((token) => token + 1_000_000), from: Math.min(from, length) };
  });
}

const tokensPerRun = fc.constantFrom(32, 64, 128, 256, 512, 1024);
const plans = tokensPerRun.chain((run) => fc.tuple(fc.constant(run), fc.array(fc.tuple(fc.nat(run), fc.nat(run)), { maxLength: 40 })));

describe('planning batches', () => {
  test('brings the scores of every window back to it, only those it asked for, in order', () => {
    const property = fc.property(plans, ([run, shapes]) => {
      const windows = windowsOf(shapes);
      const found = new Map<number, { nll: number[]; gap: number[] }>();
      for (const batch of planBatches(windows, run)) {
        // a device whose scores tell which token met which target
        const scores = { nll: Float32Array.from(batch.tokens), gap: Float32Array.from(batch.targets) };
        for (const [index, { nll, gap }] of unpack(windows, batch, scores)) {
          expect(found.has(index)).toBe(false);
          found.set(index, { nll: [...nll], gap: [...gap] });
        }
      }
      expect(found.size).toBe(windows.length);
      windows.forEach(({ tokens, targets, from }, i) => expect(found.get(i)).toEqual({ nll: tokens.slice(from), gap: targets.slice(from) }));
    });
    fc.assert(property);
  });

  test('fills every batch exactly, with rows of a few lengths that divide it', () => {
    const property = fc.property(plans, ([run, shapes]) => {
      for (const { rows, length, tokens, targets, windows } of planBatches(windowsOf(shapes), run)) {
        expect(rows * length).toBe(run);
        expect([tokens.length, targets.length]).toEqual([run, run]);
        expect(rowLengths(run)).toContain(length);
        expect(windows.length).toBeGreaterThan(0);
        expect(windows.length).toBeLessThanOrEqual(rows);
      }
    });
    fc.assert(property);
  });

  test('uses the shortest row that holds its windows, and as few batches as those rows need', () => {
    const batches = planBatches(windowsOf([[40, 0], [5, 0], [128, 0], [33, 0], [32, 0], [1, 0]]), 128);
    expect(batches.map(({ length, windows }) => [length, windows])).toEqual([
      [128, [2]],
      [64, [0, 3]],
      [32, [4, 1, 5]],
    ]);
  });

  test('never makes a later batch longer than an earlier one', () => {
    const property = fc.property(plans, ([run, shapes]) => {
      const lengths = planBatches(windowsOf(shapes), run).map(({ length }) => length);
      expect(lengths).toEqual([...lengths].sort((a, b) => b - a));
    });
    fc.assert(property);
  });

  test('pads on the right with token 0, and no windows make no batches', () => {
    const [{ tokens }] = planBatches([{ tokens: [7, 8], targets: [8, 9], from: 0 }], 32);
    expect([...tokens]).toEqual([7, 8, ...new Array<number>(30).fill(0)]);
    expect(planBatches([], 512)).toEqual([]);
  });
});

test('row lengths are the powers of two from 32 to the run', () => {
  expect(rowLengths(512)).toEqual([32, 64, 128, 256, 512]);
  expect(rowLengths(32)).toEqual([32]);
});
