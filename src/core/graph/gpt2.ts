/**
 * GPT-2 (Radford et al. 2019, https://openai.com/research/better-language-models).
 * B rows, T tokens in a row, N = B*T, D hidden size, H heads, V vocabulary, P positions.
 */
import type { Architecture, Inputs, Shape } from './architecture';
import { attend } from './attention';
import type { GraphBuilder, Value } from './builder';
import { embed } from './embedding';
import { layerNorm } from './norms';
import { ParameterShapes } from './parameter-shapes';

/** The Gelu of GPT-2 is its tanh approximation (https://arxiv.org/abs/1606.08415), twice under other names; Cerebras-GPT has the exact one. */
const activations = { gelu_new: 'FastGelu', gelu_pytorch_tanh: 'FastGelu', gelu: 'Gelu' };

export interface Gpt2Config extends Shape {
  model_type: 'gpt2';
  activation_function: keyof typeof activations;
  layer_norm_epsilon: number;
  /** divides attention in layer l (from 0) by l + 1, as in the runs of Stanford's Mistral */
  scale_attn_by_inverse_layer_idx: boolean;
}

export const gpt2: Architecture<Gpt2Config> = {
  readConfig(keys) {
    keys.only('scale_attn_weights', true);
    keys.only('add_cross_attention', false);
    const D = keys.integer('n_embd', 8, 16_384);
    const H = keys.integer('n_head', 1, 256);
    if (D % H) throw keys.refusal('n_head', `a divisor of n_embd ${D}`);
    return {
      model_type: 'gpt2',
      vocab_size: keys.integer('vocab_size', 2, 1_000_000),
      hidden_size: D,
      num_hidden_layers: keys.integer('n_layer', 1, 200),
      num_attention_heads: H,
      intermediate_size: keys.integer('n_inner', 8, 65_536, 4 * D),
      max_position_embeddings: keys.integer('n_positions', 8, 1_048_576),
      activation_function: keys.word('activation_function', Object.keys(activations) as (keyof typeof activations)[], 'gelu_new'),
      layer_norm_epsilon: keys.real('layer_norm_epsilon', 0, 1, 1e-5),
      scale_attn_by_inverse_layer_idx: keys.flag('scale_attn_by_inverse_layer_idx', false),
      tie_word_embeddings: keys.flag('tie_word_embeddings', true),
    };
  },

  parameterShapes(config) {
    const { vocab_size: V, hidden_size: D, intermediate_size: F, max_position_embeddings: P } = config;
    const shapes = new ParameterShapes([['transformer.wte.weight', [V, D]], ['transformer.wpe.weight', [P, D]]]);
    for (let layer = 0; layer < config.num_hidden_layers; layer++) {
      const prefix = `transformer.h.${layer}`;
      shapes.layerNorm(`${prefix}.ln_1`, D).conv1D(`${prefix}.attn.c_attn`, 3 * D, D).conv1D(`${prefix}.attn.c_proj`, D, D);
      shapes.layerNorm(`${prefix}.ln_2`, D).conv1D(`${prefix}.mlp.c_fc`, F, D).conv1D(`${prefix}.mlp.c_proj`, D, F);
    }
    shapes.layerNorm('transformer.ln_f', D);
    return config.tie_word_embeddings ? shapes : shapes.linear('lm_head', V, D, false);
  },

  unembedding: ({ tie_word_embeddings }) => (tie_word_embeddings ? 'transformer.wte.weight' : 'lm_head.weight'),

  body(g, config, inputs) {
    const { hidden_size: D } = config;
    const norm = (x: Value, name: string): Value => layerNorm(g, x, name, config.layer_norm_epsilon);
    const feedForward = (x: Value, name: string): Value =>
      g.conv1D(g.fused(activations[config.activation_function], [g.conv1D(x, `${name}.c_fc`)]), `${name}.c_proj`);
    const attention = attentionOf(g, config, inputs);
    const [token, position] = [embed(g, 'transformer.wte.weight', inputs.tokens, D), embed(g, 'transformer.wpe.weight', inputs.positions, D)];
    let x = g.op('Add', [token, position]); // [N, D]
    for (let layer = 0; layer < config.num_hidden_layers; layer++) {
      const prefix = `transformer.h.${layer}`;
      x = g.op('Add', [x, attention(norm(x, `${prefix}.ln_1`), `${prefix}.attn`, layer)]);
      x = g.op('Add', [x, feedForward(norm(x, `${prefix}.ln_2`), `${prefix}.mlp`)]);
    }
    return norm(x, 'transformer.ln_f');
  },
};

function attentionOf(g: GraphBuilder, config: Gpt2Config, { tokens, bias }: Inputs): (x: Value, name: string, layer: number) => Value {
  const { hidden_size: D, num_attention_heads: H } = config;
  const rows = g.op('Concat', [g.op('Shape', [tokens]), g.integers([3 * D])], { axis: 0 });
  const flat = g.integers([-1, D]);
  return (x, name, layer) => {
    const qkv = g.op('Reshape', [g.conv1D(x, `${name}.c_attn`), rows]); // [B, T, 3D]: all queries, all keys, all values
    const [q, k, v] = g.node('Split', [qkv], { axis: 2, num_outputs: 3 }, g.names('Split', 3)); // [B, T, D] each
    const scale = Math.sqrt(H / D) / (config.scale_attn_by_inverse_layer_idx ? layer + 1 : 1);
    const mixed = attend(g, [q, k, v], bias, { count: H, scale });
    return g.conv1D(g.op('Reshape', [mixed, flat]), `${name}.c_proj`);
  };
}
