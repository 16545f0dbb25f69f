/**
 * The geometry of a Venn diagram of two or three sets, known by the counts of their regions.
 *
 * Areas of circles and of pairwise overlaps are in proportion to counts. Models agree on most items, so most regions are
 * crescents a few pixels wide: a count that does not fit stands outside, at the end of a line from the deepest point.
 */
import { listed } from '../../core/listed';
import { count as countText } from '../numbers';
import { lineHeight, overlaps, textWidth, type Box, type Point } from './labels';
import { own } from './own';

/** Items per region. The place says which: bit i is set where set i takes part, so place 0 is outside all of them. */
export type Regions = number[];

export interface Circle extends Point {
  r: number;
}

export interface RegionLabel {
  mask: number;
  count: number;
  box: Box;
  /** from the region to the label; null where the label stands in its region */
  leader: [Point, Point] | null;
}

/** In pixels, the middle of the circles at the origin. */
export interface Layout {
  scale: number;
  circles: Circle[];
  labels: RegionLabel[];
  top: number;
  bottom: number;
  fits: boolean;
}

/** A label outside has a dot per model, this far apart, filled for those that take part. */
export const pipPitch = 9;
export const pipRadius = 3;

export const panelGap = 24;
/** Two diagrams beside each other need this much. */
const besideFrom = 520;
/** A diagram is not drawn larger than this, pixels. */
const largest = 210;
/** How much of the room it is drawn at least, labels lost or not. Of 24,000 drawings of random counts none needed less than 0.52. */
const smallest = 1 / 3;
/** How many orders the labels outside are tried in. */
const orders = 3;
/** between a label and a circle's edge */
const clearance = 4;
/** between a line and its label: without, a line beside a number reads as a minus */
const afterLine = 5;
/** between a line and the labels that are not its own */
const lineGap = 2.5;

export function columnsOf(width: number): { columns: 1 | 2; panel: number } {
  return width < besideFrom ? { columns: 1, panel: width } : { columns: 2, panel: (width - panelGap) / 2 };
}

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

function boundsOf(circles: Circle[]): Box {
  const drawn = circles.filter(({ r }) => r > 0);
  if (drawn.length === 0) return { left: 0, top: 0, right: 0, bottom: 0 };
  return {
    left: Math.min(...drawn.map(({ x, r }) => x - r)),
    top: Math.min(...drawn.map(({ y, r }) => y - r)),
    right: Math.max(...drawn.map(({ x, r }) => x + r)),
    bottom: Math.max(...drawn.map(({ y, r }) => y + r)),
  };
}

