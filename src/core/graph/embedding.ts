/** Rows of an embedding table. */
import type { GraphBuilder, Value } from './builder';

/** @returns [B*T, D], the rows of `table` [V, D] at `ids` [B, T] */
export function embed(g: GraphBuilder, table: Value, ids: Value, hiddenSize: number): Value {
  return g.op('Reshape', [g.lookUp(table, ids), g.integers([-1, hiddenSize])]);
}
