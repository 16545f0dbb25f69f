/** The matrix of all pairs: how far each soup is from the better of the two. */
import type { DrawnSoup } from '../../core/notebook/results';

export interface PairCell {
  row: number;
  column: number;
  /** relative change of perplexity against the better of the two, positive where the soup is better; null for a model alone */
  change: number | null;
  /** how strong its colour is, from 0 to 1 */
  strength: number;
  soup: DrawnSoup;
}

/** Whether these are all pairs of some models, whatever the cell that made them asks for by now. */
export function isEveryPair(soups: Pick<DrawnSoup, 'ingredients'>[]): boolean {
  const models = soups.filter(({ ingredients }) => ingredients.length === 1).length;
  return soups.length === (models * (models + 1)) / 2 && soups.every(({ ingredients }) => ingredients.length < 3);
}

/** The models in their order, and a cell for each pair (the earlier one's row) and each model alone. */
export function pairMatrix(soups: DrawnSoup[]): { models: string[]; cells: PairCell[] } {
  const models = soups.filter(({ ingredients }) => ingredients.length === 1).map(({ ingredients }) => ingredients[0]);
  const change = ({ ingredients, difference }: DrawnSoup): number | null => (ingredients.length === 1 ? null : -Math.expm1(difference));
  const cells = soups.map((soup) => {
    const [first, last] = [soup.ingredients[0], soup.ingredients[soup.ingredients.length - 1]];
    return { row: models.indexOf(first), column: models.indexOf(last), change: change(soup), strength: 0, soup };
  });
  const sizes = cells.map((cell) => Math.abs(cell.change ?? 0));
  // One barrier between an early model and a late one would leave all others pale: half of them are stronger than half.
  const middle = [...sizes].sort((a, b) => a - b)[Math.floor(sizes.length / 2)] || 1;
  return { models, cells: cells.map((cell, i) => ({ ...cell, strength: sizes[i] / (sizes[i] + middle) })) };
}
