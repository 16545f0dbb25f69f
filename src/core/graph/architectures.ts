/** The architectures we can run, by the `model_type` of their config.json. A new one is one file and one entry here. */
import type { Architecture, Shape } from './architecture';
import { gpt2 } from './gpt2';
import { gptNeoX } from './gpt-neox';
import { llama } from './llama';
import { olmo } from './olmo';
import { olmo2 } from './olmo2';
import { qwen2 } from './qwen2';

export const architectures = { gpt_neox: gptNeoX, llama, gpt2, olmo, olmo2, qwen2 };

export type ModelType = keyof typeof architectures;

/** The numbers of a config.json that a graph needs, in Hugging Face's own names; `model_type` tells the architectures apart. */
export type ModelConfig = ReturnType<(typeof architectures)[ModelType]['readConfig']>;

export function architectureOf(config: ModelConfig): Architecture<ModelConfig> {
  return architectures[config.model_type] as Architecture<Shape> as Architecture<ModelConfig>;
}

/**
 * The longest stretch of tokens that the model reads at once: its own window, but at most Pythia's 2048. The attention bias of a
 * row has T x T floats (16 MB at 2048, 268 MB at 8192), and scores of different models are compared over the same windows.
 */
export function windowOf(config: ModelConfig): number {
  return Math.min(config.max_position_embeddings, 2048);
}

export function parameterShapes(config: ModelConfig): Map<string, number[]> {
  return architectureOf(config).parameterShapes(config);
}
