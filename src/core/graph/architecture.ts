/** What an architecture says of itself. */
import type { ModelConfig } from '../checkpoint/config';
import type { GraphBuilder, Value } from './builder';

export interface Architecture {
  /** Every parameter the graph takes, by the name it has in a checkpoint, in the order of the forward pass. */
  parameterShapes(config: ModelConfig): Map<string, number[]>;
  /**
   * Adds the model's body to a graph whose inputs are the parameters and `tokens`.
   * @param tokens int32 [B, T]
   * @param longest no row is longer: T <= longest
   * @returns the last hidden state [B*T, D], normalised, ready for the unembedding
   */
  body(g: GraphBuilder, config: ModelConfig, tokens: Value, longest: number): Value;
  /** The parameter whose rows are the unembedding [V, D]. */
  unembedding(config: ModelConfig): string;
}
