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
    method: 'perplexity',
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
    expect(perplexityFormula(soup([6, 4]))).toBe('\\lambda_{\\text{step2}} = \\frac{1/4.000}{1/4.000 + 1/6.000} = 0.6000 \\pm 0.0123');
  });

  test.each([null, [null, null]])('leaves out an error there is none of: %j', (stderrs) => {
    expect(perplexityFormula(soup([6, 4], { stderrs }))).toMatch(/= 0\.6000$/);
  });

  test('writes out three, and the first and the last of more', () => {
    expect(perplexityFormula(soup([6, 5, 4]))).toContain('{1/4.000 + 1/5.000 + 1/6.000}');
    expect(perplexityFormula(soup([6, 5, 4.5, 4]))).toContain('{1/4.000 + \\cdots + 1/6.000}');
  });

  test('has the temperature as a power', () => {
    expect(perplexityFormula(soup([6, 4], { temperature: 0.5 }))).toContain('\\frac{(1/4.000)^{1/0.5}}{(1/4.000)^{1/0.5} + (1/6.000)^{1/0.5}}');
  });

  test('writes large perplexities as numbers, not as lists', () => {
    expect(perplexityFormula(soup([54_321, 4]))).toContain('1/54{,}320');
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
    expect(coefficientRemark(soup([6, 4], { method: 'uniform', stderrs: null }))).toMatch(/no measurement.*no error/);
    expect(coefficientRemark(soup([6, 4], { method: 'manual', stderrs: null }))).toMatch(/by hand.*no error/);
  });

  test('on two of nearly equal perplexity says by what ratio, and that the parts are nearly equal', () => {
    expect(coefficientRemark(soup([4.2, 4]))).toMatch(/^The perplexity of step1 is 1\.050 times that of step2, .*nearly equal parts\. ± is one standard error, paired/);
    expect(coefficientRemark(soup([4, 4.2]))).toMatch(/^The perplexity of step2 is 1\.050 times that of step1,/);
    expect(coefficientRemark(soup([5, 4]))).not.toMatch(/equal parts/);
    expect(1 / (1 + 0.95), 'the constant in it').toBeCloseTo(0.513, 3);
  });

  test('on very different ones says what the weaker one still gets, whichever it is', () => {
    expect(coefficientRemark(soup([9, 3]))).toMatch(/^The perplexity of step1 is 3\.00 times that of step2, .*step1 still gets 25 %/);
    expect(coefficientRemark(soup([3, 9]))).toMatch(/^The perplexity of step2 is 3\.00 times that of step1, .*step2 still gets 25 %/);
  });

  test('at another temperature says what it does, and what T = 1 would give', () => {
    const cold = coefficientRemark(soup([4.2, 4], { temperature: 0.01 }));
    expect(cold).toMatch(/^The perplexity of step1 is 1\.050 times that of step2\. T = 0\.01 exaggerates the differences: at T = 1 step2 would get 0\.512\./);
    expect(cold).not.toMatch(/equal parts|still gets/);
    expect(coefficientRemark(soup([9, 3], { temperature: 4 }))).toMatch(/T = 4 dampens the differences: at T = 1 step2 would get 0\.750\./);
    expect(coefficientRemark(soup([9, 3, 3], { temperature: 4 }))).toMatch(/T = 4 dampens the differences\. ±/);
  });

  test('on more than two gives the ratio of the extremes, and explains the error, or why there is none', () => {
    expect(coefficientRemark(soup([6, 5, 4]))).toBe('The perplexity of step1 is 1.50 times that of step3. ± is one standard error, paired over the same tokens.');
    expect(coefficientRemark(soup([6, 5, 4], { stderrs: null }))).toMatch(/step3\. The text is too short to give an error\.$/);
    expect(coefficientRemark(soup([4.2, 4], { stderrs: [null, null] }))).toMatch(/too short to give an error\.$/);
  });
});
