import { describe, expect, test } from 'vitest';
import type { FusionData } from './fusion';
import { fisher } from './fisher';
import { regmean } from './regmean';

const text: FusionData = { text: { name: 't', documents: ['a'] }, convention: { kind: 'rolling' } };
const items: FusionData = { items: [] };

describe('Fisher', () => {
  test('takes the right answers of items, and draws targets on a text, unless it is told otherwise', () => {
    expect(fisher.fusion({}, items, 's')).toEqual({ method: 'fisher', data: items, estimator: 'empirical', examples: 64, floor: 1e-6, normalise: true, seed: 1 });
    expect(fisher.fusion({}, text, 's')).toMatchObject({ estimator: 'sampled' });
    expect(fisher.fusion({ estimator: 'empirical', examples: 5, floor: 0, normalise: false, seed: 9 }, text, 's')).toEqual({ method: 'fisher', data: text, estimator: 'empirical', examples: 5, floor: 0, normalise: false, seed: 9 });
  });

  test.each([{ examples: 0 }, { examples: 1.5 }, { floor: -1 }, { floor: NaN }, { floor: Infinity }])('with %j is refused', (parameters) => {
    expect(() => fisher.fusion(parameters, text, 's')).toThrow(expect.objectContaining({ code: 'coefficients-invalid' }));
  });
});

describe('RegMean', () => {
  test('scales off-diagonal entries by 0.9 and adds no ridge, unless it is told otherwise', () => {
    expect(regmean.fusion({}, text, 's')).toEqual({ method: 'regmean', data: text, scale: 0.9, ridge: 0 });
    expect(regmean.fusion({ scale: 1, ridge: 0.1 }, text, 's')).toMatchObject({ scale: 1, ridge: 0.1 });
  });

  test.each([{ scale: -0.1 }, { scale: 1.1 }, { scale: NaN }, { ridge: -1 }, { ridge: Infinity }])('with %j is refused', (parameters) => {
    expect(() => regmean.fusion(parameters, text, 's')).toThrow(expect.objectContaining({ code: 'coefficients-invalid' }));
  });
});
