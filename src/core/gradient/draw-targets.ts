/** Targets drawn from a model's own distribution, as the Fisher information is defined: its expectation is over what the model predicts. */
import type { GraphBuilder, Value } from '../graph/builder';

/**
 * A race: of waiting times E_j / p_j, with E_j from the exponential distribution, id j has the shortest with probability p_j. So the
 * target is where logit_j - ln E_j is largest (Gumbel-max; Maddison et al. 2014, https://arxiv.org/abs/1411.0030). Going through the
 * cumulated probabilities would take one number a token, but every sum of thousands that ends in other digits on another device draws
 * another neighbour: of a thousand tokens some dozens were, where here hardly one is.
 * @param hidden [N, D]
 * @param unembedding [V, D]
 * @param waits float32 [N, V], from the exponential distribution
 * @returns int32 [N, 1]; also an output of the graph, `targets`
 */
export function drawTargets(g: GraphBuilder, hidden: Value, unembedding: Value, waits: Value): Value {
  const race = g.op('Sub', [g.linear(hidden, unembedding), g.op('Log', [waits])]);
  const ahead = g.cast(g.op('Less', [race, g.op('ReduceMax', [race, g.integers([1])], { keepdims: 1 })]), 'float32');
  const ids = g.cast(g.op('ReduceSum', [leading(g, ahead), g.integers([1])], { keepdims: 1 }), 'int32');
  g.output('targets', 'int32', ['N', 1], ids);
  return ids;
}

/** 1 up to the first 0 of a row, and 0 from there on: its sum is the place of that 0. ArgMax would fall back to the processor on WebGPU. */
function leading(g: GraphBuilder, ones: Value): Value {
  const others = g.op('CumSum', [g.op('Sub', [g.scalar(1), ones]), g.integers([1])]);
  return g.cast(g.op('Less', [others, g.scalar(0.5)]), 'float32');
}
