import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overlaps } from './labels';
import { columnsOf, distinctColours, fitBoth, type Layout } from './venn';
import { circlesOf, distanceFor, lensArea, type Circle } from './venn-circles';
import { regionsOf, sentenceOf, sharedBy, unionOf, type Regions } from './venn-regions';

const names = ['earlier', 'later', 'merged'];
const counts = fc.oneof(fc.constant(0), fc.nat(5), fc.nat(2000));
const three: fc.Arbitrary<Regions> = fc.array(counts, { minLength: 8, maxLength: 8 });
const two: fc.Arbitrary<Regions> = fc.array(counts, { minLength: 4, maxLength: 4 });
/** Most items alike, as of neighbouring checkpoints. */
const alike = fc.tuple(fc.integer({ min: 100, max: 1500 }), fc.array(fc.nat(30), { minLength: 6, maxLength: 6 })).map(([all, few]) => [600, ...few, all]);
const widths = fc.integer({ min: 280, max: 560 });

/** Index: bit 0 the earlier checkpoint, bit 1 the later, bit 2 the soup. */
const told: [string, Regions][] = [
  ['1838 items, 95 % alike', [510, 22, 19, 9, 8, 20, 23, 1227]],
  ['300 items', [85, 4, 3, 2, 2, 3, 4, 197]],
  ['identical', [93, 0, 0, 0, 0, 0, 0, 207]],
  ['nested', [50, 0, 60, 0, 0, 0, 90, 100]],
  ['disjoint', [100, 60, 70, 0, 70, 0, 0, 0]],
  ['one within another, a third apart', [10, 40, 0, 30, 50, 0, 0, 0]],
  ['no set at all', [30, 0, 0, 0, 0, 0, 0, 0]],
  ['an empty set', [30, 0, 5, 0, 9, 0, 80, 0]],
  ['only shared by two', [9, 0, 0, 20, 0, 20, 20, 0]],
  ['rarely right', [1800, 6, 5, 4, 3, 5, 6, 9]],
  ['labels that find room in another order only', [2, 1, 1, 322, 2, 1, 3, 772]],
  ['two, alike', [88, 6, 8, 198]],
  ['two, one within the other', [88, 0, 8, 198]],
  ['two, disjoint', [88, 10, 200, 0]],
];

/** The same items, the wrong answers. */
function wrongOf(right: Regions): Regions {
  return right.map((_, mask) => right[right.length - 1 - mask]);
}

function lens(a: Circle, b: Circle): number {
  return lensArea(a.r, b.r, Math.hypot(a.x - b.x, a.y - b.y));
}

function expectReadable({ labels, circles, fits, top, bottom }: Layout, regions: Regions, width: number): void {
  expect(fits).toBe(true);
  expect(labels.map(({ mask }) => mask).sort((a, b) => a - b)).toEqual(regions.flatMap((count, mask) => (mask > 0 && count > 0 ? [mask] : [])));
  labels.forEach(({ box, leader, mask }, i) => {
    expect(box.left >= -width / 2 && box.right <= width / 2 && box.top >= top && box.bottom <= bottom).toBe(true);
    labels.slice(i + 1).forEach((other) => expect(overlaps(box, other.box)).toBe(false));
    const corners = [box.left, box.right].flatMap((x) => [box.top, box.bottom].map((y) => ({ x, y })));
    circles.forEach((circle, c) => {
      const within = corners.map(({ x, y }) => Math.hypot(x - circle.x, y - circle.y) < circle.r);
      expect(within).toEqual(corners.map(() => leader === null && (mask & (1 << c)) !== 0));
    });
  });
}

describe('regions', () => {
  it('counts each item once', () => {
    expect(regionsOf([[true, true, false, false], [true, false, true, false]])).toEqual([1, 1, 1, 1]);
    const answers = fc.array(fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()));
    fc.assert(
      fc.property(answers, (items) => {
        const regions = regionsOf([0, 1, 2].map((i) => items.map((item) => item[i])));
        expect(unionOf(regions)).toBe(items.filter((item) => item.includes(true)).length);
        expect(sharedBy(regions, 0)).toBe(items.length);
        expect(sharedBy(regions, 0b101)).toBe(items.filter((item) => item[0] && item[2]).length);
      }),
    );
  });

  it('are told in words, models by name', () => {
    expect(sentenceOf('right', names, [85, 4, 3, 2, 2, 3, 4, 197])).toBe(
      'Of 300 items, answered right: 197 by all of earlier, later and merged; 2 by earlier and later only; 3 by earlier and merged only; 4 by later and merged only; ' +
        '4 by earlier alone; 3 by later alone; 2 by merged alone; 85 by none of them.',
    );
    expect(sentenceOf('wrong', names.slice(0, 2), [198, 6, 8, 88])).toContain('88 by both earlier and later; 6 by earlier alone');
  });
});

