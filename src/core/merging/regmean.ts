/** RegMean, Jin et al. 2023; how its weights are made: fusion/regmean.ts. */
import { failure } from '../errors';
import { usualParameters, type Combination } from './merge-method';

export const regmean: Combination = {
  kind: 'fusion',
  name: 'regmean',
  title: 'RegMean',
  says: 'each linear layer as close as can be to what all ingredients’ layers put out on the text',
  paper: 'https://arxiv.org/abs/2212.09849',
  data: 'text',
  reads: ['scale', 'ridge'],
  fusion({ scale = usualParameters.scale, ridge = usualParameters.ridge }, data, soup) {
    if (!(scale >= 0 && scale <= 1)) throw failure('coefficients-invalid', { soup, found: `a scale of ${scale}`, allowed: 'a scale from 0 to 1' });
    if (!(ridge >= 0 && Number.isFinite(ridge))) throw failure('coefficients-invalid', { soup, found: `a ridge of ${ridge}`, allowed: 'a ridge of 0 or more' });
    return { method: 'regmean', data, scale, ridge };
  },
};
