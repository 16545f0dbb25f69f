/** What a sweep over several soups says. */
import type { SweepSoup } from '../core/notebook/results';
import { percent } from '../core/notebook/compared-words';

/** How many soups are better than the best of their models, by how many models they have, and the best of all. */
export function soupsSentence(soups: SweepSoup[]): string {
  const mixed = soups.filter(({ ingredients }) => ingredients.length > 1);
  if (mixed.length === 0) return '';
  const lengths = [...new Set(mixed.map(({ ingredients }) => ingredients.length))];
  const best = mixed.reduce((a, b) => (b.perplexity < a.perplexity ? b : a));
  return `${lengths.map((length) => lengthWords(mixed.filter(({ ingredients }) => ingredients.length === length), length)).join(' ')} Lowest of all: ${best.ingredients.join(' + ')}, ${best.perplexity.toFixed(2)}.`;
}

function lengthWords(soups: SweepSoup[], length: number): string {
  const better = soups.filter(({ difference }) => difference < 0);
  const surely = better.filter(({ difference, differenceStderr }) => differenceStderr !== null && -difference > 2 * differenceStderr);
  const mean = soups.reduce((sum, { difference }) => sum - Math.expm1(difference), 0) / soups.length;
  return `Of ${length}: ${better.length} of ${soups.length} soups are better than the best of their models (${surely.length} by more than two standard errors), on average ${percent(mean)}.`;
}
