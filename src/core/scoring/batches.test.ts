import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Window } from '../perplexity/windows';
import { planBatches, rowLengths, unpack } from './batches';
import type { Group } from './packing';

/** Windows whose every position is told apart by its token, `from` anywhere up to the end. */
function groupsOf(shapes: [length: number, from: number][]): Group[] {
  let next = 1;
  return shapes.map(([length, from]): Window[] => {
    const tokens = Array.from({ length }, () => next++);
    return [{ tokens, targets: tokens.map((token) => token + 1_000_000), from: Math.min(from, length) }];
  });
}

const tokensPerRun = fc.constantFrom(32, 64, 128, 256, 512, 1024);
const plans = tokensPerRun.chain((run) => fc.tuple(fc.constant(run), fc.array(fc.tuple(fc.nat(run), fc.nat(run)), { maxLength: 40 })));

describe('planning batches', () => {
  test('brings the scores of every window back to it, only those it asked for, in order', () => {
    const property = fc.property(plans, ([run, shapes]) => {
      const groups = groupsOf(shapes);
      const windows = groups.flat();
      const found = new Map<number, { nll: number[]; gap: number[] }>();
      for (const batch of planBatches(groups, run)) {
        // a device whose scores tell which token met which target
        const scores = { nll: Float32Array.from(batch.tokens), gap: Float32Array.from(batch.targets) };
        for (const [index, { nll, gap }] of unpack(windows, batch, scores)) {
          expect(found.has(index)).toBe(false);
          found.set(index, { nll: [...nll], gap: [...gap] });
        }
      }
      windows.forEach(({ tokens, targets, from }, i) => {
        if (tokens.length > 0) expect(found.get(i)).toEqual({ nll: tokens.slice(from), gap: targets.slice(from) });
      });
    });
    fc.assert(property);
  });

  test('fills every batch exactly, with rows of a few lengths that divide it, longest first', () => {
    const property = fc.property(plans, ([run, shapes]) => {
      const batches = planBatches(groupsOf(shapes), run);
      for (const { rows, length, tokens, targets, positions, bias, packed } of batches) {
        expect(rows * length).toBe(run);
        expect([tokens.length, targets.length, positions.length, bias.length]).toEqual([run, run, run, run * length]);
        expect(rowLengths(run)).toContain(length);
        expect(packed.length).toBeGreaterThan(0);
        expect(packed.length).toBeLessThanOrEqual(rows);
      }
      const lengths = batches.map(({ length }) => length);
      expect(lengths).toEqual([...lengths].sort((a, b) => b - a));
    });
    fc.assert(property);
  });

  test('lets a token see itself and what stands before it in its own window, and nothing else', () => {
    const [{ length, tokens, positions, bias }] = planBatches([[{ tokens: [7, 8, 9], targets: [8, 9, 1], from: 2 }, { tokens: [7, 8, 5], targets: [8, 5, 2], from: 2 }]], 32, 32);
    expect([...tokens.slice(0, 5)]).toEqual([7, 8, 9, 5, 0]);
    expect([...positions.slice(0, 5)]).toEqual([0n, 1n, 2n, 2n, 0n]);
    const seen = (i: number): number[] => [...bias.subarray(i * length, (i + 1) * length)].flatMap((value, j) => (value === 0 ? [j] : []));
    expect([0, 1, 2, 3, 4].map(seen)).toEqual([[0], [0, 1], [0, 1, 2], [0, 1, 3], []]);
    expect(new Set(bias)).toEqual(new Set([0, Math.fround(-1e9)]));
  });

  test('of no windows makes no batches', () => {
    expect(planBatches([], 512)).toEqual([]);
  });
});

test('row lengths are the powers of two from 128 to the run', () => {
  expect(rowLengths(512)).toEqual([128, 256, 512]);
  expect(rowLengths(64)).toEqual([64]);
});
