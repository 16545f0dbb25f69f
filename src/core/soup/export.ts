/** A soup as a safetensors file that transformers loads, with its recipe and its ingredients' hashes inside. */
import { writeSafetensors, type NamedTensor } from '../checkpoint/safetensors';
import type { Fusion } from '../merging/fusion';
import type { MethodName } from '../merging/merge-method';
import { sha256Of } from '../sha256';
import type { Model } from './model';

/** How a soup came to be, as its file's metadata tells it. */
export interface Recipe {
  soup: string;
  method: MethodName;
  ingredients: { checkpoint: string; sha256: string; coefficient: number }[];
  /** of a soup that is not linear: its parameters, and a hash in place of the data, which may be the reader's own text */
  fusion?: Record<string, string | number | boolean>;
}

export function recipeOf(model: Model, method: MethodName): Recipe {
  return {
    soup: model.id,
    method,
    ingredients: model.ingredients.map(({ checkpoint, coefficient }) => ({ checkpoint: checkpoint.id, sha256: checkpoint.sha256, coefficient })),
    ...(model.fusion && { fusion: withoutData(model.fusion) }),
  };
}

function withoutData({ data, ...parameters }: Fusion): Recipe['fusion'] {
  return { ...parameters, ...('items' in data ? { items: data.items.length } : { documents: data.text.documents.length }), sha256: sha256Of(JSON.stringify(data)) };
}

/**
 * @param tensors the merged weights, float32
 * @returns a file whose metadata holds `format` (transformers asks for it) and `stockpot.recipe`, the recipe as JSON
 */
export function exportSoup(tensors: NamedTensor[], recipe: Recipe): Blob {
  return writeSafetensors(tensors, { format: 'pt', 'stockpot.recipe': JSON.stringify(recipe) });
}
