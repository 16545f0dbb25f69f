/** The architectures we can run, by the `model_type` of their config.json. A new one is one file and one entry here. */
import type { ModelConfig } from '../checkpoint/config';
import type { Architecture } from './architecture';
import { gptNeoX } from './gpt-neox';

const architectures: Record<ModelConfig['model_type'], Architecture> = { gpt_neox: gptNeoX };

export function architectureOf(config: ModelConfig): Architecture {
  return architectures[config.model_type];
}

/** The longest stretch of tokens that the model reads at once. */
export function windowOf(config: ModelConfig): number {
  return config.max_position_embeddings;
}

export function parameterShapes(config: ModelConfig): Map<string, number[]> {
  return architectureOf(config).parameterShapes(config);
}
