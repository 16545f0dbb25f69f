/** Norms of the rows of x [N, D]. */
import type { GraphBuilder, Value } from '../../graph/builder';
import { realOf, sumOfRows, type Rule } from '../rule';

/**
 * y = n w (+ b) with n = r x' and r = 1 / sqrt(mean(x'^2) + epsilon), where x' is x, or x - mean(x) for a layer norm:
 * dn = dy w, dx = r (dn - n mean(dn n)), for a layer norm also - r mean(dn); dw = sum of the rows of dy n, db = sum of those of dy
 */
function norm(centred: boolean): Rule {
  return (g, node, cotangents, wants) => {
    const [x, w, b] = node.inputs;
    const dy = cotangents[0] as Value;
    const shifted = centred ? g.op('Sub', [x, meanOf(g, x)]) : x;
    const variance = meanOf(g, g.op('Mul', [shifted, shifted]));
    const r = g.op('Reciprocal', [g.op('Sqrt', [g.op('Add', [variance, g.scalar(realOf(node, 'epsilon'))])])]); // [N, 1]
    const n = g.op('Mul', [shifted, r]);
    const dn = g.op('Mul', [dy, w]);
    const along = g.op('Mul', [n, meanOf(g, g.op('Mul', [dn, n]))]);
    const across = centred ? g.op('Sub', [dn, meanOf(g, dn)]) : dn;
    return [
      wants(0) ? g.op('Mul', [g.op('Sub', [across, along]), r]) : undefined,
      wants(1) ? sumOfRows(g, g.op('Mul', [dy, n])) : undefined,
      b && wants(2) ? sumOfRows(g, dy) : undefined,
    ];
  };
}

function meanOf(g: GraphBuilder, x: Value): Value {
  return g.op('ReduceMean', [x, g.integers([-1])], { keepdims: 1 });
}

export const norms = { LayerNormalization: norm(true), SimplifiedLayerNormalization: norm(false) };
