/** What is still to be packed, and what of it fills a room best. */
import type { Window } from '../perplexity/windows';

/** What goes into one row together. */
export interface Unit {
  windows: { index: number; window: Window }[];
  /** tokens it takes in a row of its own */
  size: number;
}

/**
 * Units that share this many first tokens are worth having in one row. Measured on PIQA and WinoGrande with two tokenizers: fewer
 * tokens computed than with 8 or 12, and padding of 1.4 to 2.6 % where rows hold 128.
 */
const kinTokens = 4;
/** Which sizes fill a room exactly is only asked of rooms up to this: a larger one takes the largest unit, and asks again. */
const exactRoom = 256;

export class Pool {
  /** the units of each size, the next one last */
  readonly #bySize = new Map<number, Unit[]>();
  readonly #kin = new Map<string, Unit[]>();
  readonly #taken = new Set<Unit>();
  readonly #sizes: number[];

  constructor(units: Unit[]) {
    for (const unit of [...units].reverse()) {
      listIn(this.#bySize, unit.size).push(unit);
      listIn(this.#kin, kinship(unit)).push(unit);
    }
    this.#sizes = [...this.#bySize.keys()].sort((a, b) => b - a);
  }

  largest(): Unit | undefined {
    return this.#next(this.#left()[0]);
  }

  /** The others that begin like this one, those that came first first. */
  kin(unit: Unit): Unit[] {
    return listIn(this.#kin, kinship(unit)).filter((other) => !this.#taken.has(other)).reverse();
  }

  /** A unit of a set that fills the room as far as any set does. */
  filling(room: number): Unit | undefined {
    const sizes = this.#left().filter((size) => size <= room && this.#count(size) > 0);
    return this.#next(room > exactRoom ? sizes[0] : memberOfFullest(sizes.map((size) => [size, this.#count(size)]), room));
  }

  take(unit: Unit): true {
    this.#taken.add(unit);
    return true;
  }

  #left(): number[] {
    while (this.#sizes.length > 0 && this.#count(this.#sizes[0]) === 0) this.#sizes.shift();
    return this.#sizes;
  }

  /** How many untaken units of a size there are; kin are taken out of turn, and cleared away here. */
  #count(size: number): number {
    const units = this.#bySize.get(size) as Unit[];
    while (units.length > 0 && this.#taken.has(units[units.length - 1])) units.pop();
    return units.length;
  }

  #next(size: number | undefined): Unit | undefined {
    return size === undefined ? undefined : this.#bySize.get(size)?.at(-1);
  }
}

/**
 * Subset sum over sizes of which there are several each.
 * @param counts sizes, and how many units have each
 * @returns a size of the set whose sum comes closest to the room without exceeding it; undefined where none fits
 */
function memberOfFullest(counts: [size: number, count: number][], room: number): number | undefined {
  const member = new Int32Array(room + 1).fill(-1); // the size by which a sum was first reached
  member[0] = 0;
  for (const [size, count] of counts) {
    const used = new Int32Array(room + 1); // of this size, on the way to a sum
    for (let sum = size; sum <= room; sum++) {
      if (member[sum] >= 0 || member[sum - size] < 0 || used[sum - size] >= count) continue;
      member[sum] = size;
      used[sum] = used[sum - size] + 1;
    }
  }
  const fullest = member.findLastIndex((size) => size > 0);
  return fullest < 0 ? undefined : member[fullest];
}

function kinship({ windows }: Unit): string {
  return windows[0].window.tokens.slice(0, kinTokens).join(' ');
}

function listIn<K, V>(lists: Map<K, V[]>, key: K): V[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
