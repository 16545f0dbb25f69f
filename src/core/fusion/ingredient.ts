/** The checkpoints of a soup that is not linear, tensor by tensor. */
import type { Checkpoint } from '../checkpoint/checkpoint';

export interface FusionIngredient {
  id: string;
  sha256: string;
  checkpoint: Checkpoint;
}

/** A parameter of each ingredient, and their mean. */
export async function withMean(ingredients: FusionIngredient[], parameter: string): Promise<{ theta: Float32Array[]; mean: Float32Array }> {
  const theta: Float32Array[] = [];
  for (const { checkpoint } of ingredients) theta.push(await checkpoint.values(parameter));
  const mean = Float32Array.from(theta[0], (_, k) => theta.reduce((sum, values) => sum + values[k], 0) / theta.length);
  return { theta, mean };
}
