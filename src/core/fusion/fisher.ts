/**
 * Fisher-weighted averaging, Matena and Raffel 2022 (https://arxiv.org/abs/2111.09832), with equal weights of the ingredients:
 * theta = sum_i F_i theta_i / sum_i F_i, value by value. F is the diagonal of the Fisher information, the mean over examples of the
 * squared gradient of an example's total NLL: of the given targets (empirical), or of targets that the model draws (sampled).
 */
import { letGo } from '../checkpoint/let-go';
import type { ModelConfig } from '../checkpoint/config';
import { failure } from '../errors';
import { exampleOf, gradients } from '../gradient/derived';
import { parametersOf } from '../gradient/parameters-of';
import { parameterShapes } from '../graph/architectures';
import type { FisherFusion } from '../merging/fusion';
import type { Window } from '../perplexity/windows';
import type { Backend, Example } from '../scoring/backend';
import { breathe, Pace, type Watch } from '../scoring/watch';
import { seeded } from '../statistics/random';
import type { FusionIngredient } from './ingredient';

/** A tensor for each parameter. */
type Tensors = Map<string, Float32Array>;

/** Shares are averaged over about this many parameters, evenly spread: keeping every ingredient's Fisher whole would take as much as itself. */
const sampled = 2 ** 18;

/**
 * @returns the soup's weights, and per ingredient the mean share F_i / sum_j F_j
 * @throws stopped, scores-not-finite, and what merging throws
 */
export async function fisherSoup(
  backend: Backend,
  config: ModelConfig,
  ingredients: FusionIngredient[],
  windows: Window[],
  fusion: FisherFusion,
  watch: Watch,
): Promise<{ weights: Tensors; shares: number[] }> {
  const shapes = [...parameterShapes(config).keys()];
  const [sums, total] = [new Map<string, Float32Array>(), new Map<string, Float32Array>()];
  const some: Float32Array[] = [];
  const pace = new Pace(watch, 'Taking gradients', ingredients.length * windows.length);
  for (const ingredient of ingredients) {
    await backend.merge([{ ...ingredient, coefficient: 1 }], 0, watch);
    const F = await fisherOf(backend, config, windows, fusion, ingredient.id, pace, watch);
    for (const name of shapes) add(name, F.get(name) as Float32Array, await ingredient.checkpoint.values(name), sums, total);
    some.push(everySo(F));
  }
  const weights: Tensors = new Map();
  for (const name of shapes) {
    const known = total.get(name) as Float32Array;
    weights.set(name, await divided(name, ingredients, sums.get(name) as Float32Array, known));
    letGo(known.buffer as ArrayBuffer);
  }
  return { weights, shares: sharesOf(some) };
}

/** F of the weights that were merged last, normalised and with its floor. */
export async function fisherOf(backend: Backend, config: ModelConfig, windows: Window[], fusion: FisherFusion, id: string, pace: Pace, watch: Watch): Promise<Tensors> {
  const drawn = fusion.estimator === 'sampled';
  const next = seeded(fusion.seed);
  const wait = (): number => -Math.log((next() + 0.5) / 2 ** 32); // exponential, and never 0
  const waits = (length: number): Float32Array<ArrayBuffer> => new Float32Array(length * config.vocab_size).map(wait);
  const examples = function* (): Iterable<Example> {
    for (const window of windows) yield exampleOf(window, undefined, drawn ? waits : undefined);
  };
  const sums = await backend.accumulate(gradients({ drawn, squared: true }), examples(), async () => {
    pace.step();
    await breathe();
    watch.checkStopped();
  });
  const F = parametersOf(sums, 'd.', config);
  const mean = meanOf(F) / windows.length;
  if (!Number.isFinite(mean)) throw failure('scores-not-finite', { model: id, found: 'gradients that are not finite numbers' });
  const scale = (fusion.normalise && mean > 0 ? 1 / mean : 1) / windows.length;
  for (const values of F.values()) for (let k = 0; k < values.length; k++) values[k] = Math.max(values[k] * scale, fusion.floor);
  return F;
}

function meanOf(tensors: Tensors): number {
  let [sum, count] = [0, 0];
  for (const values of tensors.values()) {
    for (const value of values) sum += value;
    count += values.length;
  }
  return sum / count;
}

/** sums += F theta and total += F, one parameter. */
function add(name: string, F: Float32Array, theta: Float32Array, sums: Tensors, total: Tensors): void {
  const [sum, all] = [sums.get(name) ?? new Float32Array(F.length), total.get(name) ?? new Float32Array(F.length)];
  for (let k = 0; k < F.length; k++) {
    sum[k] += F[k] * theta[k];
    all[k] += F[k];
  }
  sums.set(name, sum);
  total.set(name, all);
}

/** sum / total, in the place of the sum; where nothing is known of a value, the mean of what the ingredients have there. */
async function divided(name: string, ingredients: FusionIngredient[], sum: Float32Array, total: Float32Array): Promise<Float32Array> {
  for (let k = 0; k < sum.length; k++) sum[k] = total[k] > 0 ? sum[k] / total[k] : 0;
  if (total.every((value) => value > 0)) return sum;
  for (const ingredient of ingredients) {
    const theta = await ingredient.checkpoint.values(name);
    for (let k = 0; k < sum.length; k++) if (total[k] === 0) sum[k] += theta[k] / ingredients.length;
  }
  return sum;
}

/** Values of all tensors, evenly spread. */
function everySo(tensors: Tensors): Float32Array {
  const count = [...tensors.values()].reduce((sum, { length }) => sum + length, 0);
  const step = Math.max(1, Math.floor(count / sampled));
  const picked = new Float32Array(Math.ceil(count / step));
  let [seen, next] = [0, 0];
  for (const values of tensors.values()) {
    for (let k = (step - (seen % step)) % step; k < values.length; k += step) picked[next++] = values[k];
    seen += values.length;
  }
  return picked;
}

function sharesOf(F: Float32Array[]): number[] {
  const shares = F.map(() => 0);
  for (let k = 0; k < F[0].length; k++) {
    const total = F.reduce((sum, values) => sum + values[k], 0);
    F.forEach((values, i) => (shares[i] += total > 0 ? values[k] / total : 1 / F.length));
  }
  return shares.map((share) => share / F[0].length);
}
