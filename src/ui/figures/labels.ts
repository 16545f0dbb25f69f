/**
 * Placing labels in a figure so that none is cut off and none covers another, a line or a dot.
 *
 * A label is tried beside its point, then as a flag on a pole that grows row by row, first come first served. Text widths are
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
  /** from the point to the label, where the label had to move away */
  pole: { x: number; from: number; to: number } | null;
}

export const lineHeight = 16;
/** between a point's centre and its label: the symbol fits in it */
const gap = 8;
const aside = 5;
const rows = 14;

/** Width of a text set in the figures' sans-serif, rather too large than too small. */
export function textWidth(text: string, size = 13): number {
  let ems = 0;
  for (const character of text) ems += /[ .,:;ilIjtf'|()-]/.test(character) ? 0.37 : /[mwMW—…%]/.test(character) ? 0.92 : 0.6;
  return Math.ceil(ems * size);
}

export function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** The box of a symbol. */
export function around({ x, y }: Point, radius: number): Box {
  return { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius };
}

/** A line, as boxes that labels keep clear of. */
export function alongLine(points: Point[], every = 4): Box[] {
  return points.slice(1).flatMap((end, i) => {
    const start = points[i];
    const pieces = Math.max(1, Math.ceil(Math.hypot(end.x - start.x, end.y - start.y) / every));
    return Array.from({ length: pieces + 1 }, (_, k) => {
      const share = k / pieces;
      return around({ x: start.x + share * (end.x - start.x), y: start.y + share * (end.y - start.y) }, 2);
    });
  });
}

/**
 * The first free place for a label, nearest first, sides in the order given; the label and its pole are added to `taken`.
 * With no free place at all it stands at the first, moved into the room.
 */
export function placeLabel(point: Point, width: number, sides: Side[], room: Box, taken: Box[]): Placed {
  for (let row = 0; row < rows; row++) {
    for (const side of sides) {
      const placed = candidate(point, width, side, row);
      if (!placed || !inside(placed.box, room)) continue;
      const boxes = [placed.box, ...(placed.pole ? [poleBox(placed.pole)] : [])];
      if (boxes.some((box) => taken.some((other) => overlaps(box, other)))) continue;
      taken.push(...boxes);
      return placed;
    }
  }
  const box = movedInto(boxAt(point, width, sides[0], 0), room);
  taken.push(box);
  return { ...textIn(box, sides[0]), pole: null };
}

function candidate(point: Point, width: number, side: Side, row: number): Placed | null {
  const beside = side === 'left' || side === 'right';
  if (beside && row > 0) return null;
  const { x, y } = point;
  const box = boxAt(point, width, side, row);
  const pole = side.startsWith('up') ? { x, from: y - gap, to: box.top + 3 } : { x, from: y + gap, to: box.bottom - 3 };
  return { ...textIn(box, side), pole: row === 0 ? null : pole };
}

function boxAt({ x, y }: Point, width: number, side: Side, row: number): Box {
  const away = side === 'left' || side === 'right' ? gap : aside;
  const left = side.endsWith('right') ? x + away : x - away - width;
  const top = side.startsWith('up') ? y - 6 - (row + 1) * lineHeight : side.startsWith('down') ? y + 6 + row * lineHeight : y - lineHeight / 2;
  return { left, top, right: left + width, bottom: top + lineHeight };
}

function textIn(box: Box, side: Side): Omit<Placed, 'pole'> {
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
