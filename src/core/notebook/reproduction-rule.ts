/**
 * When a number counts as reproduced. Two devices round differently: sums of 32-bit numbers in another order differ in their
 * last digits, and nothing else may differ. What is allowed follows from one tolerance, that of a mean negative log-likelihood;
 * standard errors are shown and not compared.
 */
import { marginOf, type Answer } from '../evaluation/accuracy';
import type { MethodName } from '../merging/merge-method';
import type { BackendInfo } from '../scoring/backend';

/** The rule, in sentences for a reader. */
export const reproductionRule = [
  'The mean negative log-likelihood per token m of a text agrees within 0.00001 max(1, m) where both were computed on the same kind of device, in the same precision and with the same version of the runtime, within 0.0001 max(1, m) elsewhere, and within 0.002 max(1, m) where one had weights of 32 bits and the other of 16. Its tokens and bytes must be as many.',
  'The coefficients of a perplexity-weighted soup agree within what those tolerances of its ingredients allow them to move. Those that a search found, and the shares of a Fisher soup, agree within the square root of the tolerance, 0.003, 0.01 or 0.045: a loss is flat where it is least, and drawn targets may fall on the other side. All others, and the least of those, agree within 0.000001.',
  'The answers to a task agree item by item. An item may be right in one place and wrong in the other only where its right choice and the best of the others are as likely as each other, within the two tolerances of their log-likelihoods l, 0.00001, 0.0001 or 0.002 max(1, |l|) each. Where an item has one continuation (LAMBADA), how close it was is not known, and no item may differ.',
  'Likelihood per character may have as many more or fewer items right as there are items that close.',
];

type Precision = BackendInfo['precision'];
type Way = Pick<BackendInfo, 'kind' | 'precision' | 'runtime'>;

/** Of a mean NLL, relative to max(1, NLL): where both come from one kind of device and runtime, and where they do not. */
const alike = { same: 1e-5, across: 1e-4 };
/**
 * Rounding a soup's weights to 16 bits moved the mean NLL of 2,139 tokens under soups of the bundled run by 1e-4, and that of a token by
 * 7e-3 at most, of 5.6: a relative 1.2e-3, where what is compared may be the likelihood of a single token.
 */
const rounded = { same: 2e-3, across: 2e-3 };

const tolerances: Record<`${Precision} ${Precision}`, { same: number; across: number }> = {
  'fp32 fp32': alike,
  'fp16-weights fp16-weights': alike,
  'fp32 fp16-weights': rounded,
  'fp16-weights fp32': rounded,
};

/** What coefficients may differ by whatever they come from, because they were written down with so many digits. */
const leastOfCoefficients = 1e-6;

/** Whether two numbers were computed the same way. The name of a device, or its number of threads, does not matter. */
export function sameWay(a: Way, b: Way): boolean {
  return a.kind === b.kind && a.precision === b.precision && a.runtime === b.runtime;
}

/** By how much two mean NLLs may differ, relative to max(1, NLL). */
export function toleranceBetween(a: Way, b: Way): number {
  return tolerances[`${a.precision} ${b.precision}`][sameWay(a, b) ? 'same' : 'across'];
}

/** The absolute tolerance of a mean NLL per token, in nats; also that of a log-likelihood, which is the sum of one token or more. */
export function toleranceOf(nll: number, relative: number): number {
  return relative * Math.max(1, Math.abs(nll));
}

/**
 * By how much coefficients may differ that follow from trials or from gradients. Near its minimum a loss rises by k d^2 / 2, so that
 * a loss known up to t leaves the place of the minimum known up to about sqrt(t).
 */
export function toleranceOfFound(method: MethodName, relative: number): number {
  return method === 'search' || method === 'fisher' ? Math.sqrt(relative) : leastOfCoefficients;
}

/**
 * Whether a coefficient is where the tolerances of the NLLs let it be. `lambda_i = exp(-m_i/T) / sum_j exp(-m_j/T)` falls most when
 * m_i rises by its tolerance t_i and all other m_j fall by theirs, which multiplies each lambda_j / lambda_i by exp((t_i + t_j)/T);
 * and the other way round. To first order it moves by lambda_i sum_j lambda_j (t_i + t_j)/T over the j other than i: for two
 * ingredients lambda (1 - lambda)/T times the sum of their tolerances.
 * @param nll of the ingredients, mean per token; empty where the coefficients follow from no text
 */
export function coefficientAgrees(i: number, found: number, lambda: number[], { nll, temperature, relative }: { nll: number[]; temperature: number; relative: number }): boolean {
  if (Math.abs(found - lambda[i]) <= leastOfCoefficients) return true;
  if (nll.length !== lambda.length) return false;
  const t = nll.map((each) => toleranceOf(each, relative));
  const moved = (sign: number): number => {
    const others = lambda.reduce((sum, l, j) => (j === i ? sum : sum + l * Math.exp((sign * (t[i] + t[j])) / temperature)), 0);
    return lambda[i] / (lambda[i] + others);
  };
  return moved(1) <= found && found <= moved(-1);
}

/** Whether an answer could as well have been the other way round elsewhere: the two choices that decide are as likely as each other. */
export function isClose(gold: number, answer: Answer, relative: number): boolean {
  const others = answer.logLikelihoods.filter((_, i) => i !== gold);
  if (others.length === 0) return false;
  const allowed = toleranceOf(answer.logLikelihoods[gold], relative) + toleranceOf(Math.max(...others), relative);
  return Math.abs(marginOf(gold, answer)) <= allowed;
}
