import { describe, expect, test } from 'vitest';
import { methodNames, usualParameters } from '../../core/merging/merge-method';
import { mergeMethods } from '../../core/merging/merge-methods';
import { fieldsOf, fieldValue, parameterFields } from './parameter-fields';

const field = (name: string) => {
  const found = parameterFields.find((each) => each.name === name);
  if (!found) throw new Error(`no field ${name}`);
  return found;
};

test('every number that a method reads has a field, and the usual value is one that it takes', () => {
  const elsewhere = ['coefficients', 'normalise', 'estimator'];
  const read = methodNames.flatMap((name) => mergeMethods[name].reads).filter((name) => !elsewhere.includes(name));
  expect([...new Set(read)].sort()).toEqual(parameterFields.map(({ name }) => name).sort());
  for (const each of parameterFields) expect(fieldValue(each, usualParameters[each.name]), each.name).toBe(usualParameters[each.name]);
});

describe('what was typed', () => {
  test.each([
    ['share', 2, 0.95],
    ['share', -1, 0.05],
    ['last', 2.6, 3],
    ['last', 0, 1],
    ['decay', 0.123, 0.123],
    ['floor', NaN, usualParameters.floor],
    ['seed', Infinity, usualParameters.seed],
  ])('%s: %d becomes %d', (name, typed, value) => {
    expect(fieldValue(field(name), typed)).toBe(value);
  });
});

test('a seed is asked for only where targets are drawn', () => {
  const names = (estimator: 'empirical' | 'sampled') => fieldsOf(mergeMethods.fisher.reads, estimator).map(({ name }) => name);
  expect(names('sampled')).toEqual(['examples', 'floor', 'seed']);
  expect(names('empirical')).toEqual(['examples', 'floor']);
});
