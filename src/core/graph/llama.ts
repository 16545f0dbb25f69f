/**
 * Llama (https://arxiv.org/abs/2302.13971, https://arxiv.org/abs/2407.21783), also SmolLM2 and TinyLlama.
 * N = B*T tokens, D hidden size, V vocabulary.
 */
import { readShape, type Architecture, type Inputs, type Shape } from './architecture';
import type { GraphBuilder, Value } from './builder';
import { embed } from './embedding';
import { gatedFeedForward, gatedFeedForwardShapes } from './gated-feed-forward';
import { groupedAttention, groupedAttentionShapes, readGroupedHeads, type GroupedHeads } from './grouped-attention';
import { rmsNorm } from './norms';
import { ParameterShapes } from './parameter-shapes';

/** What Llama shares with those that changed nothing but its biases. */
export interface LlamaShape extends Shape, GroupedHeads {
  rms_norm_eps: number;
}

export interface LlamaConfig extends LlamaShape {
  model_type: 'llama';
  attention_bias: boolean;
  mlp_bias: boolean;
}

export const llama: Architecture<LlamaConfig> = {
  readConfig(keys) {
    const shape = readShape(keys, 'llama', false);
    keys.only('hidden_act', 'silu');
    return {
      ...shape,
      ...readGroupedHeads(keys, shape),
      rms_norm_eps: keys.real('rms_norm_eps', 0, 1, 1e-6),
      attention_bias: keys.flag('attention_bias', false),
      mlp_bias: keys.flag('mlp_bias', false),
    };
  },

  parameterShapes(config) {
    return llamaShapes(config, { inner: config.attention_bias, output: config.attention_bias, mlp: config.mlp_bias });
  },

  unembedding: unembeddingOf,
  body: llamaBody,
};

/** Where Llama and all that took its names keep the unembedding. */
export function unembeddingOf({ tie_word_embeddings }: Shape): string {
  return tie_word_embeddings ? 'model.embed_tokens.weight' : 'lm_head.weight';
}

export function llamaShapes(config: LlamaShape, biases: { inner: boolean; output: boolean; mlp: boolean }): ParameterShapes {
  const { vocab_size: V, hidden_size: D } = config;
  const shapes = new ParameterShapes([['model.embed_tokens.weight', [V, D]]]);
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    const prefix = `model.layers.${layer}`;
    shapes.rmsNorm(`${prefix}.input_layernorm`, D);
    groupedAttentionShapes(shapes, config, `${prefix}.self_attn`, biases);
    shapes.rmsNorm(`${prefix}.post_attention_layernorm`, D);
    gatedFeedForwardShapes(shapes, config, `${prefix}.mlp`, biases.mlp);
  }
  shapes.rmsNorm('model.norm', D);
  return config.tie_word_embeddings ? shapes : shapes.linear('lm_head', V, D, false);
}

export function llamaBody(g: GraphBuilder, config: LlamaShape, inputs: Inputs): Value {
  const attention = groupedAttention(g, config, inputs);
  let x = embed(g, 'model.embed_tokens.weight', inputs.tokens, config.hidden_size); // [N, D]
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    const prefix = `model.layers.${layer}`;
    const attended = attention(rmsNorm(g, x, `${prefix}.input_layernorm`, config.rms_norm_eps), `${prefix}.self_attn`);
    x = g.op('Add', [x, attended]);
    const fed = gatedFeedForward(g, rmsNorm(g, x, `${prefix}.post_attention_layernorm`, config.rms_norm_eps), `${prefix}.mlp`);
    x = g.op('Add', [x, fed]);
  }
  return rmsNorm(g, x, 'model.norm', config.rms_norm_eps);
}
