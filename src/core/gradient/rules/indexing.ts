/** Operators that pick values: what goes back is added where it was picked from. */
import type { GraphBuilder, Value } from '../../graph/builder';
import { integerOf, type Rule } from '../rule';

/**
 * y = rows of x by ids, of any shape where axis is 0 and of one dimension elsewhere. Onto dx, dy is added at the ids: a row that was
 * picked twice gets both.
 */
const gather: Rule = (g, node, [dy]) => {
  const [x, ids] = node.inputs;
  const axis = integerOf(node, 'axis');
  const rows = axis === 0 ? g.op('Reshape', [dy as Value, rowsLike(g, x)]) : (dy as Value);
  const column = g.op('Reshape', [ids, g.integers([-1, 1])]);
  const places = g.op('Expand', [column, g.shapeOf(rows)]);
  return [(others) => g.op('ScatterElements', [others, places, rows], { axis, reduction: { text: 'add' } })];
};

/** The shape of x [V, D] with any number of rows. */
function rowsLike(g: GraphBuilder, x: Value): Value {
  const row = g.op('Slice', [g.shapeOf(x), g.integers([1]), g.integers([2])]);
  return g.op('Concat', [g.integers([-1]), row], { axis: 0 });
}

/** y = from each row of x the entry that its id names. Onto dx, dy is added there. */
const gatherElements: Rule = (g, node, [dy]) => {
  const [, ids] = node.inputs;
  return [(others) => g.op('ScatterElements', [others, ids, dy as Value], { axis: integerOf(node, 'axis'), reduction: { text: 'add' } })];
};

export const indexing = { Gather: gather, GatherElements: gatherElements };
