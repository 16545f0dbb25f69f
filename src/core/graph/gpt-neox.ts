/**
 * GPT-NeoX (every Pythia): https://arxiv.org/abs/2204.06745.
 * B rows, T tokens in a row, N = B*T, D hidden size, H heads, V vocabulary.
 */
import type { ConfigKeys } from '../checkpoint/config-keys';
import { readShape, type Architecture, type Inputs, type Shape } from './architecture';
import { attend } from './attention';
import type { GraphBuilder, Value } from './builder';
import { embed } from './embedding';
import { layerNorm } from './norms';
import { ParameterShapes } from './parameter-shapes';
import { ropeKeys, rotaryTables } from './rotary';

export interface GptNeoXConfig extends Shape {
  model_type: 'gpt_neox';
  layer_norm_eps: number;
  rotary_pct: number;
  rotary_emb_base: number;
  use_parallel_residual: boolean;
}

export const gptNeoX: Architecture<GptNeoXConfig> = {
  readConfig(keys) {
    const shape = readShape(keys, 'gpt_neox', false);
    keys.only('hidden_act', 'gelu');
    keys.only('attention_bias', true);
    const config: GptNeoXConfig = {
      ...shape,
      ...readRotary(keys),
      layer_norm_eps: keys.real('layer_norm_eps', 0, 1, 1e-5),
      use_parallel_residual: keys.flag('use_parallel_residual', true),
    };
    const rotary = rotaryWidth(config);
    if (rotary < 2 || rotary % 2) throw keys.refusal('rotary_pct', 'an even number of rotated dimensions in a head');
    return config;
  },

  parameterShapes(config) {
    const { vocab_size: V, hidden_size: D, intermediate_size: F } = config;
    const shapes = new ParameterShapes([['gpt_neox.embed_in.weight', [V, D]]]);
    for (let layer = 0; layer < config.num_hidden_layers; layer++) {
      const prefix = layerPrefix(layer);
      shapes.layerNorm(`${prefix}.input_layernorm`, D);
      shapes.linear(`${prefix}.attention.query_key_value`, 3 * D, D, true).linear(`${prefix}.attention.dense`, D, D, true);
      shapes.layerNorm(`${prefix}.post_attention_layernorm`, D);
      shapes.linear(`${prefix}.mlp.dense_h_to_4h`, F, D, true).linear(`${prefix}.mlp.dense_4h_to_h`, D, F, true);
    }
    shapes.layerNorm('gpt_neox.final_layer_norm', D);
    return config.tie_word_embeddings ? shapes : shapes.linear('embed_out', V, D, false);
  },

  unembedding: (config) => (config.tie_word_embeddings ? 'gpt_neox.embed_in.weight' : 'embed_out.weight'),

  body(g, config, inputs) {
    const norm = (x: Value, name: string): Value => layerNorm(g, x, name, config.layer_norm_eps);
    const attention = attentionOf(g, config, inputs);
    let x = embed(g, 'gpt_neox.embed_in.weight', inputs.tokens, config.hidden_size); // [N, D]
    for (let layer = 0; layer < config.num_hidden_layers; layer++) {
      const prefix = layerPrefix(layer);
      const attended = attention(norm(x, `${prefix}.input_layernorm`), `${prefix}.attention`);
      const residual = g.op('Add', [x, attended]);
      const fed = norm(config.use_parallel_residual ? x : residual, `${prefix}.post_attention_layernorm`);
      x = g.op('Add', [residual, feedForward(g, fed, `${prefix}.mlp`)]);
    }
    return norm(x, 'gpt_neox.final_layer_norm');
  },
};

/** How many dimensions of each head are rotated. */
export function rotaryWidth(config: GptNeoXConfig): number {
  return Math.floor((config.hidden_size / config.num_attention_heads) * config.rotary_pct);
}

/** Transformers 5 keeps the rotary numbers in an object of their own, under Llama's names, and heeds those first. */
function readRotary(keys: ConfigKeys): Pick<GptNeoXConfig, 'rotary_pct' | 'rotary_emb_base'> {
  const rope = ropeKeys(keys);
  rope?.word(rope.has('rope_type') ? 'rope_type' : 'type', ['default'], 'default');
  return {
    rotary_pct: rope?.has('partial_rotary_factor') ? rope.real('partial_rotary_factor', 0, 1) : keys.real('rotary_pct', 0, 1, 0.25),
    rotary_emb_base: rope?.has('rope_theta') ? rope.real('rope_theta', 1, 1e9) : keys.real('rotary_emb_base', 1, 1e9, 10_000),
  };
}

function layerPrefix(layer: number): string {
  return `gpt_neox.layers.${layer}`;
}

function feedForward(g: GraphBuilder, x: Value, name: string): Value {
  const up = g.layer(x, `${name}.dense_h_to_4h`); // [N, F]
  return g.layer(g.fused('Gelu', [up]), `${name}.dense_4h_to_h`); // [N, D]
}

/** Self-attention with partly rotated heads; what all layers share (shapes, tables) is added to the graph once. */
function attentionOf(g: GraphBuilder, config: GptNeoXConfig, { tokens, positions, bias, longest }: Inputs): (x: Value, name: string) => Value {
  const { hidden_size: D, num_attention_heads: H } = config;
  const BT = g.op('Shape', [tokens]);
  const perHead = g.op('Concat', [BT, g.integers([H, (3 * D) / H])], { axis: 0 });
  const joined = g.op('Concat', [BT, g.integers([D])], { axis: 0 });
  const flat = g.integers([-1, D]);
  const rope = { rope_type: 'default', rope_theta: config.rotary_emb_base } as const;
  const [cos, sin] = rotaryTables(g, rope, rotaryWidth(config), longest);
  const rotate = (x: Value): Value =>
    g.fused('RotaryEmbedding', [x, positions, cos, sin], { num_heads: H, rotary_embedding_dim: rotaryWidth(config) });
  return (x, name) => {
    const qkv = g.layer(x, `${name}.query_key_value`); // [N, 3D], head by head
    const heads = g.op('Reshape', [qkv, perHead]); // [B, T, H, 3D/H]
    const [q, k, v] = g
      .node('Split', [heads], { axis: 3, num_outputs: 3 }, g.names('Split', 3))
      .map((part) => g.op('Reshape', [part, joined])); // [B, T, D] each
    const mixed = attend(g, [rotate(q), rotate(k), v], bias, { count: H, scale: Math.sqrt(H / D) }); // [B, T, D]
    return g.layer(g.op('Reshape', [mixed, flat]), `${name}.dense`); // [N, D]
  };
}
