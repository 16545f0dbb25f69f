/** Equal coefficients: the uniform soup of Wortsman et al. 2022, https://arxiv.org/abs/2203.05482. */
import type { Rule } from './merge-method';

export const uniform: Rule = {
  kind: 'rule',
  name: 'uniform',
  title: 'Uniform',
  says: 'all ingredients in equal parts',
  paper: 'https://arxiv.org/abs/2203.05482',
  data: 'none',
  reads: [],
  coefficients: (ingredients) => ({ coefficients: ingredients.map(() => 1 / ingredients.length), stderrs: null }),
};
