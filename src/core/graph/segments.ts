/** A graph as several that run one after another, so that only some of its weights need be in a runtime's memory at once. */
import { bytesPerWeight, countOf } from './weights';
import type { ElementType, Graph, GraphNode, ValueInfo } from './onnx';

const bytesPerElement: Record<ElementType, number> = { ...bytesPerWeight, int32: 4, int64: 8, bool: 1 };

/**
 * Cuts a graph so that each part takes at most `maxBytes` of weights, or a single one that is larger. What one part computes and a
 * later one needs is an output there and an input here, under the same name. What follows from no weight (shapes, masks) is
 * computed anew in each part that needs it, so that all that is handed on is float32.
 *
 * WebAssembly copies the inputs of a run into its heap, of which there are 4 GiB for good: cut, the heap holds some weights at a
 * time, and the others stay outside.
 * @param weights names of the inputs that are weights
 */
export function cutGraph(graph: Graph, weights: Set<string>, maxBytes: number): Graph[] {
  const costs = new Map(graph.inputs.filter(({ name }) => weights.has(name)).map((input) => [input.name, bytesOf(input)]));
  const weighty = nodesWith(graph.nodes, weights);
  const parts: GraphNode[][] = [[]];
  let held = new Set<string>();
  for (const node of graph.nodes.filter((node) => weighty.has(node))) {
    const fresh = node.inputs.filter((name) => costs.has(name) && !held.has(name));
    const total = [...held, ...fresh].reduce((sum, name) => sum + (costs.get(name) as number), 0);
    if (fresh.length > 0 && held.size > 0 && total > maxBytes) {
      parts.push([]);
      held = new Set();
    }
    for (const name of node.inputs) if (costs.has(name)) held.add(name);
    (parts.at(-1) as GraphNode[]).push(node);
  }
  if (parts.length === 1) return [graph];
  const weightless = graph.nodes.filter((node) => !weighty.has(node));
  return parts.map((nodes, i) => part(graph, nodes, parts.slice(i + 1).flat(), weightless, i));
}

/** The nodes that need a weight, or a node that does. */
function nodesWith(nodes: GraphNode[], weights: Set<string>): Set<GraphNode> {
  const values = new Set(weights);
  const found = new Set<GraphNode>();
  for (const node of nodes) {
    if (!node.inputs.some((input) => values.has(input))) continue;
    found.add(node);
    for (const output of node.outputs) values.add(output);
  }
  return found;
}

function part(graph: Graph, own: GraphNode[], later: GraphNode[], weightless: GraphNode[], index: number): Graph {
  const made = new Set(own.flatMap(({ outputs }) => outputs));
  const nodes = [...neededBy(own, weightless), ...own];
  const computed = new Set(nodes.flatMap(({ outputs }) => outputs));
  const needed = new Set(nodes.flatMap(({ inputs }) => inputs));
  const constants = graph.constants.filter(({ name }) => needed.has(name));
  const inputs = graph.inputs.filter(({ name }) => needed.has(name));
  const given = new Set([...constants, ...inputs].map(({ name }) => name));
  const handedIn = [...needed].filter((name) => name !== '' && !computed.has(name) && !given.has(name)).map(unshaped);
  const wanted = new Set(later.flatMap(({ inputs }) => inputs));
  const handedOn = [...made].filter((name) => wanted.has(name)).map(unshaped);
  const results = graph.outputs.filter(({ name }) => made.has(name));
  return { name: `${graph.name} ${index + 1}`, inputs: [...inputs, ...handedIn], outputs: [...handedOn, ...results], constants, nodes };
}

/** Those of the weightless nodes that these need, in their order. */
function neededBy(own: GraphNode[], weightless: GraphNode[]): GraphNode[] {
  const needed = new Set(own.flatMap(({ inputs }) => inputs));
  return weightless.slice().reverse().filter(({ inputs, outputs }) => {
    const wanted = outputs.some((output) => needed.has(output));
    if (wanted) for (const input of inputs) needed.add(input);
    return wanted;
  }).reverse();
}

function unshaped(name: string): ValueInfo {
  return { name, type: 'float32', shape: null };
}

function bytesOf({ type, shape }: ValueInfo): number {
  return bytesPerElement[type] * countOf((shape ?? []).map(Number));
}
