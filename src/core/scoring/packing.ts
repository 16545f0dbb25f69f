/**
 * Many windows in one row. What windows have in common from their beginning is computed once: a row holds a tree of tokens,
 * each of which attends to the tokens on its way to the root and to nothing else, at the position its depth gives it.
 * Every window then scores as it would alone (https://arxiv.org/abs/2107.02027 packs whole sequences; trees are the same idea).
 */
import type { Window } from '../perplexity/windows';
import { Pool, type Unit } from './packing-pool';

/** Windows that belong into the same row, such as the choices of an item. */
export type Group = Window[];

const unscored = -1;

/** One row: the tokens of a tree, parents before children. */
export class Tree {
  readonly tokens: number[] = [];
  /** the token that follows and is scored, or -1 */
  readonly targets: number[] = [];
  /** the place of the token before, or -1 at a beginning */
  readonly parents: number[] = [];
  readonly depths: number[] = [];
  #children: number[][] = [];
  #roots: number[] = [];

  copy(): Tree {
    const copy = new Tree();
    copy.tokens.push(...this.tokens);
    copy.targets.push(...this.targets);
    copy.parents.push(...this.parents);
    copy.depths.push(...this.depths);
    copy.#children = this.#children.map((places) => [...places]);
    copy.#roots = [...this.#roots];
    return copy;
  }

  get size(): number {
    return this.tokens.length;
  }

  /** How many of a window's first tokens are here already. */
  shared({ tokens, targets, from }: Window): number {
    let place = -1;
    for (let i = 0; i < tokens.length; i++) {
      place = this.#find(place, tokens[i], i < from ? unscored : targets[i]);
      if (place < 0) return i;
    }
    return tokens.length;
  }

  /** Adds a window. @returns the place of each of its tokens */
  add({ tokens, targets, from }: Window): number[] {
    const places: number[] = [];
    let place = -1;
    tokens.forEach((token, i) => {
      const target = i < from ? unscored : targets[i];
      const shared = this.#find(place, token, target);
      place = shared < 0 ? this.#append(place, token) : shared;
      if (target !== unscored) this.targets[place] = target;
      places.push(place);
    });
    return places;
  }

  /** A token is shared where it stands after the same beginning and is not already scored on another target: a place has one. */
  #find(parent: number, token: number, target: number): number {
    for (const child of parent < 0 ? this.#roots : this.#children[parent]) {
      const free = target === unscored || this.targets[child] === unscored || this.targets[child] === target;
      if (this.tokens[child] === token && free) return child;
    }
    return -1;
  }

  #append(parent: number, token: number): number {
    const place = this.size;
    this.tokens.push(token);
    this.targets.push(unscored);
    this.parents.push(parent);
    this.depths.push(parent < 0 ? 0 : this.depths[parent] + 1);
    this.#children.push([]);
    (parent < 0 ? this.#roots : this.#children[parent]).push(place);
    return place;
  }
}

/** A row of a fixed length, what is in it, and where. */
export interface PackedRow {
  length: number;
  tree: Tree;
  /** index of a window, and the place of each of its tokens */
  windows: { index: number; places: number[] }[];
}

/**
 * Packs groups into rows. Each row takes the largest group left, then those that begin like it, and is filled with groups whose
 * sizes come closest to what room remains.
 * @param usual the length of a row; a larger group takes the next of `lengths`
 * @param lengths the row lengths there are, ascending; the last holds any single window
 * @returns rows, longest first; `index` counts windows through all groups, in the order given
 */
export function pack(groups: Group[], usual: number, lengths: number[]): PackedRow[] {
  const pool = new Pool(units(groups, lengths[lengths.length - 1]));
  const rows: PackedRow[] = [];
  for (let first = pool.largest(); first; first = pool.largest()) {
    const least = Math.max(first.size, usual);
    const row: PackedRow = { length: lengths.find((length) => length >= least) as number, tree: new Tree(), windows: [] };
    const take = (unit: Unit): boolean => place(unit, row) && pool.take(unit);
    take(first);
    pool.kin(first).forEach(take);
    for (let next = pool.filling(row.length - row.tree.size); next && take(next); ) next = pool.filling(row.length - row.tree.size);
    rows.push(row);
  }
  return rows;
}

/** A group is a unit, but for one that would fit no row: that falls into its windows. */
function units(groups: Group[], longest: number): Unit[] {
  let index = 0;
  const found = groups.flatMap((group): Unit[] => {
    const windows = group.map((window) => ({ index: index++, window }));
    const size = sizeOf(group);
    return size <= longest ? [{ windows, size }] : windows.map((each) => ({ windows: [each], size: each.window.tokens.length }));
  });
  return found.filter(({ windows }) => windows.length > 0);
}

function sizeOf(group: Group): number {
  const tree = new Tree();
  for (const window of group) tree.add(window);
  return tree.size;
}

/** Puts a unit into a row if it fits: a place of the row may be scored on another target already, so that less is shared than seemed. */
function place({ windows, size }: Unit, row: PackedRow): boolean {
  if (row.tree.size + size - row.tree.shared(windows[0].window) > row.length) return false;
  const tree = row.tree.copy();
  const placed = windows.map(({ index, window }) => ({ index, places: tree.add(window) }));
  if (tree.size > row.length) return false;
  row.tree = tree;
  row.windows.push(...placed);
  return true;
}
