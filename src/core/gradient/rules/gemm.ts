/** The matrix product of a linear layer. */
import type { Value } from '../../graph/builder';
import { integerOf, sumOfRows, type Rule } from '../rule';

/**
 * Y = A B + c, or with transB Y = A B^T + c, for A [N, in], Y [N, out] and a row c [out]:
 * dA = dY B^T or dY B, dB = A^T dY or dY^T A, dc = sum of the rows of dY
 */
export const gemm: Rule = (g, node, dy, wants) => {
  const [A, B, c] = node.inputs;
  const dY = dy[0] as Value;
  const turned = integerOf(node, 'transB') === 1;
  return [
    wants(0) ? g.op('Gemm', [dY, B], { transB: turned ? 0 : 1 }) : undefined,
    wants(1) ? g.op('Gemm', turned ? [dY, A] : [A, dY], { transA: 1 }) : undefined,
    c && wants(2) ? sumOfRows(g, dY) : undefined,
  ];
};