describe('lensArea', () => {
  it('is what counting points gives', () => {
    const [a, b, distance, cell] = [1, 0.7, 0.9, 0.005];
    let area = 0;
    for (let x = -1; x < 1; x += cell) for (let y = -1; y < 1; y += cell) if (Math.hypot(x, y) < a && Math.hypot(x - distance, y) < b) area += cell ** 2;
    expect(lensArea(a, b, distance)).toBeCloseTo(area, 2);
  });

  it('is inverted by distanceFor', () => {
    const radius = fc.double({ min: 0.5, max: 50, noNaN: true });
    fc.assert(
      fc.property(radius, radius, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, share) => {
        const area = share * Math.PI * Math.min(a, b) ** 2;
        expect(Math.abs(lensArea(a, b, distanceFor(a, b, area)) - area)).toBeLessThan(1e-6 * Math.max(a, b) ** 2);
      }),
    );
  });
});

describe('circlesOf', () => {
  it('draws sets and the overlap of two in proportion', () => {
    fc.assert(
      fc.property(two, (regions) => {
        const [a, b] = circlesOf(regions);
        expect(Math.PI * a.r ** 2).toBeCloseTo(sharedBy(regions, 1), 6);
        expect(Math.abs(lens(a, b) - regions[3])).toBeLessThanOrEqual(0.01 * Math.max(regions[3], 1));
      }),
    );
  });

  it('draws the overlaps of three in proportion where a triangle can, and nearly where models are mostly alike', () => {
    const pairs = [[0, 1], [0, 2], [1, 2]];
    const shared = (regions: Regions, [i, j]: number[]) => sharedBy(regions, (1 << i) | (1 << j));
    fc.assert(
      fc.property(fc.oneof(three, alike), (regions) => {
        const circles = circlesOf(regions);
        const distances = pairs.map(([i, j]) => distanceFor(circles[i].r, circles[j].r, shared(regions, [i, j])));
        const closes = 2 * Math.max(...distances) <= distances[0] + distances[1] + distances[2];
        const mostlyAlike = regions[7] > 0.8 * unionOf(regions);
        for (const pair of pairs) {
          const error = Math.abs(lens(circles[pair[0]], circles[pair[1]]) - shared(regions, pair)) / Math.max(shared(regions, pair), 1);
          if (closes) expect(error).toBeLessThan(0.01);
          else if (mostlyAlike) expect(error).toBeLessThan(0.03);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('gives numbers for whatever counts', () => {
    fc.assert(fc.property(three, (regions) => circlesOf(regions).every(({ x, y, r }) => Number.isFinite(x + y + r))));
  });
});

describe('layouts', () => {
  const sizes = [280, 320, 420, 519, 520, 560, 900];

  it.each(told)('keep labels apart and where they belong: %s', (_, right) => {
    for (const width of sizes) {
      const { panel } = columnsOf(width);
      const layouts = fitBoth([right, wrongOf(right)], panel);
      expectReadable(layouts[0], right, panel);
      expectReadable(layouts[1], wrongOf(right), panel);
    }
  });

  it('keep labels apart whatever the counts', () => {
    fc.assert(
      fc.property(fc.oneof(three, two, alike), widths, (right, width) => {
        const { panel } = columnsOf(width);
        fitBoth([right, wrongOf(right)], panel).forEach((layout, i) => expectReadable(layout, [right, wrongOf(right)][i], panel));
      }),
      { numRuns: 60 },
    );
  });

  it('give an item the same area on both sides, unless one side would be tiny', () => {
    const [right, wrong] = fitBoth([told[0][1], wrongOf(told[0][1])], 400);
    expect(wrong.scale).toBeCloseTo(right.scale, 6);
    const [rare, common] = fitBoth([told[9][1], wrongOf(told[9][1])], 400);
    expect(rare.scale).toBeGreaterThan(common.scale);
  });
});

describe('distinctColours', () => {
  it('keeps the given ones and never repeats one', () => {
    expect(distinctColours(names, { later: 'var(--later)', merged: 'var(--weighted)' })).toEqual(['var(--earlier)', 'var(--later)', 'var(--weighted)']);
    const one = distinctColours(names, { earlier: 'var(--uniform)', later: 'var(--uniform)', merged: 'var(--uniform)' });
    expect(new Set(one).size).toBe(3);
  });
});
