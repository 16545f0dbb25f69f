/** What a soup's coefficients say, in a formula and in words. */
import type { MergeMethod, MethodName } from '../core/merging/merge-method';
import type { ResultOf } from '../core/notebook/results';
import { perplexityText } from '../ui/numbers';
import { fusionSentence } from './soup/soup-words';

/** Coefficients no further than this from one half are called nearly equal. */
const nearHalf = 0.03;

/** The paper's rule with the measured numbers put in; for the last ingredient, which is the latest. */
export function perplexityFormula({ ingredients, perplexities, coefficients, stderrs, temperature }: ResultOf<'soup'>): string {
  const last = ingredients.length - 1;
  const inverse = (i: number): string => `1/${perplexityText(perplexities[i].perplexity).replaceAll(',', '{,}').replace('∞', '\\infty')}`;
  const share = (i: number): string => (temperature === 1 ? inverse(i) : `(${inverse(i)})^{1/${temperature}}`);
  const shown = ingredients.length <= 3 ? ingredients.map((_, i) => share(last - i)).join(' + ') : `${share(last)} + \\cdots + ${share(0)}`;
  const error = stderrs?.[last];
  const value = `${coefficients[last].toFixed(4)}${error == null ? '' : ` \\pm ${error.toFixed(4)}`}`;
  return `\\lambda_{\\text{${ingredients[last].replaceAll('_', '\\_')}}} = \\frac{${share(last)}}{${shown}} = ${value}`;
}

/** What there is to be said of a soup that was not made yet. */
export function beforeRun(method: MergeMethod): string {
  if (method.kind === 'selection') return 'Run to try soups out on one part of the data; the rest tells how the chosen one does.';
  if (method.kind === 'fusion') return 'Run to make this soup, weight by weight.';
  return method.data === 'text' ? 'The coefficients follow from the perplexities; run to measure them.' : 'Run to make this soup.';
}

/** Of methods that measure nothing. */
const unmeasured: Partial<Record<MethodName, string>> = {
  uniform: 'Equal parts need no measurement, so they carry no error.',
  manual: 'Chosen by hand, so they carry no error.',
  lawa: 'The last ones in equal parts: nothing is measured, so they carry no error.',
  ema: 'They follow from the order of training alone, so they carry no error.',
};

export function coefficientRemark(result: ResultOf<'soup'>): string {
  if (result.fusion) return fusionSentence(result);
  if (result.trials) return 'Found by trying soups out; how far chance moved them is not known, so they carry no error.';
  const plain = unmeasured[result.method];
  if (plain !== undefined) return plain;
  const error = result.stderrs?.at(-1) ?? null;
  const sure = error === null ? 'The text is too short to give an error.' : '± is one standard error, paired over the same tokens.';
  return [ratioSentence(result), temperatureSentence(result), sure].filter((sentence) => sentence !== '').join(' ');
}

/** The measured perplexities, lowest and highest, and what the rule makes of their ratio. */
function ratioSentence({ ingredients, perplexities, coefficients, temperature }: ResultOf<'soup'>): string {
  if (perplexities.length < 2) return '';
  const { low, high, ratio } = extremes(perplexities.map(({ perplexity }) => perplexity));
  const measured = `The perplexity of ${ingredients[high]} is ${ratioText(ratio)} times that of ${ingredients[low]}`;
  if (coefficients.length !== 2 || temperature !== 1) return `${measured}.`;
  if (Math.abs(coefficients[low] - 0.5) < nearHalf) return `${measured}, and small differences barely move a coefficient from one half: 5 % lower gives 0.513 at T = 1. So these are nearly equal parts.`;
  return `${measured}, so the coefficients stand away from one half; ${ingredients[high]} still gets ${(100 * coefficients[high]).toFixed(0)} %.`;
}

/** A temperature other than the paper's, and what the rule would give without it. */
function temperatureSentence({ ingredients, perplexities, temperature }: ResultOf<'soup'>): string {
  if (temperature === 1) return '';
  const effect = `T = ${temperature} ${temperature < 1 ? 'exaggerates' : 'dampens'} the differences`;
  if (perplexities.length !== 2) return `${effect}.`;
  const { low, ratio } = extremes(perplexities.map(({ perplexity }) => perplexity));
  return `${effect}: at T = 1 ${ingredients[low]} would get ${(ratio / (1 + ratio)).toFixed(3)}.`;
}

function extremes(values: number[]): { low: number; high: number; ratio: number } {
  const low = values.indexOf(Math.min(...values));
  const high = values.lastIndexOf(Math.max(...values));
  return { low, high, ratio: values[high] / values[low] };
}

/** Enough digits for a ratio near one. */
function ratioText(ratio: number): string {
  return ratio < 1.1 ? ratio.toFixed(3) : ratio < 100 ? ratio.toFixed(2) : ratio.toFixed(0);
}
