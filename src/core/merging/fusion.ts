/** A soup that is not linear, as a value: the formula, its parameters and the data it looks at. The engine makes its weights. */
import type { Item } from '../evaluation/task';
import type { ScoredText } from '../perplexity/documents';
import type { Convention } from '../perplexity/windows';

/** What is looked at: labelled items (context and right answer), or an unlabelled text. */
export type FusionData = { items: Item[] } | { text: ScoredText; convention: Convention };

/** Matena and Raffel 2022, https://arxiv.org/abs/2111.09832: theta = sum_i c_i F_i theta_i / sum_i c_i F_i, with equal c_i. */
export interface FisherFusion {
  method: 'fisher';
  data: FusionData;
  estimator: 'empirical' | 'sampled';
  /** at most this many examples: items, or windows of the text */
  examples: number;
  floor: number;
  normalise: boolean;
  seed: number;
}

/** Jin et al. 2023, https://arxiv.org/abs/2212.09849: W = (sum_i G_i)^-1 sum_i G_i W_i for each linear layer, everything else averaged. */
export interface RegMeanFusion {
  method: 'regmean';
  data: FusionData;
  scale: number;
  ridge: number;
}

export type Fusion = FisherFusion | RegMeanFusion;

/** What making one came to. */
export interface FusionFacts {
  /** per ingredient, what share of the weights it has: the mean over all parameters for Fisher, equal parts for RegMean */
  shares: number[];
  /** items or windows that were looked at, and scored tokens in them */
  examples: number;
  tokens: number;
  /** the longest that one may be, in tokens */
  window: number;
  /** how far the soup is from the uniform one: ||theta - mean|| / ||mean|| over all parameters */
  distance: number;
}
