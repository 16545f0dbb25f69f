/** The geometry of box plots: one row a method, relative changes along the axis. */
import { scaleLinear, type ScaleLinear } from 'd3-scale';
import { quantile } from '../../core/notebook/compared';

export interface BoxRow {
  name: string;
  changes: number[];
  mean: number;
}

/** Fewer values than this say nothing by their quartiles: they are shown as points alone. */
export const fewestForBox = 4;

export interface Box {
  quartiles: [low: number, median: number, high: number];
  /** the farthest values within 1.5 times the box beyond it (Tukey) */
  whiskers: [low: number, high: number];
}

export function boxOf(values: number[]): Box | null {
  if (values.length < fewestForBox) return null;
  const quartiles: Box['quartiles'] = [quantile(values, 0.25), quantile(values, 0.5), quantile(values, 0.75)];
  const reach = 1.5 * (quartiles[2] - quartiles[0]);
  const within = values.filter((value) => value >= quartiles[0] - reach && value <= quartiles[2] + reach);
  return { quartiles, whiskers: [Math.min(...within), Math.max(...within)] };
}

/** Zero is always in view. */
export function changeScale(rows: BoxRow[], range: [number, number]): ScaleLinear<number, number> {
  const values = [0, ...rows.flatMap(({ changes }) => changes)];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = Math.max((high - low) * 0.06, 0.001);
  return scaleLinear().domain([low - margin, high + margin]).range(range);
}
