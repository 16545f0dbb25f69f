/** What is known of an operator for going backwards. */
import type { GraphBuilder, Value } from '../graph/builder';
import type { GraphNode } from '../graph/onnx';

/**
 * What a node adds to the cotangent of one of its inputs: a value of the input's shape, or something that is added onto what the
 * other uses of that input have come to, such as rows of a table that were looked up.
 */
export type Contribution = Value | ((others: Value) => Value);

/**
 * The vector-Jacobian product of an operator: from the cotangents of its outputs to those of its inputs.
 * @param dy per output; undefined where nothing depends on that output
 * @param wants whether the cotangent of an input is asked for
 * @returns per input; undefined where nothing flows, or nobody asked
 */
export type Rule = (g: GraphBuilder, node: GraphNode, dy: (Value | undefined)[], wants: (input: number) => boolean) => (Contribution | undefined)[];

/** A whole-number attribute of a node. */
export function integerOf({ attributes }: GraphNode, name: string, otherwise = 0): number {
  const attribute = attributes[name] as GraphNode['attributes'][string] | undefined;
  return attribute?.kind === 'int' ? attribute.value : otherwise;
}

/** A real attribute that the graph always says. */
export function realOf({ op, attributes }: GraphNode, name: string): number {
  const attribute = attributes[name] as GraphNode['attributes'][string] | undefined;
  if (attribute?.kind !== 'float') throw new Error(`${op} without its ${name}`);
  return attribute.value;
}

/** Zeros of the shape of x. */
export function zerosLike(g: GraphBuilder, x: Value): Value {
  return g.op('Expand', [g.scalar(0), g.shapeOf(x)]);
}

/** x summed along an axis, which stays with one entry. */
export function sumAlong(g: GraphBuilder, x: Value, axis: number): Value {
  return g.op('ReduceSum', [x, g.integers([axis])], { keepdims: 1 });
}

/** The rows of x [N, D] summed: [D]. */
export function sumOfRows(g: GraphBuilder, x: Value): Value {
  return g.op('ReduceSum', [x, g.integers([0])], { keepdims: 0 });
}
