/** Attention of several heads, the scale said: what goes back through it (gradient/rules) has to know it. */
import type { GraphBuilder, Value } from './builder';

export interface Heads {
  /** H */
  count: number;
  /** what scores are multiplied with; usually 1 / sqrt(width of a head) */
  scale: number;
}

/**
 * `softmax(scale q k^T + bias) v`, head by head.
 * @param qkv [B, T, H * width of a head] each
 * @param bias [B, 1, T, T]; it hides all that is not seen, the later tokens included
 * @returns [B, T, H * width of a head]
 */
export function attend(g: GraphBuilder, [q, k, v]: Value[], bias: Value, { count, scale }: Heads): Value {
  return g.fused('MultiHeadAttention', [q, k, v, '', '', bias], { num_heads: count, unidirectional: 1, scale: { float: scale } });
}
