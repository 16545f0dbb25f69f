/** OLMo (https://arxiv.org/abs/2402.00838): Llama with layer norms that have no parameters. N = B*T tokens, D hidden size, V vocabulary. */
import { readShape, type Architecture, type Shape } from './architecture';
import type { GraphBuilder, Value } from './builder';
import { embed } from './embedding';
import { gatedFeedForward, gatedFeedForwardShapes } from './gated-feed-forward';
import { groupedAttention, groupedAttentionShapes, readGroupedHeads, type GroupedHeads } from './grouped-attention';
import { unembeddingOf } from './llama';
import { ParameterShapes } from './parameter-shapes';

export interface OlmoConfig extends Shape, GroupedHeads {
  model_type: 'olmo';
  attention_bias: boolean;
  /** queries, keys and values stay within this of 0; null for no bound */
  clip_qkv: number | null;
}

export const olmo: Architecture<OlmoConfig> = {
  readConfig(keys) {
    const shape = readShape(keys, 'olmo', false);
    keys.only('hidden_act', 'silu');
    return {
      ...shape,
      ...readGroupedHeads(keys, shape),
      attention_bias: keys.flag('attention_bias', false),
      clip_qkv: keys.has('clip_qkv') ? keys.real('clip_qkv', 1e-3, 1e6) : null,
    };
  },

  parameterShapes(config) {
    const { vocab_size: V, hidden_size: D, attention_bias: bias } = config;
    const shapes = new ParameterShapes([['model.embed_tokens.weight', [V, D]]]);
    for (let layer = 0; layer < config.num_hidden_layers; layer++) {
      groupedAttentionShapes(shapes, config, `model.layers.${layer}.self_attn`, { inner: bias, output: bias });
      gatedFeedForwardShapes(shapes, config, `model.layers.${layer}.mlp`, false);
    }
    return config.tie_word_embeddings ? shapes : shapes.linear('lm_head', V, D, false);
  },

  unembedding: unembeddingOf,

  body(g, config, inputs) {
    const attention = groupedAttention(g, config, inputs, clippedProjection(g, config.clip_qkv));
    const norm = plainNorm(g, config.hidden_size);
    let x = embed(g, 'model.embed_tokens.weight', inputs.tokens, config.hidden_size); // [N, D]
    for (let layer = 0; layer < config.num_hidden_layers; layer++) {
      x = g.op('Add', [x, attention(norm(x), `model.layers.${layer}.self_attn`)]);
      x = g.op('Add', [x, gatedFeedForward(g, norm(x), `model.layers.${layer}.mlp`)]);
    }
    return norm(x);
  },
};

function clippedProjection(g: GraphBuilder, bound: number | null): (x: Value, name: string) => Value {
  if (bound === null) return (x, name) => g.layer(x, name);
  const [least, most] = [g.floats([], Float32Array.of(-bound)), g.floats([], Float32Array.of(bound))];
  return (x, name) => g.op('Clip', [g.layer(x, name), least, most]);
}

/** A layer norm without parameters; its epsilon is no key of the config. */
function plainNorm(g: GraphBuilder, size: number): (x: Value) => Value {
  const ones = g.floats([size], new Float32Array(size).fill(1));
  return (x) => g.op('LayerNormalization', [x, ones], { axis: -1, epsilon: { float: 1e-5 } });
}
