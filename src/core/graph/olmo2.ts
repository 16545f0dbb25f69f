/**
 * OLMo 2 (https://arxiv.org/abs/2501.00656): norms after attention and feed-forward instead of before, and norms of queries and keys.
 * N = B*T tokens, D hidden size, V vocabulary.
 */
import { readShape, type Architecture, type Shape } from './architecture';
import type { Value } from './builder';
import { embed } from './embedding';
import { gatedFeedForward, gatedFeedForwardShapes } from './gated-feed-forward';
import { groupedAttention, groupedAttentionShapes, readGroupedHeads, type GroupedHeads } from './grouped-attention';
import { unembeddingOf } from './llama';
import { rmsNorm } from './norms';
import { ParameterShapes } from './parameter-shapes';

export interface Olmo2Config extends Shape, GroupedHeads {
  model_type: 'olmo2';
  rms_norm_eps: number;
  attention_bias: boolean;
}

export const olmo2: Architecture<Olmo2Config> = {
  readConfig(keys) {
    const shape = readShape(keys, 'olmo2', false);
    keys.only('hidden_act', 'silu');
    return {
      ...shape,
      ...readGroupedHeads(keys, shape),
      rms_norm_eps: keys.real('rms_norm_eps', 0, 1, 1e-5),
      attention_bias: keys.flag('attention_bias', false),
    };
  },

  parameterShapes(config) {
    const { vocab_size: V, hidden_size: D, head_dim, attention_bias: bias } = config;
    const shapes = new ParameterShapes([['model.embed_tokens.weight', [V, D]]]);
    for (let layer = 0; layer < config.num_hidden_layers; layer++) {
      const prefix = `model.layers.${layer}`;
      groupedAttentionShapes(shapes, config, `${prefix}.self_attn`, { inner: bias, output: bias });
      shapes.rmsNorm(`${prefix}.self_attn.q_norm`, config.num_attention_heads * head_dim);
      shapes.rmsNorm(`${prefix}.self_attn.k_norm`, config.num_key_value_heads * head_dim);
      shapes.rmsNorm(`${prefix}.post_attention_layernorm`, D);
      gatedFeedForwardShapes(shapes, config, `${prefix}.mlp`, false);
      shapes.rmsNorm(`${prefix}.post_feedforward_layernorm`, D);
    }
    shapes.rmsNorm('model.norm', D);
    return config.tie_word_embeddings ? shapes : shapes.linear('lm_head', V, D, false);
  },

  unembedding: unembeddingOf,

  body(g, config, inputs) {
    const norm = (x: Value, name: string): Value => rmsNorm(g, x, name, config.rms_norm_eps);
    // Queries and keys are normalised across all their heads at once, values are not.
    const attention = groupedAttention(g, config, inputs, (x, name) =>
      name.endsWith('v_proj') ? g.layer(x, name) : norm(g.layer(x, name), name.replace(/_proj$/, '_norm')),
    );
    let x = embed(g, 'model.embed_tokens.weight', inputs.tokens, config.hidden_size); // [N, D]
    for (let layer = 0; layer < config.num_hidden_layers; layer++) {
      const prefix = `model.layers.${layer}`;
      x = g.op('Add', [x, norm(attention(x, `${prefix}.self_attn`), `${prefix}.post_attention_layernorm`)]);
      x = g.op('Add', [x, norm(gatedFeedForward(g, x, `${prefix}.mlp`), `${prefix}.post_feedforward_layernorm`)]);
    }
    return norm(x, 'model.norm');
  },
};
