/** What an architecture says of itself. */
import type { ModelConfig } from '../checkpoint/config';
import type { GraphBuilder, Value } from './builder';

/** What a body reads besides the parameters. */
export interface Inputs {
  /** int32 [B, T] */
  tokens: Value;
  /** int64 [B, T], below max_position_embeddings */
  positions: Value;
  /** float32 [B, 1, T, T], added to every head's attention */
  bias: Value;
  /** T and every position are at most this */
  longest: number;
}

export interface Architecture {
  /** Every parameter the graph takes, by the name it has in a checkpoint, in the order of the forward pass. */
  parameterShapes(config: ModelConfig): Map<string, number[]>;
  /**
   * Adds the model's body to a graph whose inputs are the parameters and `inputs`.
   * @returns the last hidden state [B*T, D], normalised, ready for the unembedding
   */
  body(g: GraphBuilder, config: ModelConfig, inputs: Inputs): Value;
  /** The parameter whose rows are the unembedding [V, D]. */
  unembedding(config: ModelConfig): string;
}
