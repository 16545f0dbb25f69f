/** The uniform average of the last k checkpoints: LAWA, Kaddour 2022 (https://arxiv.org/abs/2209.14981), Sanyal et al. 2023 (https://arxiv.org/abs/2306.03241). */
import { failure } from '../errors';
import { usualParameters, type Rule } from './merge-method';

export const lawa: Rule = {
  kind: 'rule',
  name: 'lawa',
  title: 'LAWA',
  says: 'the last k ingredients in equal parts',
  paper: 'https://arxiv.org/abs/2306.03241',
  data: 'none',
  reads: ['last'],
  coefficients(ingredients, { last = usualParameters.last }, _scores, soup) {
    if (!(Number.isInteger(last) && last >= 1)) throw failure('coefficients-invalid', { soup, found: `the last ${last}`, allowed: 'a whole number of ingredients, 1 or more' });
    const k = Math.min(last, ingredients.length);
    return { coefficients: ingredients.map((_, i) => (i < ingredients.length - k ? 0 : 1 / k)), stderrs: null };
  },
};
