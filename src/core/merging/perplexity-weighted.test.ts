import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { standardError } from '../perplexity/perplexity';
import type { PerTokenScores } from '../perplexity/scores';
import type { Coefficients } from './merge-method';
import { perplexityWeighted, softmax } from './perplexity-weighted';

const scores = (...documents: number[][]): PerTokenScores => ({ model: 'm', documents: documents.map((d) => Float32Array.from(d)), bytes: 100 });
const constant = (nll: number, tokens = 64): PerTokenScores => scores(new Array<number>(tokens).fill(nll));

function weigh(all: PerTokenScores[], temperature?: number): Coefficients {
  return perplexityWeighted.coefficients(all.map((_, i) => `step${i}`), { temperature }, all, 'soup');
}

/** The paper's section 3.2, word for word: phi by the root of products, then inverse perplexities over their sum. */
function paper(all: PerTokenScores[]): number[] {
  const inverse = all.map(({ documents }) => {
    const values = documents.flatMap((document) => [...document]);
    const phi = values.reduce((product, nll) => product * Math.exp(nll / values.length), 1);
    return 1 / phi;
  });
  return inverse.map((value) => value / inverse.reduce((a, b) => a + b, 0));
}

const nlls = fc.array(fc.double({ min: 0, max: 12, noNaN: true }), { minLength: 70, maxLength: 70 });

describe('the coefficients', () => {
  test('are inverse perplexities over their sum, for any number of ingredients', () => {
    const property = fc.property(fc.array(nlls, { minLength: 1, maxLength: 5 }), (values) => {
      const all = values.map((v) => scores(v.slice(0, 50), v.slice(50)));
      const { coefficients } = weigh(all);
      paper(all).forEach((expected, i) => expect(coefficients[i]).toBeCloseTo(expected, 6));
      expect(coefficients.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    });
    fc.assert(property, { numRuns: 50 });
  });

  test('of perplexities 10 and 15 are 3/5 and 2/5; of 10, 20 and 20 a half and two quarters', () => {
    const of = (...phis: number[]): number[] => weigh(phis.map((phi) => constant(Math.log(phi)))).coefficients;
    of(10, 15).forEach((value, i) => expect(value).toBeCloseTo([0.6, 0.4][i], 6));
    of(10, 20, 20).forEach((value, i) => expect(value).toBeCloseTo([0.5, 0.25, 0.25][i], 6));
    expect(of(7, 7)).toEqual([0.5, 0.5]);
  });

  test('take each token for one, whatever document it stands in', () => {
    const lopsided = [scores([1], [3, 3, 3]), scores([2.5], [2.5, 2.5, 2.5])];
    expect(weigh(lopsided).coefficients).toEqual([0.5, 0.5]);
  });

  test('at a temperature T are inverse perplexities to the power 1/T', () => {
    const { coefficients } = weigh([constant(Math.log(10)), constant(Math.log(20))], 0.25);
    expect(coefficients[0]).toBeCloseTo(16 / 17, 6);
    expect(weigh([constant(1), constant(3)], 1e9).coefficients[0]).toBeCloseTo(0.5, 6);
    expect(weigh([constant(1), constant(3)], 0.001).coefficients).toEqual([1, 0]);
  });

  test.each([0, -1, NaN, Infinity, 1e-320])('at the temperature %d are refused', (temperature) => {
    expect(() => weigh([constant(1), constant(2)], temperature)).toThrow(expect.objectContaining({ code: 'coefficients-invalid' }));
  });
});

describe('their standard errors', () => {
  const wave = (seed: number, shift: number): PerTokenScores =>
    scores(...[200, 77, 130].map((length, d) => Array.from({ length }, (_, i) => 3 + shift + Math.sin(i * 0.7 + d) + 0.3 * Math.sin(seed * i))));
  const [a, b, c] = [wave(1.3, 0), wave(2.1, 0.4), wave(0.37, -0.3)];

  test.each([1, 0.2, 5])('for two are lambda (1 - lambda) / T times the error of the difference of their mean NLLs (T = %d)', (temperature) => {
    const { coefficients, stderrs } = weigh([a, b], temperature);
    const difference = standardError([{ documents: a.documents, weight: 1 }, { documents: b.documents, weight: -1 }]) ?? NaN;
    const expected = (coefficients[0] * coefficients[1] * difference) / temperature;
    expect(expected).toBeGreaterThan(1e-5);
    for (const stderr of stderrs ?? [null, null]) expect((stderr ?? NaN) / expected).toBeCloseTo(1, 6);
  });

  test('for three follow from nudging the scores: the error of the change that a small change of every block makes', () => {
    const { coefficients, stderrs } = weigh([a, b, c]);
    const step = 1e-3;
    const models = [a, b, c];
    // numerical derivative of lambda_0 by the mean NLL of each ingredient
    const slopes = models.map((_, j) => {
      const nudged = models.map((m, k) => (k === j ? { ...m, documents: m.documents.map((d) => d.map((x) => x + step)) } : m));
      return (weigh(nudged).coefficients[0] - coefficients[0]) / step;
    });
    const expected = standardError(models.map(({ documents }, j) => ({ documents, weight: slopes[j] }))) ?? NaN;
    expect((stderrs?.[0] ?? NaN) / expected).toBeCloseTo(1, 2);
  });

  test('are 0 where the ingredients differ by a constant, and unknown for a single block', () => {
    const shifted = { ...a, documents: a.documents.map((d) => d.map((x) => x + 0.5)) };
    for (const stderr of weigh([a, shifted]).stderrs ?? [null]) expect(stderr).toBeLessThan(1e-7);
    expect(weigh([constant(1, 32), constant(2, 32)]).stderrs).toEqual([null, null]);
  });
});

describe('softmax', () => {
  test('neither overflows nor underflows', () => {
    expect(softmax([1e308, 1e308])).toEqual([0.5, 0.5]);
    expect(softmax([-1e308, 1e308, 0])).toEqual([0, 1, 0]);
    expect(softmax([-5000, -5000 + Math.log(3)])).toEqual([expect.closeTo(0.25, 10), expect.closeTo(0.75, 10)]);
  });

  test('does not change when all exponents move together', () => {
    const property = fc.property(fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 1, maxLength: 6 }), fc.integer({ min: -500, max: 500 }), (x, shift) => {
      const [still, moved] = [softmax(x), softmax(x.map((value) => value + shift))];
      still.forEach((value, i) => expect(moved[i]).toBeCloseTo(value, 9));
    });
    fc.assert(property);
  });
});
