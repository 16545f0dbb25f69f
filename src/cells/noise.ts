/** Whether models that answered the same items differ by more than chance would make them. */
import type { EvaluationRow } from '../core/notebook/results';

/**
 * A sentence about the rows of one task. The error of a difference is taken as if the models were independent, which overstates
 * it: models along one line agree on most items. It is a caution, not a test.
 */
export function noiseRemark(rows: EvaluationRow[]): string {
  if (rows.length < 2) return '';
  const [worst, best] = [...rows].sort((a, b) => a.accuracy - b.accuracy).filter((_, i, all) => i === 0 || i === all.length - 1);
  const error = Math.hypot(worst.stderr ?? Infinity, best.stderr ?? Infinity);
  const difference = best.accuracy - worst.accuracy;
  const points = `${(100 * difference).toFixed(1)} points`;
  const against = `the standard error of a difference is about ${(100 * error).toFixed(1)}`;
  if (!Number.isFinite(error)) return 'One item tells nothing.';
  if (difference <= 2 * error) return `The largest difference is ${points}; ${against} with ${best.n} items, so these are within noise.`;
  return `The largest difference is ${points} (${best.model} over ${worst.model}); ${against} with ${best.n} items.`;
}
