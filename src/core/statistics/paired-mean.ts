/** Whether the mean of paired differences is 0, by Student's t. */
import { criticalT, twoSidedP } from './student-t';

/** What the differences come to, in their unit. */
export interface PairedTest {
  n: number;
  mean: number;
  /** standard error of the mean: sample standard deviation (n - 1) over sqrt(n) */
  stderr: number;
  /** two-sided; null where all differences are one value other than 0, whose spread nobody has seen */
  p: number | null;
  /** of the mean, at the confidence asked for */
  interval: [low: number, high: number];
}

/**
 * The paired t-test (Student, "The probable error of a mean", Biometrika 6 (1908)): t = mean / stderr with n - 1 degrees of
 * freedom.
 * @param differences one model's value minus the other's, one an item
 * @returns null with fewer than two differences
 */
export function pairedTest(differences: number[], confidence = 0.95): PairedTest | null {
  const n = differences.length;
  if (n < 2) return null;
  const { mean, deviation } = moments(differences);
  const stderr = deviation / Math.sqrt(n);
  const half = criticalT(1 - confidence, n - 1) * stderr;
  return { n, mean, stderr, p: pOf(mean, stderr, n - 1), interval: [mean - half, mean + half] };
}

function pOf(mean: number, stderr: number, df: number): number | null {
  if (mean === 0) return 1;
  return stderr === 0 ? null : twoSidedP(mean / stderr, df);
}

/** Mean and sample standard deviation, measured from the first value: a constant then has a deviation of exactly 0. */
export function moments(values: number[]): { mean: number; deviation: number } {
  const [first] = values;
  const shift = values.reduce((sum, value) => sum + (value - first), 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - first - shift) ** 2, 0);
  return { mean: first + shift, deviation: Math.sqrt(squares / (values.length - 1)) };
}
