/** What a soup's coefficients say, in a formula and in words. */
import type { MethodName } from '../core/merging/merge-method';
import type { ResultOf } from '../core/notebook/results';

/** The paper's rule with the measured numbers put in; for the last ingredient, which is the latest. */
export function perplexityFormula({ ingredients, perplexities, coefficients, stderrs, temperature }: ResultOf<'soup'>): string {
  const last = ingredients.length - 1;
  const power = temperature === 1 ? '' : `^{1/${temperature}}`;
  const share = (i: number): string => `(1/${perplexities[i].perplexity.toFixed(2)})${power}`;
  const plain = (i: number): string => (temperature === 1 ? `1/${perplexities[i].perplexity.toFixed(2)}` : share(i));
  const shown = ingredients.length <= 3 ? ingredients.map((_, i) => plain(last - i)).join(' + ') : `${plain(last)} + \\cdots + ${plain(0)}`;
  const error = stderrs?.[last];
  const value = `${coefficients[last].toFixed(4)}${error == null ? '' : ` \\pm ${error.toFixed(4)}`}`;
  return `\\lambda_{\\text{${ingredients[last].replaceAll('_', '\\_')}}} = \\frac{${plain(last)}}{${shown}} = ${value}`;
}

export function coefficientRemark(method: MethodName, { coefficients, stderrs }: ResultOf<'soup'>): string {
  if (method === 'uniform') return 'Equal parts need no measurement, so they carry no error. This is the soup to beat.';
  if (method === 'manual') return 'Chosen by hand, so they carry no error.';
  const last = coefficients.length - 1;
  const error = stderrs?.[last] ?? null;
  const sure = error === null ? 'The text is too short to give an error.' : '± is one standard error, paired over the same tokens.';
  if (coefficients.length !== 2) return sure;
  const away = Math.abs(coefficients[last] - 0.5);
  if (away < 0.06) {
    return `Near one half, because neighbours predict a text almost equally well: at T = 1 a perplexity 5 % lower gives only 0.513. So this soup is nearly the uniform one. ${sure}`;
  }
  return `Away from one half, because the perplexities differ or T is small; the weaker checkpoint still gets ${(100 * Math.min(...coefficients)).toFixed(0)} %. ${sure}`;
}
