/**
 * A Venn diagram of two or three sets, known by the counts of their regions: circles (venn-circles.ts), their counts (venn-labels.ts),
 * and how large all of it is drawn.
 */
import type { Point } from './labels';
import { own } from './own';
import { boundsOf, circlesOf, type Circle } from './venn-circles';
import { labelsOf, pointsWithin, type RegionLabel } from './venn-labels';
import { unionOf, type Regions } from './venn-regions';

/** In pixels, the middle of the circles at the origin. */
export interface Layout {
  scale: number;
  circles: Circle[];
  labels: RegionLabel[];
  top: number;
  bottom: number;
  fits: boolean;
}

export const panelGap = 24;
/** Two diagrams beside each other need this much. */
const besideFrom = 520;
/** A diagram is not drawn larger than this, pixels. */
const largest = 210;
/** How much of the room it is drawn at least, labels lost or not. Of 92,000 drawings of random counts none needed less than 0.52. */
const smallest = 1 / 3;

export function columnsOf(width: number): { columns: 1 | 2; panel: number } {
  return width < besideFrom ? { columns: 1, panel: width } : { columns: 2, panel: (width - panelGap) / 2 };
}

/** The largest drawing whose labels find room in a width, not larger than a scale (pixels per root of an item). */
function fit(regions: Regions, width: number, scale = Infinity): Layout {
  const circles = circlesOf(regions);
  const { right, bottom } = boundsOf(circles);
  const start = Math.min(scale, width / Math.max(2 * right, 1), largest / Math.max(2 * bottom, 1));
  const points = pointsWithin(circles);
  for (let size = start; ; size *= 0.96) {
    const layout = layoutAt(regions, circles, points, size, width);
    if (layout.fits || size < start * smallest) return layout;
  }
}

/**
 * Both diagrams of a figure: an item has the same area in both, except that one which would be less than half as wide as it
 * could be is drawn half as wide.
 */
export function fitBoth(pair: [Regions, Regions], width: number): [Layout, Layout] {
  const own = pair.map((regions) => fit(regions, width));
  const common = Math.min(...pair.flatMap((regions, i) => (unionOf(regions) > 0 ? [own[i].scale] : [])));
  const [a, b] = pair.map((regions, i) => {
    const scale = Math.max(common, own[i].scale / 2);
    return scale === own[i].scale ? own[i] : fit(regions, width, scale);
  });
  return [a, b];
}

function layoutAt(regions: Regions, unit: Circle[], unitPoints: Point[], scale: number, width: number): Layout {
  const circles = unit.map(({ x, y, r }) => ({ x: x * scale, y: y * scale, r: r * scale }));
  const points = unitPoints.map(({ x, y }) => ({ x: x * scale, y: y * scale }));
  const { labels, lost } = labelsOf(regions, circles, points, width);
  const bounds = boundsOf(circles);
  return {
    scale,
    circles,
    labels,
    top: Math.min(bounds.top, ...labels.map(({ box }) => box.top)),
    bottom: Math.max(bounds.bottom, ...labels.map(({ box }) => box.bottom)),
    fits: lost === 0,
  };
}

/** Colours as given, but no two alike: circles of one colour could not be told apart. */
export function distinctColours(models: string[], given: Record<string, string>): string[] {
  const spare = ['var(--earlier)', 'var(--later)', 'var(--weighted)'];
  const used: string[] = [];
  for (const model of models) {
    const wish = own(given, model);
    const colour = wish !== undefined && !used.includes(wish) ? wish : undefined;
    const free = spare.find((each) => !used.includes(each) && !models.some((other) => own(given, other) === each));
    used.push(colour ?? free ?? spare.find((each) => !used.includes(each)) ?? 'var(--ink)');
  }
  return used;
}
