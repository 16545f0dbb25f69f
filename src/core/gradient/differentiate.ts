/** Reverse-mode differentiation of a graph: what goes back becomes more nodes of the same graph. */
import type { GraphBuilder, Value } from '../graph/builder';
import type { GraphNode } from '../graph/onnx';
import { zerosLike, type Contribution } from './rule';
import { flat, rules } from './rules/rules';

/**
 * Adds the gradient of sum(seed * y) to a graph.
 * @param y a value of the graph
 * @param seed its cotangent, of its shape
 * @param wanted values of the graph, such as weights
 * @returns the gradient of each that is wanted, in float32 and of its shape
 */
export function differentiate(g: GraphBuilder, y: Value, seed: Value, wanted: Value[]): Map<Value, Value> {
  const active = activeFrom(g.graph.nodes, wanted);
  const cotangents = new Cotangents(g);
  cotangents.add(y, seed);
  for (const node of g.graph.nodes.slice().reverse()) {
    const dy = node.outputs.map((output) => (active.has(output) ? cotangents.of(output) : undefined));
    if (flat.has(node.op) || dy.every((each) => each === undefined)) continue;
    const rule = rules[node.op];
    if (!rule) throw new Error(`there is no way back through ${node.op}`);
    const wants = (input: number): boolean => active.has(node.inputs[input]);
    rule(g, node, dy, wants).forEach((contribution, i) => {
      if (contribution !== undefined && wants(i)) cotangents.add(node.inputs[i], contribution);
    });
  }
  return new Map(wanted.map((value) => [value, cotangents.of(value) ?? zerosLike(g, value)]));
}

/** The values that depend on what is wanted, itself included. */
function activeFrom(nodes: GraphNode[], wanted: Value[]): Set<Value> {
  const active = new Set(wanted);
  for (const { op, inputs, outputs } of nodes) {
    if (!flat.has(op) && inputs.some((input) => active.has(input))) for (const output of outputs) active.add(output);
  }
  return active;
}

/** What goes back to each value, from all its uses. */
class Cotangents {
  readonly #contributions = new Map<Value, Contribution[]>();
  readonly #sums = new Map<Value, Value>();

  constructor(private readonly g: GraphBuilder) {}

  add(value: Value, contribution: Contribution): void {
    this.#contributions.set(value, [...(this.#contributions.get(value) ?? []), contribution]);
  }

  /** Their sum, once all are there; what is added onto others comes last. */
  of(value: Value): Value | undefined {
    const contributions = this.#contributions.get(value);
    if (!contributions) return undefined;
    const known = this.#sums.get(value) ?? this.#sum(value, contributions);
    this.#sums.set(value, known);
    return known;
  }

  #sum(value: Value, contributions: Contribution[]): Value {
    const dense = contributions.filter((each) => typeof each === 'string');
    const onto = contributions.filter((each) => typeof each === 'function');
    const [first, ...others] = dense.length > 0 ? dense : [zerosLike(this.g, value)];
    const sum = others.reduce((a, b) => this.g.op('Add', [a, b]), first);
    return onto.reduce((others, addOnto) => addOnto(others), sum);
  }
}
