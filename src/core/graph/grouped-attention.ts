/** Self-attention in which several query heads share a key and value head (https://arxiv.org/abs/2305.13245), with rotated heads. */
import type { ConfigKeys } from '../checkpoint/config-keys';
import type { Inputs, Shape } from './architecture';
import { attend } from './attention';
import type { GraphBuilder, Value } from './builder';
import type { ParameterShapes } from './parameter-shapes';
import { readRope, rotaryTables, type Rope } from './rotary';

export interface GroupedHeads {
  num_key_value_heads: number;
  head_dim: number;
  rope: Rope;
}

/** @throws config-unsupported */
export function readGroupedHeads(keys: ConfigKeys, { num_attention_heads: H, hidden_size: D }: Shape): GroupedHeads {
  const heads = {
    num_key_value_heads: keys.integer('num_key_value_heads', 1, H, H),
    head_dim: keys.integer('head_dim', 2, 1024, D / H),
    rope: readRope(keys),
  };
  if (H % heads.num_key_value_heads) throw keys.refusal('num_key_value_heads', `a divisor of num_attention_heads ${H}`);
  if (heads.head_dim % 2) throw keys.refusal('head_dim', 'an even number of dimensions in a head');
  return heads;
}

/** Adds the parameters of one layer's attention. */
export function groupedAttentionShapes(shapes: ParameterShapes, config: Shape & GroupedHeads, name: string, biases: { inner: boolean; output: boolean }): void {
  const { hidden_size: D, head_dim, num_attention_heads, num_key_value_heads } = config;
  shapes.linear(`${name}.q_proj`, num_attention_heads * head_dim, D, biases.inner);
  for (const projection of ['k_proj', 'v_proj']) shapes.linear(`${name}.${projection}`, num_key_value_heads * head_dim, D, biases.inner);
  shapes.linear(`${name}.o_proj`, D, num_attention_heads * head_dim, biases.output);
}

/**
 * What all layers share (shapes, tables) is added to the graph once; the result adds one layer's attention, x [N, D] to [N, D].
 * @param project from x to queries, keys and values, where an architecture does more to them than a linear layer
 */
export function groupedAttention(
  g: GraphBuilder,
  config: Shape & GroupedHeads,
  { tokens, positions, bias, longest }: Inputs,
  project: (x: Value, name: string) => Value = (x, name) => g.layer(x, name),
): (x: Value, name: string) => Value {
  const { num_attention_heads: H, num_key_value_heads: groups, head_dim } = config;
  const BT = g.op('Shape', [tokens]);
  const rows = (heads: number): Value => g.op('Concat', [BT, g.integers([heads * head_dim])], { axis: 0 });
  const [queryRows, keyRows] = [rows(H), rows(groups)];
  const [cos, sin] = rotaryTables(g, config.rope, head_dim, longest);
  const rotate = (x: Value, heads: number): Value =>
    g.fused('RotaryEmbedding', [x, positions, cos, sin], { num_heads: heads, rotary_embedding_dim: head_dim });
  const spread = spreadOf(g, config);
  const flat = g.integers([-1, H * head_dim]);
  return (x, name) => {
    const q = g.op('Reshape', [project(x, `${name}.q_proj`), queryRows]); // [B, T, H * head_dim]
    const [k, v] = ['k_proj', 'v_proj'].map((projection) => g.op('Reshape', [project(x, `${name}.${projection}`), keyRows]));
    const qkv = [rotate(q, H), spread(rotate(k, groups)), spread(v)];
    const mixed = attend(g, qkv, bias, { count: H, scale: 1 / Math.sqrt(head_dim) }); // [B, T, H * head_dim]
    return g.layer(g.op('Reshape', [mixed, flat]), `${name}.o_proj`);
  };
}

/**
 * Repeats every key or value head for the queries of its group: [B, T, groups * head_dim] to [B, T, H * head_dim]. The runtime's
 * GroupQueryAttention would not need that, but knows a mask only by the lengths of sequences, and packed rows are trees.
 */
function spreadOf(g: GraphBuilder, { num_attention_heads: H, num_key_value_heads: groups, head_dim }: Shape & GroupedHeads): (x: Value) => Value {
  if (groups === H) return (x) => x;
  const apart = g.integers([0, 0, groups, head_dim]);
  const joined = g.integers([0, 0, H * head_dim]);
  const headOfQuery = g.integers(Array.from({ length: H }, (_, query) => Math.floor(query / (H / groups))));
  return (x) => g.op('Reshape', [g.op('Gather', [g.op('Reshape', [x, apart]), headOfQuery], { axis: 2 }), joined]);
}
