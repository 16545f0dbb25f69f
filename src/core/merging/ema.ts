/** The exponential moving average of checkpoints along training, as if it had been kept while they were saved. */
import { failure } from '../errors';
import { usualParameters, type Rule } from './merge-method';

export const ema: Rule = {
  kind: 'rule',
  name: 'ema',
  title: 'Exponential average',
  says: 'later ingredients count more, by a constant factor',
  paper: 'https://arxiv.org/abs/2411.18704',
  data: 'none',
  reads: ['decay'],
  /** theta_1, then theta <- d theta + (1 - d) theta_t: c_1 = d^(n-1), c_t = (1 - d) d^(n-t) */
  coefficients(ingredients, { decay: d = usualParameters.decay }, _scores, soup) {
    if (!(d >= 0 && d < 1)) throw failure('coefficients-invalid', { soup, found: `a decay of ${d}`, allowed: 'a decay from 0 to below 1' });
    const n = ingredients.length;
    return { coefficients: ingredients.map((_, i) => (i === 0 ? d ** (n - 1) : (1 - d) * d ** (n - 1 - i))), stderrs: null };
  },
};
