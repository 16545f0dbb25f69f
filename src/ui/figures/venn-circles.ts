/** Circles whose areas and pairwise overlaps are in proportion to counts. */
import type { Box, Point } from './labels';
import { sharedBy, type Regions } from './venn-regions';

export interface Circle extends Point {
  r: number;
}

/** The area that two circles share, their centres a distance apart. */
export function lensArea(a: number, b: number, distance: number): number {
  if (distance >= a + b) return 0;
  if (distance <= Math.abs(a - b)) return Math.PI * Math.min(a, b) ** 2;
  return segment(a, (distance ** 2 + a ** 2 - b ** 2) / (2 * distance)) + segment(b, (distance ** 2 + b ** 2 - a ** 2) / (2 * distance));
}

/** What a chord cuts off a circle, the chord this far from the centre, negative beyond it. */
function segment(r: number, chord: number): number {
  const cosine = Math.min(Math.max(chord / r, -1), 1);
  return r ** 2 * (Math.acos(cosine) - cosine * Math.sqrt(1 - cosine ** 2));
}

/** How far apart two circles share this area, by bisection: the lens shrinks with distance. */
export function distanceFor(a: number, b: number, area: number): number {
  let [near, far] = [Math.abs(a - b), a + b];
  for (let i = 0; i < 60; i++) {
    const middle = (near + far) / 2;
    if (lensArea(a, b, middle) > area) near = middle;
    else far = middle;
  }
  return far;
}

/** Three lengths that close to a triangle: where one is too long for that, it and the two others give way by a third each. */
function closed(lengths: number[]): number[] {
  const longest = Math.max(...lengths);
  const excess = Math.max(0, 2 * longest - lengths.reduce((a, b) => a + b, 0));
  return lengths.map((length) => length + (length === longest ? -excess : excess) / 3);
}

/** Circles whose area is their number of items: the first two side by side, a third below or between them. */
export function circlesOf(regions: Regions): Circle[] {
  const radius = (i: number) => Math.sqrt(sharedBy(regions, 1 << i) / Math.PI);
  const apart = (i: number, j: number) => distanceFor(radius(i), radius(j), sharedBy(regions, (1 << i) | (1 << j)));
  const first = { x: 0, y: 0, r: radius(0) };
  if (regions.length === 4) return centred([first, { x: apart(0, 1), y: 0, r: radius(1) }]);
  const [ab, ac, bc] = closed([apart(0, 1), apart(0, 2), apart(1, 2)]);
  const x = ab > 1e-9 ? (ab ** 2 + ac ** 2 - bc ** 2) / (2 * ab) : ac;
  const y = Math.sqrt(Math.max(0, ac ** 2 - x ** 2));
  return centred([first, { x: ab, y: 0, r: radius(1) }, { x, y, r: radius(2) }]);
}

function centred(circles: Circle[]): Circle[] {
  const { left, top, right, bottom } = boundsOf(circles);
  return circles.map(({ x, y, r }) => ({ x: x - (left + right) / 2, y: y - (top + bottom) / 2, r }));
}

export function boundsOf(circles: Circle[]): Box {
  const drawn = circles.filter(({ r }) => r > 0);
  if (drawn.length === 0) return { left: 0, top: 0, right: 0, bottom: 0 };
  return {
    left: Math.min(...drawn.map(({ x, r }) => x - r)),
    top: Math.min(...drawn.map(({ y, r }) => y - r)),
    right: Math.max(...drawn.map(({ x, r }) => x + r)),
    bottom: Math.max(...drawn.map(({ y, r }) => y + r)),
  };
}
