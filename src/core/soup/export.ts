/** A soup as a safetensors file that transformers loads, with its recipe and its ingredients' hashes inside. */
import { writeSafetensors, type NamedTensor } from '../checkpoint/safetensors';
import type { MethodName } from '../merging/merge-method';
import type { Model } from './model';

/** How a soup came to be, as its file's metadata tells it. */
export interface Recipe {
  soup: string;
  method: MethodName;
  ingredients: { checkpoint: string; sha256: string; coefficient: number }[];
}

export function recipeOf(model: Model, method: MethodName): Recipe {
  return {
    soup: model.id,
    method,
    ingredients: model.ingredients.map(({ checkpoint, coefficient }) => ({ checkpoint: checkpoint.id, sha256: checkpoint.sha256, coefficient })),
  };
}

/**
 * @param tensors the merged weights, float32
 * @returns a file whose metadata holds `format` (transformers asks for it) and `stockpot.recipe`, the recipe as JSON
 */
export function exportSoup(tensors: NamedTensor[], recipe: Recipe): Blob {
  return writeSafetensors(tensors, { format: 'pt', 'stockpot.recipe': JSON.stringify(recipe) });
}
