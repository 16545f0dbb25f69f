/** Whether models that answered the same items differ by more than chance would make them. */
import type { EvaluationRow } from '../core/notebook/results';

/** With fewer items than this the error itself is a guess. */
const fewest = 20;

/**
 * A sentence about the rows of one task. The error of a difference is taken as if the models were independent, though they
 * answer the same items: models along one line agree on most of them. It is a caution, not a test.
 */
export function noiseRemark(rows: EvaluationRow[]): string {
  if (rows.length === 0) return '';
  if (new Set(rows.map(({ model }) => model)).size < 2) return 'One model alone is too few to tell a difference.';
  const [worst, best] = [...rows].sort((a, b) => a.accuracy - b.accuracy).filter((_, i, all) => i === 0 || i === all.length - 1);
  if (best.n < fewest) return `${best.n === 1 ? 'One item is' : `${best.n} items are`} too few to tell the models apart.`;
  const error = Math.hypot(worst.stderr ?? Infinity, best.stderr ?? Infinity);
  if (error === 0 || !Number.isFinite(error)) return `All right or all wrong on ${best.n} items gives no error: these are too few to tell the models apart.`;
  const difference = best.accuracy - worst.accuracy;
  const points = `${(100 * difference).toFixed(1)} points`;
  const against = `the standard error of a difference is about ${(100 * error).toFixed(1)} with ${best.n} items, taken as if the models were independent, though they share the items`;
  if (difference <= 2 * error) return `The largest difference is ${points}; ${against}. So these are within noise.`;
  return `The largest difference is ${points} (${best.model} over ${worst.model}); ${against}.`;
}
