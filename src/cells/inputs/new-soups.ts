/** Soups that a notebook does not have yet. */
import type { MethodName } from '../../core/merging/merge-method';
import { definitionOf } from '../../core/notebook/cells';
import type { CellOf } from '../../core/notebook/document';

/** Methods to which the order of ingredients means something. */
const ordered: MethodName[] = ['lawa', 'ema'];

/** What makes two soups the same, whatever they are called. */
function recipe(soup: CellOf<'soup'>): string {
  const ingredients = ordered.includes(soup.method) ? soup.ingredients : [...soup.ingredients].sort();
  return JSON.stringify(definitionOf({ ...soup, ingredients }));
}

/** @param made the notebook's soups, with their ingredients by name of model */
export function newSoups(wanted: CellOf<'soup'>[], made: CellOf<'soup'>[]): CellOf<'soup'>[] {
  const recipes = new Set(made.map(recipe));
  return wanted.filter((soup) => !recipes.has(recipe(soup)));
}
