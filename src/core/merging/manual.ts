/** Coefficients chosen by hand. */
import { failure } from '../errors';
import type { Rule } from './merge-method';

/** What rounding to a few decimals may leave the sum short of one. */
const sumTolerance = 1e-6;

export const manual: Rule = {
  kind: 'rule',
  name: 'manual',
  title: 'By hand',
  says: 'coefficients that you choose',
  paper: 'https://arxiv.org/abs/2203.05482',
  data: 'none',
  reads: ['coefficients'],
  coefficients(ingredients, { coefficients = [] }, _scores, soup) {
    const wrong = (found: string): Error =>
      failure('coefficients-invalid', { soup, found, allowed: 'one finite number for each ingredient, summing to 1' });
    if (coefficients.length !== ingredients.length) throw wrong(`${coefficients.length} for ${ingredients.length} ingredients`);
    if (!coefficients.every(Number.isFinite)) throw wrong('one of them is not a finite number');
    const sum = coefficients.reduce((a, b) => a + b, 0);
    if (Math.abs(sum - 1) > sumTolerance) throw wrong(`they sum to ${sum}`);
    return { coefficients, stderrs: null };
  },
};
