import { line } from 'd3-shape';
import { describe, expect, it } from 'vitest';
import { alongLine, around, fitted, overlaps, placeLabel, textWidth, Tracer, type Box, type Side } from './labels';

const room: Box = { left: 0, top: 0, right: 280, bottom: 200 };
const sides: Side[] = ['up-left', 'up-right'];

describe('placeLabel', () => {
  it('puts a lone label beside its point, without a pole', () => {
    const { box, pole } = placeLabel({ x: 150, y: 100 }, 60, sides, room, []);
    expect(box.right).toBeLessThan(150);
    expect(box.bottom).toBeLessThan(100);
    expect(pole).toBeNull();
  });

  it('keeps crowded labels apart, inside, and off each other’s poles', () => {
    const taken: Box[] = [];
    const points = [40, 5, 190, 204, 218, 232, 246, 260, 275].map((x) => ({ x, y: 180 }));
    const placed = points.map((point) => placeLabel(point, textWidth('step 7000'), point.x < 100 ? ['up-right'] : ['up-left'], room, taken));
    const boxes = placed.flatMap(({ box, pole }) => [box, ...(pole ? [{ left: pole.x - 1, top: pole.to, right: pole.x + 1, bottom: pole.from }] : [])]);
    boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => expect(overlaps(a, b)).toBe(false)));
    for (const { box } of placed) expect(box.left >= 0 && box.right <= 280 && box.top >= 0).toBe(true);
  });

  it('changes side at the edge', () => {
    const { box } = placeLabel({ x: 10, y: 100 }, 60, sides, room, []);
    expect(box.left).toBeGreaterThan(10);
  });

  it('stays off a line', () => {
    const tracer = new Tracer();
    line().context(tracer as unknown as CanvasRenderingContext2D)([
      [0, 80],
      [280, 80],
    ]);
    const taken = alongLine(tracer.points);
    const { box, pole } = placeLabel({ x: 140, y: 82 }, 60, ['left', 'down-left'], room, taken);
    expect(box.top).toBeGreaterThan(82);
    expect(pole).toBeNull();
  });

  it('moves into the room where nothing is free', () => {
    const { box } = placeLabel({ x: 10, y: 10 }, 60, ['up-left'], room, [around({ x: 100, y: 100 }, 300)]);
    expect(box).toEqual({ left: 0, top: 0, right: 60, bottom: 16 });
  });
});

describe('fitted', () => {
  it('leaves a name that fits as it is', () => {
    expect(fitted('uniform-7000-8000', 200)).toBe('uniform-7000-8000');
  });

  it('cuts a longer one in its middle, so that its ends are read', () => {
    const name = 'uniform-of-all-that-was-ever-trained-7000-8000';
    const shown = fitted(name, 120);
    expect(textWidth(shown)).toBeLessThanOrEqual(120);
    const [front, end] = shown.split('…');
    expect(name.startsWith(front) && name.endsWith(end) && front.length > 4 && end.length > 4).toBe(true);
    expect(fitted('abc', 1)).toBe('a…c');
  });
});
