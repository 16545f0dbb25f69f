import { describe, expect, test } from 'vitest';
import { duration, fileSize, percentChange, percentSize, perplexityText, unbroken, withError } from './numbers';

test('a duration is said as one would', () => {
  expect([0.2, 1.4, 18.4, 89, 91, 1000].map(duration)).toEqual(['about a second', 'about a second', 'about 18 s', 'about 89 s', 'about 2 min', 'about 17 min']);
});

test('a value has its error behind it, if there is one', () => {
  expect(withError(0.5127, 0.0014, 3)).toBe('0.513 ± 0.001');
  expect(withError(0.5127, null, 2)).toBe('0.51');
});

describe('a perplexity', () => {
  test.each([
    [1, '1.000'],
    [4.5678, '4.568'],
    [41.2345, '41.23'],
    [412.345, '412.3'],
    [4123.45, '4123'],
    [9999.9, '10000'],
    [123_456, '123,500'],
    [Infinity, '∞'],
  ])('of %d has about four significant digits', (value, text) => {
    expect(perplexityText(value)).toBe(text);
  });

  test('has an error with as many decimals', () => {
    expect(perplexityText(41.2345, 1.0567)).toBe('41.23 ± 1.06');
    expect(perplexityText(412.345, 10.567)).toBe('412.3 ± 10.6');
    expect(perplexityText(54_321, 1234)).toBe('54,320 ± 1,234');
  });
});

describe('a change in percent', () => {
  test('has a sign, unless it is nothing', () => {
    expect(percentChange(-0.0461, 0.0102)).toBe('−4.6 ± 1.0 %');
    expect(percentChange(0.105, null)).toBe('+10.5 %');
    expect(percentChange(-0.0001, 0.002)).toBe('0.0 ± 0.2 %');
    expect(percentChange(-0.00001, null)).toBe('0.0 %');
  });

  test('has decimals enough for its error to be seen', () => {
    expect(percentChange(-0.00012, 0.00021)).toBe('−0.01 ± 0.02 %');
    expect(percentChange(0.000034, 0.000011)).toBe('+0.003 ± 0.001 %');
    expect(percentChange(0.105, 1e-9)).toBe('+10.5 ± 0.0 %');
  });

  test('has a size, where words say the direction', () => {
    expect(percentSize(-0.0461, 0.0102)).toBe('4.6 ± 1.0 %');
    expect(percentSize(0.0461, null)).toBe('4.6 %');
  });
});

test('numbers in a sentence stay together', () => {
  expect(unbroken('It is 4.6 ± 1.0 % at T = 1.')).toBe('It is 4.6\u00a0±\u00a01.0\u00a0% at T\u00a0=\u00a01.');
});

test.each([
  [800, '1 kB'],
  [250_000, '250 kB'],
  [4_485_272, '4.5 MB'],
  [166_000_000, '166 MB'],
  [1_621_336_064, '1.62 GB'],
  [250_000_000_000, '250 GB'],
])('%i bytes are %s', (bytes, words) => expect(fileSize(bytes)).toBe(words));
