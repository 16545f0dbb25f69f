/**
 * RegMean, Jin et al. 2023 (https://arxiv.org/abs/2212.09849): the weight of each linear layer whose outputs are closest, in the
 * least squares over what the layer reads, to those of every ingredient's own: W = (sum_i G_i)^-1 sum_i G_i W_i with G = X^T X.
 * Off-diagonal entries are scaled down, which keeps W near the mean; everything else is averaged.
 */
import type { ModelConfig } from '../checkpoint/config';
import { failure } from '../errors';
import { exampleOf, grams } from '../gradient/derived';
import { gramGroups, gramName, type GramGroup } from '../gradient/gram-graph';
import { parameterShapes } from '../graph/architectures';
import type { RegMeanFusion } from '../merging/fusion';
import type { Window } from '../perplexity/windows';
import type { Backend } from '../scoring/backend';
import { breathe, Pace, type Watch } from '../scoring/watch';
import { withMean, type FusionIngredient } from './ingredient';
import { solveLayer } from './solve-layer';

/** What Gram matrices of all ingredients may take at once; those of more layers are taken in several goes. */
export const gramBytes = 256 * 2 ** 20;

/** A layer of 3072 values with 768 outputs takes 70 s to solve for here; one of 4096 with 1024 would take three minutes, and there are many. */
const widest = 3072;

/**
 * @returns the soup's weights
 * @throws stopped, gram-too-wide, gram-singular, scores-not-finite, and what merging throws
 */
export async function regmeanSoup(
  backend: Backend,
  config: ModelConfig,
  ingredients: FusionIngredient[],
  windows: Window[],
  fusion: RegMeanFusion,
  watch: Watch,
): Promise<Map<string, Float32Array>> {
  const groups = gramGroups(config);
  const tooWide = groups.find(({ width }) => width > widest);
  if (tooWide) throw failure('gram-too-wide', { layer: tooWide.layers[0].weight, width: tooWide.width, widest });
  const goes = inGoes(groups, ingredients.length);
  const weights = new Map<string, Float32Array>();
  const pace = new Pace(watch, 'Taking Gram matrices', goes.length * ingredients.length * windows.length);
  for (const groups of goes) {
    const all: Map<string, Float32Array>[] = [];
    for (const ingredient of ingredients) all.push(await gramsOf(backend, ingredient, windows, groups, pace, watch));
    for (const group of groups) await solveGroup(group, all.map((each) => each.get(gramName(group)) as Float32Array), config, ingredients, fusion, weights, watch);
  }
  for (const name of parameterShapes(config).keys()) if (!weights.has(name)) weights.set(name, (await withMean(ingredients, name)).mean);
  return weights;
}

/** Groups of layers whose Gram matrices are taken together. */
function inGoes(groups: GramGroup[], ingredients: number): GramGroup[][] {
  const goes: GramGroup[][] = [];
  let left = 0;
  for (const group of groups) {
    const bytes = 4 * group.width ** 2 * ingredients;
    if (goes.length === 0 || bytes > left) {
      goes.push([]);
      left = gramBytes;
    }
    goes[goes.length - 1].push(group);
    left -= bytes;
  }
  return goes;
}

async function gramsOf(backend: Backend, ingredient: FusionIngredient, windows: Window[], groups: GramGroup[], pace: Pace, watch: Watch): Promise<Map<string, Float32Array>> {
  await backend.merge([{ ...ingredient, coefficient: 1 }], 0, watch);
  const examples = function* (): Iterable<ReturnType<typeof exampleOf>> {
    for (const window of windows) yield exampleOf(window);
  };
  const sums = await backend.accumulate(grams(groups), examples(), async () => {
    pace.step();
    await breathe();
    watch.checkStopped();
  });
  for (const G of sums.values()) if (!G.every(Number.isFinite)) throw failure('scores-not-finite', { model: ingredient.id, found: 'Gram matrices that are not finite' });
  return sums;
}

async function solveGroup(
  { layers, width }: GramGroup,
  G: Float32Array[],
  config: ModelConfig,
  ingredients: FusionIngredient[],
  fusion: RegMeanFusion,
  weights: Map<string, Float32Array>,
  watch: Watch,
): Promise<void> {
  const rest = async (): Promise<void> => {
    await breathe();
    watch.checkStopped();
  };
  for (const { weight, turned } of layers) {
    watch.onProgress({ doing: `Solving for ${weight}`, done: weights.size / parameterShapes(config).size, secondsLeft: null });
    await rest();
    const { theta, mean } = await withMean(ingredients, weight);
    weights.set(weight, await solveLayer({ name: weight, width, turned }, G, theta, mean, fusion, rest));
  }
}
