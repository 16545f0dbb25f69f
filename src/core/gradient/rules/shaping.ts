/** Operators that move values and change none, and sums along an axis. */
import type { Value } from '../../graph/builder';
import { integerOf, zerosLike, type Rule } from '../rule';

/** dx = dy in the shape of x */
const reshape: Rule = (g, { inputs: [x] }, [dy]) => [g.op('Reshape', [dy as Value, g.shapeOf(x)])];

/** y_1, y_2, ... = parts of x: dx = the dy side by side */
const split: Rule = (g, node, dy) => [
  g.op('Concat', node.outputs.map((y, i) => dy[i] ?? zerosLike(g, y)), { axis: integerOf(node, 'axis') }),
];

/** y = x_1, x_2, ... side by side: dx_i = its part of dy */
const concat: Rule = (g, node, [dy]) => {
  const axis = integerOf(node, 'axis');
  let from = g.integers([0]);
  return node.inputs.map((x) => {
    const size = g.op('Slice', [g.shapeOf(x), g.integers([axis]), g.integers([axis + 1])]);
    const to = g.op('Add', [from, size]);
    const part = g.op('Slice', [dy as Value, from, to, g.integers([axis])]);
    from = to;
    return part;
  });
};

/** y = sum of x along an axis that stays: dx = dy for each that was summed */
const reduceSum: Rule = (g, { inputs: [x] }, [dy]) => [g.op('Expand', [dy as Value, g.shapeOf(x)])];

export const shaping = { Reshape: reshape, Split: split, Concat: concat, ReduceSum: reduceSum };
