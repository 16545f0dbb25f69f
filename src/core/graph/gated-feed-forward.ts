/** `down(silu(gate(x)) * up(x))` (https://arxiv.org/abs/2002.05202). */
import type { Shape } from './architecture';
import type { GraphBuilder, Value } from './builder';
import type { ParameterShapes } from './parameter-shapes';

export function gatedFeedForwardShapes(shapes: ParameterShapes, { hidden_size: D, intermediate_size: F }: Shape, name: string, bias: boolean): void {
  shapes.linear(`${name}.gate_proj`, F, D, bias).linear(`${name}.up_proj`, F, D, bias).linear(`${name}.down_proj`, D, F, bias);
}

/** @returns [N, D] for x [N, D] */
export function gatedFeedForward(g: GraphBuilder, x: Value, name: string): Value {
  const gate = g.layer(x, `${name}.gate_proj`);
  const silu = g.op('Mul', [gate, g.op('Sigmoid', [gate])]);
  return g.layer(g.op('Mul', [silu, g.layer(x, `${name}.up_proj`)]), `${name}.down_proj`);
}
