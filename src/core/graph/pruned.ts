/** A graph without what none of its outputs needs. */
import type { Graph } from './onnx';

export function pruned(graph: Graph): Graph {
  const needed = new Set(graph.outputs.map(({ name }) => name));
  const nodes = graph.nodes.slice().reverse().filter(({ inputs, outputs }) => {
    const wanted = outputs.some((output) => needed.has(output));
    if (wanted) for (const input of inputs) needed.add(input);
    return wanted;
  }).reverse();
  const stays = ({ name }: { name: string }): boolean => needed.has(name);
  return { ...graph, nodes, inputs: graph.inputs.filter(stays), constants: graph.constants.filter(stays) };
}
