/** Attention and the rotation of its queries and keys. */
import type { GraphBuilder, Value } from '../../graph/builder';
import { integerOf, realOf, sumAlong, type Rule } from '../rule';

/**
 * O = P V with P = softmax(S) and S = scale Q K^T + bias, head by head. P is computed anew, since the fused operator keeps none:
 * dV = P^T dO, dP = dO V^T, dS = P (dP - rowsum(dO O)), dQ = scale dS K, dK = scale dS^T Q
 * (rowsum(dO O) = rowsum(dP P), https://arxiv.org/abs/2205.14135, appendix B.4).
 */
const attention: Rule = (g, node, cotangents) => {
  const count = integerOf(node, 'num_heads');
  const scale = g.scalar(realOf(node, 'scale'));
  const bias = node.inputs[5];
  const [Q, K, V, O, dO] = [...node.inputs.slice(0, 3), node.outputs[0], cotangents[0] as Value].map((x) => headsOf(g, x, count)); // [B, H, T, D/H]
  const product = (a: Value, b: Value): Value => g.op('MatMul', [a, b]);
  const S = g.op('Add', [g.op('Mul', [product(Q, turned(g, K)), scale]), bias]);
  const P = g.op('Softmax', [S], { axis: -1 });
  const dP = product(dO, turned(g, V));
  const dS = g.op('Mul', [P, g.op('Sub', [dP, sumAlong(g, g.op('Mul', [dO, O]), -1)])]);
  const scaled = g.op('Mul', [dS, scale]);
  return [product(scaled, K), product(turned(g, scaled), Q), product(turned(g, P), dO)].map((x, i) => joined(g, x, node.inputs[i]));
};

/** [B, T, D] to [B, H, T, D/H] */
function headsOf(g: GraphBuilder, x: Value, count: number): Value {
  return g.op('Transpose', [g.op('Reshape', [x, g.integers([0, 0, count, -1])])], { perm: [0, 2, 1, 3] });
}

/** Back to the shape of `like` [B, T, D]. */
function joined(g: GraphBuilder, heads: Value, like: Value): Value {
  return g.op('Reshape', [g.op('Transpose', [heads], { perm: [0, 2, 1, 3] }), g.shapeOf(like)]);
}

function turned(g: GraphBuilder, x: Value): Value {
  return g.op('Transpose', [x], { perm: [0, 1, 3, 2] });
}

/** y = x turned by an angle: dx = dy turned back, which is the same with the sine negated. */
const rotary: Rule = (g, node, [dy]) => {
  const [, positions, cos, sin] = node.inputs;
  const heads = { num_heads: integerOf(node, 'num_heads'), rotary_embedding_dim: integerOf(node, 'rotary_embedding_dim') };
  return [g.fused('RotaryEmbedding', [dy as Value, positions, cos, g.op('Neg', [sin])], heads)];
};

export const attentions = { MultiHeadAttention: attention, RotaryEmbedding: rotary };
