/** Targets drawn from a model's own distribution, as the Fisher information is defined: its expectation is over what the model predicts. */
import type { GraphBuilder, Value } from '../graph/builder';

/**
 * The first id at which the cumulated probability exceeds u: the inverse of the distribution function.
 * @param hidden [N, D]
 * @param unembedding [V, D]
 * @param uniforms float32 [N, 1] from [0, 1)
 * @returns int32 [N, 1]; also an output of the graph, `targets`
 */
export function drawTargets(g: GraphBuilder, hidden: Value, unembedding: Value, uniforms: Value): Value {
  const p = g.op('Softmax', [g.linear(hidden, unembedding)], { axis: 1 });
  const [below, last] = [g.op('CumSum', [p, g.integers([1])]), g.op('Sub', [g.shapeOf(p), g.integers([1])])];
  const passed = g.op('ReduceSum', [g.cast(g.op('LessOrEqual', [below, uniforms]), 'float32'), g.integers([1])], { keepdims: 1 });
  // rounding may leave the whole sum below u: there is no id beyond the last
  const most = g.cast(g.op('Slice', [last, g.integers([1]), g.integers([2])]), 'float32');
  const ids = g.cast(g.op('Min', [passed, most]), 'int32');
  g.output('targets', 'int32', ['N', 1], ids);
  return ids;
}
