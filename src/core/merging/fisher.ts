/** Fisher-weighted averaging, Matena and Raffel 2022; how its weights are made: fusion/fisher.ts. */
import { failure } from '../errors';
import { usualEstimator, usualParameters as usual, type Combination } from './merge-method';

export const fisher: Combination = {
  kind: 'fusion',
  name: 'fisher',
  title: 'Fisher',
  says: 'each weight mixed by how much the ingredients’ answers depend on it',
  paper: 'https://arxiv.org/abs/2111.09832',
  data: 'items-or-text',
  reads: ['estimator', 'examples', 'floor', 'normalise', 'seed'],
  /** From items the gradients of the right answers; from a text those of targets that the model draws, which makes it label-free. */
  fusion(parameters, data, soup) {
    const { estimator = usualEstimator('items' in data ? 'items' : 'text'), examples = usual.examples, floor = usual.floor, normalise = usual.normalise, seed = usual.seed } = parameters;
    const wrong = (found: string, allowed: string): Error => failure('coefficients-invalid', { soup, found, allowed });
    if (!(Number.isInteger(examples) && examples >= 1)) throw wrong(`${examples} examples`, 'a whole number of examples, 1 or more');
    if (!(floor >= 0 && Number.isFinite(floor))) throw wrong(`a floor of ${floor}`, 'a floor of 0 or more');
    return { method: 'fisher', data, estimator, examples, floor, normalise, seed };
  },
};
