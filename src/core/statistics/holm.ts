/** Several comparisons at once: p-values adjusted so that one false alarm among all of them stays rare. */

/**
 * Holm's step-down p-values: with p sorted, max over i <= k of (m - i) p_i for i from 0, at most 1; whatever stays below
 * alpha keeps the family-wise error rate below alpha, however the tests depend on each other
 * (Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6 (1979)).
 * @returns in the order given
 */
export function holm(pValues: number[]): number[] {
  const order = pValues.map((_, i) => i).sort((i, j) => pValues[i] - pValues[j]);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  order.forEach((i, rank) => {
    largest = Math.max(largest, Math.min(1, (order.length - rank) * pValues[i]));
    adjusted[i] = largest;
  });
  return adjusted;
}
