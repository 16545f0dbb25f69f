/** The geometry of a training trajectory: scales, and the loss at a checkpoint. */
import { scaleLinear, scalePow, type ScaleContinuousNumeric } from 'd3-scale';
import type { CatalogRun } from '../../core/checkpoint/catalog';

export interface CurvePoint {
  step: number;
  loss: number;
}

export interface Trajectory {
  trunk: CurvePoint[];
  /** each cooled-down branch with the point of the trunk it left at */
  branches: { origin: CurvePoint; end: CurvePoint }[];
}

/**
 * Between a linear axis, on which early checkpoints pile up, and a square root, on which late ones do: on a phone
 * neighbouring points of the bundled run lie far enough apart to be tapped.
 */
const exponent = 0.8;

/** Mean of the two domains. A branch left the trunk at the last trunk point before it: the log does not say. */
export function trajectoryOf(curve: CatalogRun['curve']): Trajectory {
  const points = curve.map(({ step, branch, textbooks, books }) => ({ step, branch, loss: (textbooks + books) / 2 })).sort((a, b) => a.step - b.step);
  const trunk = points.filter(({ branch }) => !branch).map(({ step, loss }) => ({ step, loss }));
  const branches = points.flatMap(({ branch, step, loss }) => {
    const origin = branch && trunk.findLast((point) => point.step < step);
    return origin ? [{ origin, end: { step, loss } }] : [];
  });
  return { trunk, branches };
}

/** The logged loss, or between two logged steps a straight line; null outside the log. */
export function lossAt({ trunk, branches }: Trajectory, step: number, branch: boolean): number | null {
  if (branch) return branches.find(({ end }) => end.step === step)?.end.loss ?? null;
  const after = trunk.findIndex((point) => point.step >= step);
  if (after < 0) return null;
  if (trunk[after].step === step) return trunk[after].loss;
  if (after === 0) return null;
  const [a, b] = [trunk[after - 1], trunk[after]];
  return a.loss + ((step - a.step) / (b.step - a.step)) * (b.loss - a.loss);
}

export function stepScale(last: number, range: [number, number]): ScaleContinuousNumeric<number, number> {
  return scalePow().exponent(exponent).domain([0, Math.max(last, 1)]).range(range);
}

/** From the best loss to that of the first checkpoint one can choose: the fall before it would flatten all the rest. */
export function lossScale(losses: number[], range: [number, number]): ScaleContinuousNumeric<number, number> {
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  const margin = Math.max((high - low) * 0.04, 0.01);
  return scaleLinear().domain([low - margin, high + margin]).range(range);
}
