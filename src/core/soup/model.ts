/** A model as a value: a checkpoint, or a soup. Whoever scores takes one; the engine makes its weights when they are needed. */
import type { Source } from '../checkpoint/source';
import { failure } from '../errors';
import type { Fusion } from '../merging/fusion';

export interface CheckpointRef {
  /** the name it goes by in the notebook */
  id: string;
  source: Source;
  /** of its weights (checkpoint/source.ts); what was merged is this and nothing else */
  sha256: string;
}

export interface Ingredient {
  checkpoint: CheckpointRef;
  coefficient: number;
}

export interface Model {
  /** its checkpoint's id or its soup cell's id */
  id: string;
  /** a checkpoint is a soup of itself alone */
  ingredients: Ingredient[];
  /** how the ingredients are mixed where that is not linear; their coefficients are then equal */
  fusion?: Fusion;
}

export function modelOf(checkpoint: CheckpointRef): Model {
  return { id: checkpoint.id, ingredients: [{ checkpoint, coefficient: 1 }] };
}

/** Whether a model is a checkpoint and not a soup. */
export function isCheckpoint({ id, ingredients }: Model): boolean {
  return ingredients.length === 1 && ingredients[0].checkpoint.id === id;
}

/**
 * Mixes models, soups of soups included: a linear soup of linear soups is one linear soup of their checkpoints.
 * A checkpoint met twice is taken once, with the sum of its coefficients.
 * @throws soup-not-linear
 */
export function mix(id: string, models: Model[], coefficients: number[]): Model {
  const ingredients = new Map<string, Ingredient>();
  models.forEach((model, i) => {
    if (model.fusion) throw failure('soup-not-linear', { soup: model.id, method: model.fusion.method });
    for (const { checkpoint, coefficient } of model.ingredients) {
      const before = ingredients.get(checkpoint.sha256)?.coefficient ?? 0;
      ingredients.set(checkpoint.sha256, { checkpoint, coefficient: before + coefficients[i] * coefficient });
    }
  });
  return { id, ingredients: [...ingredients.values()] };
}
