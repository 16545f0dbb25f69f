/** Soups that a notebook does not have yet. */
import { mergeMethods } from '../../core/merging/merge-methods';
import type { CellOf } from '../../core/notebook/document';

/** What makes two soups the same, whatever they are called. */
function recipe({ method, ingredients, text, parameters, convention }: CellOf<'soup'>): string {
  const measured = mergeMethods[method].needsText ? [text, parameters.temperature ?? 1, convention] : [];
  return JSON.stringify([method, parameters.coefficients ?? null, [...ingredients].sort(), ...measured]);
}

/** @param made the notebook's soups, with their ingredients by name of model */
export function newSoups(wanted: CellOf<'soup'>[], made: CellOf<'soup'>[]): CellOf<'soup'>[] {
  const recipes = new Set(made.map(recipe));
  return wanted.filter((soup) => !recipes.has(recipe(soup)));
}
