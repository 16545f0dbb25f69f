/** The paper's rule: coefficients from the perplexities of the ingredients on an unlabelled text. */
import { failure } from '../errors';
import { perplexityOf, standardError } from '../perplexity/perplexity';
import type { Rule } from './merge-method';

/** Colder than this the best ingredient takes all, and exponents overflow. */
const coldest = 0.001;

export const perplexityWeighted: Rule = {
  kind: 'rule',
  name: 'perplexity',
  title: 'Perplexity-weighted',
  says: 'the better an ingredient predicts the text, the more of it',
  paper: 'Enhancing LLM Pretraining by Checkpoint Merging, section 3.2',
  data: 'text',
  reads: ['temperature'],
  coefficients(_ingredients, { temperature = 1 }, scores, soup) {
    if (!(temperature >= coldest && Number.isFinite(temperature))) {
      throw failure('coefficients-invalid', { soup, found: `temperature ${temperature}`, allowed: `a temperature of ${coldest} or more` });
    }
    const means = scores.map(({ documents, bytes }) => {
      const { nll, tokens } = perplexityOf(documents, bytes);
      return nll / tokens;
    });
    const lambda = softmax(means.map((m) => -m / temperature));
    return { coefficients: lambda, stderrs: lambda.map((_, i) => coefficientError(i, lambda, scores.map((s) => s.documents), temperature)) };
  },
};

/**
 * lambda_i = (1/phi_i) / sum_j (1/phi_j) with phi = exp(NLL) is softmax(-NLL): a temperature T divides the exponents.
 * The largest is subtracted first, so that no exponential overflows.
 */
export function softmax(exponents: number[]): number[] {
  const max = Math.max(...exponents);
  const e = exponents.map((x) => Math.exp(x - max));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((x) => x / sum);
}

/**
 * Delta method: d lambda_i / d m_j = -lambda_i ([i = j] - lambda_j) / T, m_j the mean NLL of ingredient j. The error of that
 * combination is taken over the same blocks for all ingredients, hence paired. For two it is lambda (1 - lambda) / T times the
 * error of the difference of their mean NLLs.
 */
function coefficientError(i: number, lambda: number[], documents: Float32Array[][], T: number): number | null {
  return standardError(lambda.map((l, j) => ({ documents: documents[j], weight: (-lambda[i] * ((i === j ? 1 : 0) - l)) / T })));
}
