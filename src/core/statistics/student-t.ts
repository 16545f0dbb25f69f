/** Student's t distribution, as far as tests and intervals of a mean need it. */
import { betaKernel, incompleteBeta } from './incomplete-beta';
import { normalQuantile } from './normal';

/**
 * P(|T| >= |t|) = I_x(df/2, 1/2) with x = df / (df + t^2) (https://dlmf.nist.gov/8.17; Abramowitz and Stegun 26.7.1).
 * @param df degrees of freedom, above 0
 */
export function twoSidedP(t: number, df: number): number {
  const [x, y] = fractions(t, df);
  return incompleteBeta(x, df / 2, 0.5, y);
}

/**
 * The t above 0 with P(|T| >= t) = alpha. The tail is convex and the normal quantile lies below, so Newton's steps climb to
 * the root and never pass it: it is reached when they stop climbing.
 * @param alpha in (0, 1)
 * @param df degrees of freedom, at least 1
 */
export function criticalT(alpha: number, df: number): number {
  let t = normalQuantile(1 - alpha / 2);
  for (;;) {
    const next = t + (twoSidedP(t, df) - alpha) / slope(t, df);
    if (!(next - t > 4 * Number.EPSILON * t)) return next;
    t = next;
  }
}

/** -d/dt of the two-sided tail: twice the density. */
function slope(t: number, df: number): number {
  const [x, y] = fractions(t, df);
  return (2 * betaKernel(x, df / 2, 0.5, y)) / t;
}

/** df / (df + t^2) and t^2 / (df + t^2), also where t^2 overflows. */
function fractions(t: number, df: number): [x: number, y: number] {
  const ratio = (t / df) * t;
  return [1 / (1 + ratio), ratio === Infinity ? 1 : ratio / (1 + ratio)];
}
