/** The geometry of a sweep: what is drawn where at a given width. */
import { scaleLinear, scaleLog, type ScaleContinuousNumeric } from 'd3-scale';
import type { SweepPoint } from '../../core/notebook/results';

/** What of a point on the line is drawn. */
export type LinePoint = Pick<SweepPoint, 'coefficient' | 'perplexity' | 'stderr' | 'pairedStderr'>;
import { lineHeight, overlaps, textWidth, type Box } from './labels';

export interface Mark {
  soup: string;
  method: string;
  point: LinePoint;
}

/** Left and right of the plot, pixels: a slider beneath it is indented by as much. */
export const plotLeft = 46;
export const plotRight = 16;

/** Closer than this two measurements are one place of the line: rounding of the weights would bend it. */
const samePlace = 0.004;

/** All measured points in order of the coefficient, near-duplicates left out, the ends always kept. */
export function measuredLine(points: LinePoint[], more: LinePoint[]): LinePoint[] {
  const kept = [...points];
  for (const point of more) {
    if (!kept.some(({ coefficient }) => Math.abs(coefficient - point.coefficient) < samePlace)) kept.push(point);
  }
  return kept.sort((a, b) => a.coefficient - b.coefficient);
}

/** The perplexity one standard error below and above; null where the error is unknown. */
export function bandOf({ perplexity, pairedStderr }: LinePoint): [number, number] | null {
  return pairedStderr === null ? null : [perplexity * Math.max(1 - pairedStderr, 0.05), perplexity * (1 + pairedStderr)];
}

/** Logarithmic where the values differ by more than this factor: one barrier would flatten the rest. */
const logarithmicFrom = 2.5;

export interface PerplexityScale {
  y: ScaleContinuousNumeric<number, number>;
  logarithmic: boolean;
  ticks: { value: number; text: string }[];
}

/** @param range pixels, bottom and top */
export function perplexityScale(points: LinePoint[], range: [number, number]): PerplexityScale {
  const values = points.flatMap((point) => [point.perplexity, ...(bandOf(point) ?? [])]).filter((value) => value > 0);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (high / low > logarithmicFrom) {
    const y = scaleLog().domain([low * 0.95, high * 1.05]).range(range);
    return { y, logarithmic: true, ticks: logTicks(low * 0.95, high * 1.05) };
  }
  const margin = Math.max((high - low) * 0.06, high * 1e-3);
  const y = scaleLinear().domain([low - margin, high + margin]).range(range);
  const format = y.tickFormat(4);
  return { y, logarithmic: false, ticks: y.ticks(4).map((value) => ({ value, text: format(value) })) };
}

/** The coarsest of these series that has at least two ticks in view. */
function logTicks(low: number, high: number): { value: number; text: string }[] {
  const series = [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 5, 7]];
  for (const steps of series) {
    const ticks: number[] = [];
    for (let decade = 10 ** Math.floor(Math.log10(low)); decade <= high; decade *= 10) ticks.push(...steps.map((step) => step * decade));
    const seen = ticks.filter((value) => value >= low && value <= high);
    if (seen.length > 2 || steps === series[series.length - 1]) return seen.map((value) => ({ value, text: String(Number(value.toPrecision(2))) }));
  }
  return [];
}

/** A mark's label: where its text begins or ends, and its baseline, from the axis upwards (negative). */
export interface LaneLabel {
  box: Box;
  x: number;
  baseline: number;
  anchor: 'start' | 'end';
}

/**
 * Labels of marks stand in a lane between the curve and the axis, each beside its tick: where two marks nearly coincide, one
 * to the left and one to the right; in a higher row where there is no room; across another's tick only as a last resort.
 */
export function markLane(marks: { x: number; text: string }[], room: Pick<Box, 'left' | 'right'>): { labels: LaneLabel[]; height: number } {
  const order = marks.map((_, i) => i).sort((a, b) => marks[a].x - marks[b].x);
  const labels: LaneLabel[] = [];
  order.forEach((i, rank) => {
    const width = textWidth(marks[i].text);
    const sides = rank < order.length / 2 ? (['end', 'start'] as const) : (['start', 'end'] as const);
    const choices = Array.from({ length: marks.length + 1 }, (_, row) => sides.map((anchor) => laneLabel(marks[i].x, width, anchor, row))).flat();
    const open = choices.filter(
      ({ box }) => box.left >= room.left && box.right <= room.right && !labels.some((other) => overlaps(box, other.box)),
    );
    labels[i] = open.find(({ box }) => !marks.some(({ x }) => box.left < x + 1 && x - 1 < box.right)) ?? open[0] ?? choices[0];
  });
  return { labels, height: labels.length ? Math.max(...labels.map(({ box }) => -box.top)) + lineHeight / 2 : 0 };
}

function laneLabel(x: number, width: number, anchor: 'start' | 'end', row: number): LaneLabel {
  const left = anchor === 'start' ? x + 5 : x - 5 - width;
  const bottom = -2 - row * lineHeight;
  return { box: { left, top: bottom - lineHeight, right: left + width, bottom }, x: anchor === 'start' ? left : left + width, baseline: bottom - 4, anchor };
}
