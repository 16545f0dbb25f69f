/** One model's per-token scores of a text: what perplexity, coefficients and the token map are made from. */
export interface PerTokenScores {
  model: string;
  /** per document, the NLL of each scored token, nats */
  documents: Float32Array[];
  /** UTF-8 length of all documents */
  bytes: number;
}
