/** Whether two models differ in accuracy on the same items. */
import { incompleteBeta } from './incomplete-beta';

/**
 * McNemar's exact test, two-sided: of the items that just one of the models has right, either model is as likely to be that
 * one. p = min(1, 2 P(X <= min(b, c))) with X binomial (b + c, 1/2); the tail is I_{1/2}(n - k, k + 1) (DLMF 8.17.5).
 * (McNemar, Psychometrika 12 (1947); Dietterich, Neural Computation 10 (1998), for classifiers.)
 * @param b items only the first model has right
 * @param c items only the second has right
 * @returns p; 1 where no item tells the models apart
 */
export function mcnemarP(b: number, c: number): number {
  if (b === c) return 1;
  return Math.min(1, 2 * incompleteBeta(0.5, Math.max(b, c), Math.min(b, c) + 1));
}
