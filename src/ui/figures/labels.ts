/**
 * Placing labels in a figure so that none is cut off and none covers another, a line or a dot.
 *
 * A label is tried beside its point, then as a flag on a pole that grows bit by bit, first come first served. Text widths are
 * estimates on the generous side: measuring would need a document.
 */

export interface Point {
  x: number;
  y: number;
}

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Where a label may stand, seen from its point; `up` and `down` are flags, to the left or right of the pole. */
export type Side = 'up-left' | 'up-right' | 'down-left' | 'down-right' | 'left' | 'right';

export interface Placed {
  box: Box;
  x: number;
  baseline: number;
  anchor: 'start' | 'end';
  /** false where no place was free: it may cover something */
  free: boolean;
  /** from the point to the label, where the label had to move away */
  pole: { x: number; from: number; to: number } | null;
}

export const lineHeight = 16;
/** between a point's centre and its label: the symbol fits in it */
const gap = 8;
const aside = 5;
/** how far a pole grows at a time, and how often */
const rise = 4;
const rises = 60;

/** Width of a text set in the figures' sans-serif, rather too large than too small: as wide as the widest of its fallbacks. */
export function textWidth(text: string, size = 13, bold = false): number {
  let ems = 0;
  for (const character of text) ems += /[ .,:;ilIjtfr'|()-]/.test(character) ? 0.39 : /[mwMW—…%]/.test(character) ? 0.95 : 0.64;
  return Math.ceil(ems * size * (bold ? 1.1 : 1));
}

/** A name no wider than this, cut in its middle where it has to be: names mostly differ at their ends. */
export function fitted(name: string, width: number, size = 13): string {
  const characters = [...name];
  for (let kept = characters.length - 1, shown = name; ; kept--) {
    if (textWidth(shown, size) <= width || kept < 2) return shown;
    shown = `${characters.slice(0, Math.ceil(kept / 2)).join('')}…${characters.slice(-Math.floor(kept / 2)).join('')}`;
  }
}

export function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** The box of a symbol. */
export function around({ x, y }: Point, radius: number): Box {
  return { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius };
}

/** A line as boxes that labels keep clear of. */
export function alongLine(points: Point[]): Box[] {
  return points.map((point) => around(point, 2.5));
}

/** The points a path passes, a few pixels apart: give it to a d3 generator as its context. */
export class Tracer {
  readonly points: Point[] = [];
  private last: Point = { x: 0, y: 0 };

  moveTo(x: number, y: number): void {
    this.last = { x, y };
    this.points.push(this.last);
  }

  lineTo(x: number, y: number): void {
    const { x: x0, y: y0 } = this.last;
    this.bezierCurveTo(x0 + (x - x0) / 3, y0 + (y - y0) / 3, x - (x - x0) / 3, y - (y - y0) / 3, x, y);
  }

  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    const { x: x0, y: y0 } = this.last;
    const steps = Math.max(1, Math.ceil(Math.hypot(x - x0, y - y0) / 3));
    for (let k = 1; k <= steps; k++) {
      const t = k / steps;
      const u = 1 - t;
      const at = (p0: number, p1: number, p2: number, p3: number) => u ** 3 * p0 + 3 * u * u * t * p1 + 3 * u * t * t * p2 + t ** 3 * p3;
      this.points.push({ x: at(x0, x1, x2, x), y: at(y0, y1, y2, y) });
    }
    this.last = { x, y };
  }

  closePath(): void {
    this.last = this.points[0] ?? this.last;
  }
}

/**
 * The first free place for a label, nearest first, sides in the order given; the label and its pole are added to `taken`.
 * With no free place at all it stands at the first, moved into the room.
 */
export function placeLabel(point: Point, width: number, sides: readonly Side[], room: Box, taken: Box[]): Placed {
  for (let risen = 0; risen < rises; risen++) {
    for (const side of sides) {
      const placed = candidate(point, width, side, risen);
      if (!placed || !inside(placed.box, room)) continue;
      const boxes = [placed.box, ...(placed.pole ? [poleBox(placed.pole)] : [])];
      if (boxes.some((box) => taken.some((other) => overlaps(box, other)))) continue;
      taken.push(...boxes);
      return placed;
    }
  }
  const box = movedInto(boxAt(point, width, sides[0], 0), room);
  taken.push(box);
  return { ...textIn(box, sides[0]), free: false, pole: null };
}

function candidate(point: Point, width: number, side: Side, risen: number): Placed | null {
  const beside = side === 'left' || side === 'right';
  if (beside && risen > 0) return null;
  const { x, y } = point;
  const box = boxAt(point, width, side, risen);
  const pole = side.startsWith('up') ? { x, from: y - gap, to: box.top + 3 } : { x, from: y + gap, to: box.bottom - 3 };
  return { ...textIn(box, side), free: true, pole: risen === 0 ? null : pole };
}

function boxAt({ x, y }: Point, width: number, side: Side, risen: number): Box {
  const away = side === 'left' || side === 'right' ? gap : aside;
  const left = side.endsWith('right') ? x + away : x - away - width;
  const top = side.startsWith('up') ? y - 6 - lineHeight - risen * rise : side.startsWith('down') ? y + 6 + risen * rise : y - lineHeight / 2;
  return { left, top, right: left + width, bottom: top + lineHeight };
}

function textIn(box: Box, side: Side): Omit<Placed, 'pole' | 'free'> {
  const right = side.endsWith('right');
  return { box, x: right ? box.left : box.right, baseline: box.top + 12, anchor: right ? 'start' : 'end' };
}

function poleBox({ x, from, to }: { x: number; from: number; to: number }): Box {
  return { left: x - 1, top: Math.min(from, to), right: x + 1, bottom: Math.max(from, to) };
}

function inside(box: Box, room: Box): boolean {
  return box.left >= room.left && box.right <= room.right && box.top >= room.top && box.bottom <= room.bottom;
}

function movedInto(box: Box, room: Box): Box {
  const dx = Math.max(room.left - box.left, 0) + Math.min(room.right - box.right, 0);
  const dy = Math.max(room.top - box.top, 0) + Math.min(room.bottom - box.bottom, 0);
  return { left: box.left + dx, top: box.top + dy, right: box.right + dx, bottom: box.bottom + dy };
}
