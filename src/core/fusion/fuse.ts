/** Making a soup that is not linear: its weights, and what that came to. */
import type { ModelConfig } from '../checkpoint/config';
import { parameterShapes } from '../graph/architectures';
import type { Fusion, FusionFacts } from '../merging/fusion';
import { scoredTokens, type Window } from '../perplexity/windows';
import type { Backend } from '../scoring/backend';
import type { Watch } from '../scoring/watch';
import type { Tokenizer } from '../tokenizer/tokenizer';
import { examplesOf, gradientWindow } from './examples';
import { fisherSoup } from './fisher';
import { withMean, type FusionIngredient } from './ingredient';
import { regmeanSoup } from './regmean';

export interface FusedWeights {
  weights: Map<string, Float32Array>;
  facts: FusionFacts;
}

/**
 * The backend holds other weights afterwards.
 * @param ingredients of one run, with equal parts
 * @throws stopped, text-too-short, gram-singular, gram-too-wide, scores-not-finite, and what merging throws
 */
export async function fuse(backend: Backend, config: ModelConfig, tokenizer: Tokenizer, ingredients: FusionIngredient[], fusion: Fusion, watch: Watch): Promise<FusedWeights> {
  const windows = examplesOf(fusion.data, tokenizer, config, fusion.method === 'fisher' ? fusion.examples : Infinity);
  return fuseWindows(backend, config, ingredients, windows, fusion, watch);
}

/** The same from windows of tokens. */
export async function fuseWindows(backend: Backend, config: ModelConfig, ingredients: FusionIngredient[], windows: Window[], fusion: Fusion, watch: Watch): Promise<FusedWeights> {
  const equal = ingredients.map(() => 1 / ingredients.length);
  const { weights, shares } =
    fusion.method === 'fisher'
      ? await fisherSoup(backend, config, ingredients, windows, fusion, watch)
      : { weights: await regmeanSoup(backend, config, ingredients, windows, fusion, watch), shares: equal };
  return { weights, facts: { shares, examples: windows.length, tokens: scoredTokens(windows), window: gradientWindow(config), distance: await distanceFromMean(weights, config, ingredients) } };
}

async function distanceFromMean(weights: Map<string, Float32Array>, config: ModelConfig, ingredients: FusionIngredient[]): Promise<number> {
  let [apart, whole] = [0, 0];
  for (const name of parameterShapes(config).keys()) {
    const soup = weights.get(name) as Float32Array;
    const { mean } = await withMean(ingredients, name);
    for (let k = 0; k < mean.length; k++) {
      apart += (soup[k] - mean[k]) ** 2;
      whole += mean[k] ** 2;
    }
  }
  return Math.sqrt(apart / whole);
}
