/** What an architecture says of itself. */
import type { ConfigKeys } from '../checkpoint/config-keys';
import type { GraphBuilder, Value } from './builder';

/** What the config of every architecture has, under the names that most of transformers' use. */
export interface Shape {
  model_type: string;
  vocab_size: number;
  hidden_size: number;
  num_hidden_layers: number;
  num_attention_heads: number;
  intermediate_size: number;
  max_position_embeddings: number;
  tie_word_embeddings: boolean;
}

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

export interface Architecture<Config extends Shape> {
  /**
   * Reads its keys of a config.json, with transformers' defaults.
   * @throws config-unsupported for a key that would change the numbers in a way the body does not know
   */
  readConfig(keys: ConfigKeys): Config;
  /** Every parameter the graph takes, by the name it has in a checkpoint, in the order of the forward pass. */
  parameterShapes(config: Config): Map<string, number[]>;
  /**
   * Adds the model's body to a graph whose inputs are the parameters and `inputs`.
   * @returns the last hidden state [B*T, D], normalised, ready for the unembedding
   */
  body(g: GraphBuilder, config: Config, inputs: Inputs): Value;
  /** The parameter whose rows are the unembedding [V, D]. */
  unembedding(config: Config): string;
}

/**
 * The keys that most architectures share.
 * @throws config-unsupported
 */
export function readShape<Type extends string>(keys: ConfigKeys, model_type: Type, tied: boolean): Shape & { model_type: Type } {
  const shape = {
    model_type,
    vocab_size: keys.integer('vocab_size', 2, 1_000_000),
    hidden_size: keys.integer('hidden_size', 8, 16_384),
    num_hidden_layers: keys.integer('num_hidden_layers', 1, 200),
    num_attention_heads: keys.integer('num_attention_heads', 1, 256),
    intermediate_size: keys.integer('intermediate_size', 8, 65_536),
    max_position_embeddings: keys.integer('max_position_embeddings', 8, 1_048_576),
    tie_word_embeddings: keys.flag('tie_word_embeddings', tied),
  };
  if (shape.hidden_size % shape.num_attention_heads) throw keys.refusal('num_attention_heads', `a divisor of hidden_size ${shape.hidden_size}`);
  return shape;
}
