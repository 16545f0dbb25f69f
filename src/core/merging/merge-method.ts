/** What a merge method is. */
import type { PerTokenScores } from '../perplexity/scores';
import type { Fusion, FusionData } from './fusion';

export const methodNames = ['uniform', 'manual', 'perplexity', 'greedy', 'fisher', 'regmean', 'lawa', 'ema', 'search'] as const;
export type MethodName = (typeof methodNames)[number];

/** Those that find their own coefficients, and so can be held against each other. */
export const comparedMethods = ['uniform', 'perplexity', 'greedy', 'fisher', 'regmean', 'lawa', 'ema', 'search'] as const satisfies MethodName[];

export const estimators = ['empirical', 'sampled'] as const;

/** What a soup cell may set; each method reads its own. */
export interface MethodParameters {
  /** manual: one number per ingredient, summing to 1 */
  coefficients?: number[];
  /** perplexity: T in softmax(-NLL / T); 1 is the paper's rule */
  temperature?: number;
  /** lawa: how many of the last ingredients */
  last?: number;
  /** ema: what the average keeps of itself at each step, between 0 and 1 */
  decay?: number;
  /** greedy, search: the share of the text or the items that selects; the rest reports */
  share?: number;
  /** fisher: whether the gradients are those of the given targets or of targets that the model itself draws */
  estimator?: (typeof estimators)[number];
  /** fisher: how many examples at most */
  examples?: number;
  /** fisher: no parameter counts for less than this */
  floor?: number;
  /** fisher: whether each ingredient's Fisher is divided by its mean first */
  normalise?: boolean;
  /** regmean: what off-diagonal entries of the Gram matrices are multiplied with, from 0 to 1 */
  scale?: number;
  /** regmean: what is added to the diagonal, as a share of its mean */
  ridge?: number;
  /** fisher: what sampled targets are drawn with */
  seed?: number;
}

/** What holds where a soup cell does not say otherwise; an estimator follows from the data. */
export const usualParameters = {
  temperature: 1,
  last: 3,
  decay: 0.5,
  share: 0.5,
  examples: 64,
  floor: 1e-6,
  normalise: true,
  scale: 0.9,
  ridge: 0,
  seed: 1,
} satisfies Omit<Required<MethodParameters>, 'coefficients' | 'estimator'>;

/** Labelled items have right answers, a text only what the model expects of it. */
export function usualEstimator(data: 'text' | 'items'): (typeof estimators)[number] {
  return data === 'items' ? 'empirical' : 'sampled';
}

/** Mixing numbers of a soup, one per ingredient, and how sure they are where they were estimated. */
export interface Coefficients {
  coefficients: number[];
  /** null where the coefficients are chosen and not estimated, or where the text is too short to tell */
  stderrs: (number | null)[] | null;
}

/** What a method that tries soups may ask of the data that selects. The smaller a loss, the better. */
export interface Trials {
  /** the soup with these coefficients: its mean NLL in nats per token, or its share of wrong answers */
  loss(coefficients: number[]): Promise<number>;
  /** the mean NLL and its slope along each coefficient; only where a text selects */
  slopes(coefficients: number[]): Promise<{ loss: number; slopes: number[] }>;
}

/** What was tried, in order, the chosen one among it. */
export interface Trial {
  coefficients: number[];
  loss: number;
}

interface About {
  name: MethodName;
  title: string;
  /** what it does, in half a sentence */
  says: string;
  /** where it comes from */
  paper: string;
  /** what it measures: nothing, an unlabelled text, or labelled items with a text in their place */
  data: 'none' | 'text' | 'items-or-text';
  /** which parameters it reads */
  reads: (keyof MethodParameters)[];
}

/** Coefficients by a formula. */
export interface Rule extends About {
  kind: 'rule';
  data: 'none' | 'text';
  /**
   * @param soup the soup's name, for an error
   * @param scores per ingredient, on the same tokens; empty where it measures nothing
   * @throws coefficients-invalid
   */
  coefficients(ingredients: string[], parameters: MethodParameters, scores: PerTokenScores[], soup: string): Coefficients;
}

/** Coefficients found by trying soups out. */
export interface Selection extends About {
  kind: 'selection';
  /** @returns the chosen coefficients and everything that was tried */
  choose(ingredients: string[], parameters: MethodParameters, trials: Trials, soup: string): Promise<{ coefficients: number[]; tried: Trial[] }>;
}

/** No coefficients: each weight is mixed by what is known of it. */
export interface Combination extends About {
  kind: 'fusion';
  /** @throws coefficients-invalid */
  fusion(parameters: MethodParameters, data: FusionData, soup: string): Fusion;
}

export type MergeMethod = Rule | Selection | Combination;
