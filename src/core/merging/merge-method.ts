/** What a merge method is. */
import type { PerTokenScores } from '../perplexity/scores';

export type MethodName = 'uniform' | 'manual' | 'perplexity';

/** What a soup cell may set; each method reads its own. */
export interface MethodParameters {
  /** manual: one number per ingredient, summing to 1 */
  coefficients?: number[];
  /** perplexity: T in softmax(-NLL / T); 1 is the paper's rule */
  temperature?: number;
}

/** Mixing numbers of a soup, one per ingredient, and how sure they are where they were estimated. */
export interface Coefficients {
  coefficients: number[];
  /** null where the coefficients are chosen and not estimated, or where the text is too short to tell */
  stderrs: (number | null)[] | null;
}

export interface MergeMethod {
  name: MethodName;
  title: string;
  /** where it comes from */
  paper: string;
  /** whether it needs per-token scores of its ingredients on an unlabelled text */
  needsText: boolean;
  /**
   * @param soup the soup's name, for an error
   * @param scores per ingredient, on the same tokens; empty unless `needsText`
   * @throws coefficients-invalid
   */
  coefficients(ingredients: string[], parameters: MethodParameters, scores: PerTokenScores[], soup: string): Coefficients;
}
