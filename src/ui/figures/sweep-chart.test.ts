import { describe, expect, it } from 'vitest';
import type { SweepPoint } from '../../core/notebook/results';
import { overlaps, textWidth } from './labels';
import { bandOf, markLane, measuredLine, perplexityScale } from './sweep-chart';

function point(coefficient: number, perplexity: number, pairedStderr: number | null = 0.01): SweepPoint {
  return { coefficient, perplexity, pairedStderr, tokens: 100, nll: 0, bitsPerByte: 2, stderr: 1 };
}

describe('measuredLine', () => {
  it('sorts and leaves out what lies on a point already there', () => {
    const line = measuredLine([point(0, 46), point(0.5, 45), point(1, 46)], [point(0.5007, 45.1), point(0.25, 45.4)]);
    expect(line.map(({ coefficient }) => coefficient)).toEqual([0, 0.25, 0.5, 1]);
  });
});

describe('perplexityScale', () => {
  it('holds the band and has few ticks', () => {
    const { y, logarithmic, ticks } = perplexityScale([point(0, 46.1), point(0.5, 44.8), point(1, 46.5)], [200, 20]);
    expect(logarithmic).toBe(false);
    expect(ticks.length).toBeLessThan(7);
    const [low, high] = bandOf(point(1, 46.5)) ?? [NaN, NaN];
    expect(y(low)).toBeLessThan(200);
    expect(y(high)).toBeGreaterThan(20);
  });

  it('turns logarithmic for a distant pair', () => {
    const { logarithmic, ticks } = perplexityScale([point(0, 300), point(0.5, 120), point(1, 46)], [200, 20]);
    expect(logarithmic).toBe(true);
    expect(ticks.map(({ text }) => text)).toEqual(['50', '100', '200']);
  });

  it('survives equal values', () => {
    const { y } = perplexityScale([point(0, 46, null), point(1, 46, null)], [200, 20]);
    expect(y(46)).toBeCloseTo(110);
  });
});

describe('markLane', () => {
  it('labels marks that coincide on both sides, off each other and off the ticks', () => {
    const marks = [0.5, 0.5007, 0.9].map((at, i) => ({ x: 46 + at * 302, text: `soup${i} 44.80` }));
    const { labels, height } = markLane(marks, { left: 46, right: 364 });
    labels.forEach(({ box }, i) => {
      expect(box.right - box.left).toBeCloseTo(textWidth(marks[i].text));
      expect(box.left >= 46 && box.right <= 364 && box.top >= -height).toBe(true);
      for (const other of labels.slice(i + 1)) expect(overlaps(box, other.box)).toBe(false);
      for (const { x } of marks) expect(box.left > x || box.right < x).toBe(true);
    });
  });

  it('keeps labels apart where there is no room beside the ticks', () => {
    const marks = [0.5, 0.7, 0.87, 0.9].map((at, i) => ({ x: 46 + at * 218, text: `weighted${i} 64.48` }));
    const { labels } = markLane(marks, { left: 46, right: 280 });
    labels.forEach(({ box }, i) => labels.slice(i + 1).forEach((other) => expect(overlaps(box, other.box)).toBe(false)));
  });
});
