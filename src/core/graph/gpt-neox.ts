/**
 * GPT-NeoX (every Pythia): https://arxiv.org/abs/2204.06745.
 * B rows, T tokens in a row, N = B*T, D hidden size, H heads, V vocabulary.
 */
import { rotaryWidth, type ModelConfig } from '../checkpoint/config';
import type { Architecture, Inputs } from './architecture';
import type { GraphBuilder, Value } from './builder';

export const gptNeoX: Architecture = {
  parameterShapes(config) {
    const { vocab_size: V, hidden_size: D, intermediate_size: F } = config;
    const shapes = new Map<string, number[]>([['gpt_neox.embed_in.weight', [V, D]]]);
    const linear = (name: string, output: number, input: number): void => {
      shapes.set(`${name}.weight`, [output, input]).set(`${name}.bias`, [output]);
    };
    const norm = (name: string): void => {
      shapes.set(`${name}.weight`, [D]).set(`${name}.bias`, [D]);
    };
    for (let layer = 0; layer < config.num_hidden_layers; layer++) {
      const prefix = layerPrefix(layer);
      norm(`${prefix}.input_layernorm`);
      linear(`${prefix}.attention.query_key_value`, 3 * D, D);
      linear(`${prefix}.attention.dense`, D, D);
      norm(`${prefix}.post_attention_layernorm`);
      linear(`${prefix}.mlp.dense_h_to_4h`, F, D);
      linear(`${prefix}.mlp.dense_4h_to_h`, D, F);
    }
    norm('gpt_neox.final_layer_norm');
    if (!config.tie_word_embeddings) shapes.set('embed_out.weight', [V, D]);
    return shapes;
  },

  unembedding: (config) => (config.tie_word_embeddings ? 'gpt_neox.embed_in.weight' : 'embed_out.weight'),

  body(g, config, inputs) {
    const D = config.hidden_size;
    const attention = attentionOf(g, config, inputs);
    const embedded = g.op('Gather', ['gpt_neox.embed_in.weight', inputs.tokens], { axis: 0 }); // [B, T, D]
    let x = g.op('Reshape', [embedded, g.integers([-1, D])]); // [N, D]
    for (let layer = 0; layer < config.num_hidden_layers; layer++) {
      const prefix = layerPrefix(layer);
      const attended = attention(norm(g, config, x, `${prefix}.input_layernorm`), `${prefix}.attention`);
      const residual = g.op('Add', [x, attended]);
      const fed = norm(g, config, config.use_parallel_residual ? x : residual, `${prefix}.post_attention_layernorm`);
      x = g.op('Add', [residual, feedForward(g, fed, `${prefix}.mlp`)]);
    }
    return norm(g, config, x, 'gpt_neox.final_layer_norm');
  },
};

function layerPrefix(layer: number): string {
  return `gpt_neox.layers.${layer}`;
}

function norm(g: GraphBuilder, config: ModelConfig, x: Value, name: string): Value {
  return g.op('LayerNormalization', [x, `${name}.weight`, `${name}.bias`], { axis: -1, epsilon: { float: config.layer_norm_eps } });
}

function feedForward(g: GraphBuilder, x: Value, name: string): Value {
  const up = g.linear(x, `${name}.dense_h_to_4h.weight`, `${name}.dense_h_to_4h.bias`); // [N, 4D]
  return g.linear(g.fused('Gelu', [up]), `${name}.dense_4h_to_h.weight`, `${name}.dense_4h_to_h.bias`); // [N, D]
}

/** Self-attention with partly rotated heads; what all layers share (shapes, tables) is added to the graph once. */
function attentionOf(g: GraphBuilder, config: ModelConfig, { tokens, positions, bias, longest }: Inputs): (x: Value, name: string) => Value {
  const { hidden_size: D, num_attention_heads: H } = config;
  const BT = g.op('Shape', [tokens]);
  const perHead = g.op('Concat', [BT, g.integers([H, (3 * D) / H])], { axis: 0 });
  const joined = g.op('Concat', [BT, g.integers([D])], { axis: 0 });
  const flat = g.integers([-1, D]);
  const [cos, sin] = rotaryTables(g, config, longest);
  const rotate = (x: Value): Value =>
    g.fused('RotaryEmbedding', [x, positions, cos, sin], { num_heads: H, rotary_embedding_dim: rotaryWidth(config) });
  return (x, name) => {
    const qkv = g.linear(x, `${name}.query_key_value.weight`, `${name}.query_key_value.bias`); // [N, 3D], head by head
    const heads = g.op('Reshape', [qkv, perHead]); // [B, T, H, 3D/H]
    const [q, k, v] = g
      .node('Split', [heads], { axis: 3, num_outputs: 3 }, g.names('Split', 3))
      .map((part) => g.op('Reshape', [part, joined])); // [B, T, D] each
    const mixed = g.fused('MultiHeadAttention', [rotate(q), rotate(k), v, '', '', bias], { num_heads: H, unidirectional: 1 }); // [B, T, D]
    return g.linear(g.op('Reshape', [mixed, flat]), `${name}.dense.weight`, `${name}.dense.bias`); // [N, D]
  };
}

/** cos and sin of position times frequency, [longest, rotary/2] each (https://arxiv.org/abs/2104.09864). */
function rotaryTables(g: GraphBuilder, config: ModelConfig, longest: number): [cos: Value, sin: Value] {
  const rotary = rotaryWidth(config);
  const half = rotary / 2;
  const shape = [longest, half];
  const angles = Float64Array.from({ length: shape[0] * half }, (_, i) => {
    const frequency = config.rotary_emb_base ** ((-2 * (i % half)) / rotary);
    return Math.floor(i / half) * Math.fround(frequency);
  });
  return [g.floats(shape, Float32Array.from(angles, Math.cos)), g.floats(shape, Float32Array.from(angles, Math.sin))];
}
