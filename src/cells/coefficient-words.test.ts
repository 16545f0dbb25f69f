import temml from 'temml';
import { describe, expect, test } from 'vitest';
import type { ResultOf } from '../core/notebook/results';
import { coefficientRemark, perplexityFormula } from './coefficient-words';

function soup(perplexities: number[], changes: Partial<ResultOf<'soup'>> = {}): ResultOf<'soup'> {
  const { temperature = 1 } = changes;
  const shares = perplexities.map((phi) => phi ** (-1 / temperature));
  const total = shares.reduce((a, b) => a + b);
  return {
    kind: 'soup',
    ingredients: perplexities.map((_, i) => `step${i + 1}`),
    perplexities: perplexities.map((perplexity) => ({ tokens: 100, nll: 100 * Math.log(perplexity), perplexity, bitsPerByte: 1, stderr: null })),
    coefficients: shares.map((share) => share / total),
    stderrs: perplexities.map(() => 0.0123),
    temperature,
    ...changes,
  };
}

describe('the formula', () => {
  test('is that of the latest of two, with its error', () => {
    expect(perplexityFormula(soup([6, 4]))).toBe('\\lambda_{\\text{step2}} = \\frac{1/4.00}{1/4.00 + 1/6.00} = 0.6000 \\pm 0.0123');
  });

  test.each([null, [null, null]])('leaves out an error there is none of: %j', (stderrs) => {
    expect(perplexityFormula(soup([6, 4], { stderrs }))).toMatch(/= 0\.6000$/);
  });

  test('writes out three, and the first and the last of more', () => {
    expect(perplexityFormula(soup([6, 5, 4]))).toContain('{1/4.00 + 1/5.00 + 1/6.00}');
    expect(perplexityFormula(soup([6, 5, 4.5, 4]))).toContain('{1/4.00 + \\cdots + 1/6.00}');
  });

  test('has the temperature as a power', () => {
    expect(perplexityFormula(soup([6, 4], { temperature: 0.5 }))).toContain('\\frac{(1/4.00)^{1/0.5}}{(1/4.00)^{1/0.5} + (1/6.00)^{1/0.5}}');
  });

  test.each([[[6, 4], 1], [[6, 5, 4], 0.1], [[8, 7, 6, 5], 2]])('comes to its value, and is a formula: %j at T = %d', (phi, temperature) => {
    const tex = perplexityFormula(soup(phi, { temperature }));
    expect(temml.renderToString(tex, { throwOnError: true })).toContain('<math');
    if (tex.includes('cdots')) return;
    const fraction = /\\frac\{(.*)\}\{(.*)\} = ([\d.]+)/.exec(tex) ?? [];
    const [top, bottom] = fraction.slice(1, 3).map((sum) =>
      sum.split(' + ').reduce((total, term) => total + (Number(/1\/([\d.]+)/.exec(term)?.[1]) ** -1) ** (1 / temperature), 0),
    );
    expect(top / bottom).toBeCloseTo(Number(fraction[3]), 4);
  });
});

describe('the remark', () => {
  test('on soups without a measurement says that there is no error', () => {
    expect(coefficientRemark('uniform', soup([6, 4]))).toMatch(/no measurement.*no error/);
    expect(coefficientRemark('manual', soup([6, 4]))).toMatch(/by hand.*no error/);
  });

  test('on two neighbours says that the soup is nearly the uniform one', () => {
    expect(coefficientRemark('perplexity', soup([4.2, 4]))).toMatch(/^Near one half.*nearly the uniform one.*paired/);
  });

  test('on a distant pair says what the weaker one still gets, whichever it is', () => {
    expect(coefficientRemark('perplexity', soup([9, 3]))).toMatch(/^Away from one half.*still gets 25 %/);
    expect(coefficientRemark('perplexity', soup([3, 9]))).toMatch(/^Away from one half.*still gets 25 %/);
  });

  test('on more than two only explains the error, or why there is none', () => {
    expect(coefficientRemark('perplexity', soup([6, 5, 4]))).toBe('± is one standard error, paired over the same tokens.');
    expect(coefficientRemark('perplexity', soup([6, 5, 4], { stderrs: null }))).toBe('The text is too short to give an error.');
    expect(coefficientRemark('perplexity', soup([4.2, 4], { stderrs: [null, null] }))).toMatch(/too short to give an error\.$/);
  });
});
