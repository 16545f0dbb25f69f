/** Negative log-likelihoods -> perplexity, bits per byte, and how sure we are of them. */

/** What one model's scoring of a text comes to; `nll` is the sum, in nats. */
export interface Perplexity {
  tokens: number;
  nll: number;
  perplexity: number;
  bitsPerByte: number;
  /** standard error of the perplexity; null where there are too few blocks to tell */
  stderr: number | null;
}

/** Tokens in a block: neighbouring tokens are not independent, so errors are taken between blocks of this length. */
export const blockLength = 32;

/**
 * phi(D) = exp(total NLL / total tokens), each document scored by itself (the paper, A.3).
 * @param documents per document, the NLL of each scored token, nats
 * @param bytes UTF-8 length of all documents together
 */
export function perplexityOf(documents: Float32Array[], bytes: number): Perplexity {
  const tokens = documents.reduce((sum, { length }) => sum + length, 0);
  const nll = documents.reduce((total, document) => total + document.reduce((sum, value) => sum + value, 0), 0);
  const perplexity = Math.exp(nll / tokens);
  const error = standardError([{ documents, weight: 1 }]);
  return { tokens, nll, perplexity, bitsPerByte: nll / (bytes * Math.LN2), stderr: error === null ? null : perplexity * error };
}

/** Per-token NLLs under one model, with the weight it has in a combination. */
export interface Weighted {
  documents: Float32Array[];
  weight: number;
}

/**
 * Standard error of `sum_k weight_k * (mean NLL of model k)` over the same tokens: paired, because the models' per-token
 * values are combined before anything is squared. With one model it is the error of its mean; with weights 1 and -1 that of a
 * difference, which is far smaller than two independent errors would say.
 *
 * Ratio estimator over blocks b (documents cut into stretches of `blockLength` tokens): with d_b the block's sum and t_b its
 * tokens, m = sum d / sum t and SE = sqrt(n/(n-1) sum (d_b - m t_b)^2) / sum t (Cochran, Sampling Techniques, 6.4).
 * @returns nats per token, or null with fewer than two blocks
 */
export function standardError(models: Weighted[]): number | null {
  const blocks = blockSums(models);
  if (blocks.length < 2) return null;
  const total = blocks.reduce((sum, { value }) => sum + value, 0);
  const tokens = blocks.reduce((sum, block) => sum + block.tokens, 0);
  const mean = total / tokens;
  const squares = blocks.reduce((sum, block) => sum + (block.value - mean * block.tokens) ** 2, 0);
  return Math.sqrt((blocks.length / (blocks.length - 1)) * squares) / tokens;
}

function blockSums(models: Weighted[]): { value: number; tokens: number }[] {
  const blocks: { value: number; tokens: number }[] = [];
  models[0].documents.forEach((document, d) => {
    for (let start = 0; start < document.length; start += blockLength) {
      const end = Math.min(start + blockLength, document.length);
      let value = 0;
      for (const model of models) {
        for (let i = start; i < end; i++) value += model.weight * model.documents[d][i];
      }
      blocks.push({ value, tokens: end - start });
    }
  });
  return blocks;
}
