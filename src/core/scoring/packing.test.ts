import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Window } from '../perplexity/windows';
import { pack, Tree, type Group, type PackedRow } from './packing';

const lengths = [16, 32, 64];

/** A row of text whose tokens after the context are scored: `targets` are the tokens themselves, one later. */
function windowOf(context: number[], continuation: number[]): Window {
  const row = [...context, ...continuation];
  return { tokens: row.slice(0, -1), targets: row.slice(1), from: context.length - 1 };
}

/** What a token on its way sees of a tree. */
function ancestors(tree: Tree, place: number): number[] {
  return place < 0 ? [] : [...ancestors(tree, tree.parents[place]), tree.tokens[place]];
}

const token = fc.nat(3); // few tokens, so that much is shared
const group: fc.Arbitrary<Group> = fc
  .tuple(fc.array(token, { minLength: 1, maxLength: 12 }), fc.array(fc.tuple(fc.array(token, { maxLength: 3 }), fc.array(token, { minLength: 1, maxLength: 12 })), { minLength: 1, maxLength: 5 }))
  .map(([context, choices]) => choices.map(([end, continuation]) => windowOf([...context, ...end], continuation)));

describe('a packed row', () => {
  test('shows each token of a window what stands before it, at its position, and asks for its target', () => {
    const property = fc.property(fc.array(group, { maxLength: 12 }), (groups) => {
      const windows = groups.flat();
      const found: number[] = [];
      for (const { tree, windows: placed } of pack(groups, 16, lengths)) {
        for (const { index, places } of placed) {
          const { tokens, targets, from } = windows[index];
          found.push(index);
          places.forEach((place, i) => {
            expect(ancestors(tree, place)).toEqual(tokens.slice(0, i + 1));
            expect(tree.depths[place]).toBe(i);
            if (i >= from) expect(tree.targets[place]).toBe(targets[i]);
          });
        }
      }
      expect(found.sort((a, b) => a - b)).toEqual(windows.map((_, i) => i));
    });
    fc.assert(property);
  });

  test('holds no more than its length, of the lengths there are, each token after its parent', () => {
    const property = fc.property(fc.array(group, { maxLength: 12 }), (groups) => {
      for (const { tree, length } of pack(groups, 16, lengths)) {
        expect(lengths).toContain(length);
        expect(tree.size).toBeGreaterThan(0);
        expect(tree.size).toBeLessThanOrEqual(length);
        tree.parents.forEach((parent, place) => expect(parent).toBeLessThan(place));
      }
    });
    fc.assert(property);
  });
});

describe('packing', () => {
  const one = (groups: Group[], usual = 16): PackedRow => {
    const rows = pack(groups, usual, lengths);
    expect(rows).toHaveLength(1);
    return rows[0];
  };

  test('computes what choices share once, but for the token from which both are scored', () => {
    // 1 2 3 | 4 5  and  1 2 3 | 6 7: the last token of each is not computed, and 3 is, twice
    expect(one([[windowOf([1, 2, 3], [4, 5]), windowOf([1, 2, 3], [6, 7])]]).tree.tokens).toEqual([1, 2, 3, 4, 3, 6]);
  });

  test('shares the beginning of continuations as well, with their targets', () => {
    expect(one([[windowOf([1], [2, 3, 4, 5]), windowOf([1], [2, 3, 6, 7])]]).tree.tokens).toEqual([1, 2, 3, 4, 3, 6]);
  });

  test('shares a beginning between items', () => {
    const tree = one([[windowOf([9, 9, 1], [2, 3])], [windowOf([9, 9, 5], [6, 7])]]).tree;
    expect(tree.tokens).toEqual([9, 9, 1, 2, 5, 6]);
  });

  test('puts items together that share most', () => {
    const shots = (first: number): number[] => Array.from({ length: 10 }, (_, i) => first + i);
    const groups = [100, 200, 100, 200].map((first, i) => [windowOf([...shots(first), 50 + i], [i])]);
    const rows = pack(groups, 16, lengths).map(({ windows }) => windows.map(({ index }) => index));
    expect(rows).toEqual([[0, 2], [1, 3]]);
  });

  test('lets choices part where they do not fit one row together', () => {
    const choice = (first: number): Window => windowOf(Array.from({ length: 50 }, (_, i) => first + i), [1]);
    expect(pack([[choice(100), choice(200)]], 16, lengths).map(({ length }) => length)).toEqual([64, 64]);
  });

  test('fills long rows with many groups of a few sizes and beginnings', () => {
    const groups = Array.from({ length: 200 }, (_, i) => [windowOf(Array.from({ length: 5 + (i % 3) }, (_, k) => (k < 4 ? i % 7 : i)), [i, 1])]);
    const rows = pack(groups, 1024, [1024]);
    expect(rows.flatMap(({ windows }) => windows)).toHaveLength(200);
  });

  test('of an empty group makes no row', () => {
    expect(pack([[]], 16, lengths)).toEqual([]);
  });
});
