/** Normalisation of the last dimension, each by the name of its parameters. */
import type { GraphBuilder, Value } from './builder';

export function layerNorm(g: GraphBuilder, x: Value, name: string, epsilon: number): Value {
  return g.op('LayerNormalization', [x, `${name}.weight`, `${name}.bias`], { axis: -1, epsilon: { float: epsilon } });
}

/**
 * `x / sqrt(mean(x^2) + epsilon) * weight` (https://arxiv.org/abs/1910.07467). The runtime keeps its operator for it in ai.onnx,
 * although the standard has none of that name: CPU, WebAssembly and WebGPU know it there.
 */
export function rmsNorm(g: GraphBuilder, x: Value, name: string, epsilon: number): Value {
  return g.op('SimplifiedLayerNormalization', [x, `${name}.weight`], { axis: -1, epsilon: { float: epsilon } });
}
