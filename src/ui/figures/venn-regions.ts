/** The items of two or three sets, by which of the sets hold them. */
import { listed } from '../../core/listed';

/** Items per region. The place says which: bit i is set where set i takes part, so place 0 is outside all of them. */
export type Regions = number[];

/** @param sets which items each of them holds */
export function regionsOf(sets: boolean[][]): Regions {
  const regions: Regions = new Array<number>(2 ** sets.length).fill(0);
  sets[0]?.forEach((_, item) => regions[sets.reduce((mask, set, i) => mask | (set[item] ? 1 << i : 0), 0)]++);
  return regions;
}

export function membersOf(mask: number, sets: number): number[] {
  return Array.from({ length: sets }, (_, i) => i).filter((i) => mask & (1 << i));
}

/** Items that lie in all sets of the mask, and perhaps in others. */
export function sharedBy(regions: Regions, mask: number): number {
  return regions.reduce((sum, count, region) => sum + ((region & mask) === mask ? count : 0), 0);
}

export function unionOf(regions: Regions): number {
  return sharedBy(regions, 0) - regions[0];
}

/** Every region in words, those of most models first. */
export function sentenceOf(what: string, models: string[], regions: Regions): string {
  const sizes = regions.map((_, mask) => membersOf(mask, models.length));
  const masks = regions.map((_, mask) => mask).sort((a, b) => sizes[b].length - sizes[a].length || a - b);
  const parts = masks.map((mask) => `${regions[mask]} by ${whoOf(sizes[mask].map((i) => models[i]), models.length)}`);
  return `Of ${sharedBy(regions, 0)} items, answered ${what}: ${parts.join('; ')}.`;
}

function whoOf(names: string[], all: number): string {
  if (names.length === 0) return 'none of them';
  if (names.length === 1) return `${names[0]} alone`;
  return names.length < all ? `${listed(names)} only` : all === 2 ? `both ${listed(names)}` : `all of ${listed(names)}`;
}
