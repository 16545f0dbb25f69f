/**
 * Where the counts of a Venn diagram stand: in their region, or outside all circles at the end of a line from its deepest point. Models
 * agree on most items, so most regions are crescents a few pixels wide.
 */
import { count as countText } from '../numbers';
import { lineHeight, overlaps, textWidth, type Box, type Point } from './labels';
import type { Circle } from './venn-circles';
import type { Regions } from './venn-regions';

export interface RegionLabel {
  mask: number;
  count: number;
  box: Box;
  /** from the region to the label; null where the label stands in its region */
  leader: [Point, Point] | null;
}

/** A region with no room for its label, and its deepest point. */
interface Thin {
  mask: number;
  from: Point;
}

/** A label outside has a dot per model, this far apart, filled for those that take part. */
export const pipPitch = 9;
export const pipRadius = 3;

/** How many orders the labels outside are tried in. */
const orders = 3;
/** between a label and a circle's edge */
const clearance = 4;
/** No line grows longer than this, pixels. */
const longest = 420;
/** between a line and its label: without, a line beside a number reads as a minus */
const afterLine = 5;
/** between a line and the labels that are not its own */
const lineGap = 2.5;

/**
 * Places worth a label: along lines through each centre and through the middle, half-way between any two edges crossed. However
 * thin a crescent is, some lie in it.
 */
export function pointsWithin(circles: Circle[]): Point[] {
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

/**
 * @param points of pointsWithin, at the size of the circles
 * @param width what the diagram has, its middle at 0
 * @returns with how many found no room
 */
export function labelsOf(regions: Regions, circles: Circle[], points: Point[], width: number): { labels: RegionLabel[]; lost: number } {
  const inside: RegionLabel[] = [];
  const thin: Thin[] = [];
  regions.forEach((count, mask) => {
    if (mask === 0 || count === 0) return;
    const place = deepest(circles, mask, points, countWidth(count), lineHeight);
    if (place.depth < clearance) thin.push({ mask, from: deepest(circles, mask, points).point });
    else inside.push({ mask, count, leader: null, box: boxAround(place.point, countWidth(count)) });
  });
  const { outer, lost } = placedOutside(thin, ({ mask, from }, others) => outside(circles, mask, regions[mask], from, width, [...inside, ...others]));
  return { labels: [...inside, ...outer], lost };
}

/** One after another. Those that find no room are tried again, before the others. */
function placedOutside(regions: Thin[], place: (region: Thin, others: RegionLabel[]) => RegionLabel | null): { outer: RegionLabel[]; lost: number } {
  let order = regions;
  for (let tries = 1; ; tries++) {
    const outer: RegionLabel[] = [];
    const lost = order.filter((region) => {
      const label = place(region, outer);
      if (label) outer.push(label);
      return !label;
    });
    if (lost.length === 0 || tries === orders) return { outer, lost: lost.length };
    order = [...lost, ...order.filter((region) => !lost.includes(region))];
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
  for (let length = 8; length < longest && !(best && best.cost <= length); length += 3) {
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