/** The largest drawing whose labels find room in a width, not larger than a scale (pixels per root of an item). */
export function fit(regions: Regions, width: number, scale = Infinity): Layout {
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
 * could be is drawn half as wide, and one whose labels find no room then as wide as it can be.
 */
export function fitBoth(pair: [Regions, Regions], width: number): [Layout, Layout] {
  const own = pair.map((regions) => fit(regions, width));
  const common = Math.min(...pair.flatMap((regions, i) => (unionOf(regions) > 0 ? [own[i].scale] : [])));
  const [a, b] = pair.map((regions, i) => {
    const alike = fit(regions, width, Math.max(common, own[i].scale / 2));
    return alike.fits ? alike : own[i];
  });
  return [a, b];
}

/**
 * Places worth a label: along lines through each centre and through the middle, half-way between any two edges crossed. However
 * thin a crescent is, some lie in it.
 */
function pointsWithin(circles: Circle[]): Point[] {
  const origins: Point[] = [{ x: 0, y: 0 }, ...circles.filter(({ r }) => r > 0)];
  const angles = Array.from({ length: 36 }, (_, k) => (k * Math.PI) / 36);
  return origins.flatMap((origin) => angles.flatMap((angle) => halfWay(origin, { x: Math.cos(angle), y: Math.sin(angle) }, circles)));
}

function halfWay(origin: Point, along: Point, circles: Circle[]): Point[] {
  const crossings = circles
    .flatMap(({ x, y, r }) => {
      const nearest = (x - origin.x) * along.x + (y - origin.y) * along.y;
      const half = Math.sqrt(r ** 2 - (x - origin.x) ** 2 - (y - origin.y) ** 2 + nearest ** 2);
      return half > 0 ? [nearest - half, nearest + half] : [];
    })
    .sort((a, b) => a - b);
  return crossings.slice(1).map((t, i) => step(origin, along, (t + crossings[i]) / 2));
}

function step({ x, y }: Point, along: Point, distance: number): Point {
  return { x: x + along.x * distance, y: y + along.y * distance };
}

/** How far a box around a point lies from the edges of a region it is in; negative where it is not. */
function depth(circles: Circle[], mask: number, point: Point, width = 0, height = 0): number {
  const depths = circles.map(({ x, y, r }, i) => {
    const [dx, dy] = [Math.abs(point.x - x), Math.abs(point.y - y)];
    if (mask & (1 << i)) return r - Math.hypot(dx + width / 2, dy + height / 2);
    return Math.hypot(Math.max(dx - width / 2, 0), Math.max(dy - height / 2, 0)) - r;
  });
  return Math.min(...depths);
}

function deepest(circles: Circle[], mask: number, points: Point[], width = 0, height = 0): { point: Point; depth: number } {
  let best = { point: { x: 0, y: 0 }, depth: -Infinity };
  for (const point of points) {
    const here = depth(circles, mask, point, width, height);
    if (here > best.depth + 1e-9) best = { point, depth: here };
  }
  return best;
}

function layoutAt(regions: Regions, unit: Circle[], unitPoints: Point[], scale: number, width: number): Layout {
  const circles = unit.map(({ x, y, r }) => ({ x: x * scale, y: y * scale, r: r * scale }));
  const points = unitPoints.map(({ x, y }) => ({ x: x * scale, y: y * scale }));
  const labels: RegionLabel[] = [];
  const thin: number[] = [];
  regions.forEach((count, mask) => {
    if (mask === 0 || count === 0) return;
    const place = deepest(circles, mask, points, countWidth(count), lineHeight);
    if (place.depth < clearance) thin.push(mask);
    else labels.push({ mask, count, leader: null, box: boxAround(place.point, countWidth(count)) });
  });
  const { outer, lost } = placedOutside(thin, (mask, others) => outside(circles, mask, regions[mask], deepest(circles, mask, points).point, width, [...labels, ...others]));
  labels.push(...outer);
  const bounds = boundsOf(circles);
  return {
    scale,
    circles,
    labels,
    top: Math.min(bounds.top, ...labels.map(({ box }) => box.top)),
    bottom: Math.max(bounds.bottom, ...labels.map(({ box }) => box.bottom)),
    fits: lost.length === 0,
  };
}

/** One after another. Those that find no room are tried again, before the others. */
function placedOutside(masks: number[], place: (mask: number, others: RegionLabel[]) => RegionLabel | null): { outer: RegionLabel[]; lost: number[] } {
  let order = masks;
  for (let tries = 1; ; tries++) {
    const outer: RegionLabel[] = [];
    const lost = order.filter((mask) => {
      const label = place(mask, outer);
      if (label) outer.push(label);
      return !label;
    });
    if (lost.length === 0 || tries === orders) return { outer, lost };
    order = [...lost, ...order.filter((mask) => !lost.includes(mask))];
  }
}

function countWidth(count: number): number {
  return textWidth(countText(count));
}

function boxAround({ x, y }: Point, width: number): Box {
  return { left: x - width / 2, top: y - lineHeight / 2, right: x + width / 2, bottom: y + lineHeight / 2 };
}

/** A label off all circles, other labels and their lines: the shortest line wins, and of about equals the one outwards. */
function outside(circles: Circle[], mask: number, count: number, from: Point, width: number, labels: RegionLabel[]): RegionLabel | null {
  const size = circles.length * pipPitch + countWidth(count);
  const outwards = Math.atan2(from.y, from.x);
  let best: { label: RegionLabel; cost: number } | null = null;
  for (let length = 8; length < 2 * largest && !(best && best.cost <= length); length += 3) {
    for (let k = 0; k < 48; k++) {
      const angle = outwards + (k * Math.PI) / 24;
      const cost = length + 16 * (1 - Math.cos(angle - outwards));
      if (best && best.cost <= cost) continue;
      const along = { x: Math.cos(angle), y: Math.sin(angle) };
      const to = step(from, along, length);
      const reach = Math.min(size / 2 / Math.abs(along.x), lineHeight / 2 / Math.abs(along.y));
      const label: RegionLabel = { mask, count, box: boxAround(step(to, along, reach + afterLine), size), leader: [from, to] };
      if (label.box.left < -width / 2 || label.box.right > width / 2) continue;
      if (depth(circles, 0, middleOf(label.box), size, lineHeight) < clearance) continue;
      if (!labels.some((other) => inTheWay(label, other))) best = { label, cost };
    }
  }
  return best?.label ?? null;
}

function middleOf({ left, top, right, bottom }: Box): Point {
  return { x: (left + right) / 2, y: (top + bottom) / 2 };
}

function inTheWay(a: RegionLabel, b: RegionLabel): boolean {
  const over = ({ leader }: RegionLabel, { box }: RegionLabel): boolean => leader !== null && passes(leader, box);
  return overlaps(padded(a.box), b.box) || over(a, b) || over(b, a) || cross(a.leader, b.leader);
}

function padded({ left, top, right, bottom }: Box): Box {
  return { left: left - 3, top: top - 1, right: right + 3, bottom: bottom + 1 };
}

/** Whether a line passes through a box, or beside it without a gap. */
function passes([from, to]: [Point, Point], { left, top, right, bottom }: Box): boolean {
  const [enterX, leaveX] = between(from.x, to.x, left - lineGap, right + lineGap);
  const [enterY, leaveY] = between(from.y, to.y, top - lineGap, bottom + lineGap);
  return Math.max(enterX, enterY, 0) < Math.min(leaveX, leaveY, 1);
}

/** On the way from 0 to 1, when a coordinate enters a stretch and when it leaves it. */
function between(from: number, to: number, low: number, high: number): [number, number] {
  const [a, b] = [(low - from) / (to - from), (high - from) / (to - from)];
  return a < b ? [a, b] : [b, a];
}

function cross(a: RegionLabel['leader'], b: RegionLabel['leader']): boolean {
  if (!a || !b) return false;
  const side = ([p, q]: [Point, Point], { x, y }: Point) => (q.x - p.x) * (y - p.y) - (q.y - p.y) * (x - p.x);
  return side(a, b[0]) * side(a, b[1]) < 0 && side(b, a[0]) * side(b, a[1]) < 0;
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
