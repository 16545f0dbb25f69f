import { describe, expect, test } from 'vitest';
import { GraphBuilder } from './builder';
import type { Graph } from './onnx';
import { cutGraph } from './segments';

/** Three layers of 4 floats each on a row whose length is asked for in each. */
function threeLayers(): Graph {
  const g = new GraphBuilder('layers');
  let x = g.input('x', 'float32', ['N', 2]);
  for (const name of ['a', 'b', 'c']) g.input(name, 'float32', [2, 2]);
  const shape = g.op('Shape', ['x']);
  for (const name of ['a', 'b', 'c']) x = g.op('Reshape', [g.linear(x, name), shape]);
  g.output('y', 'float32', ['N', 2], x);
  return g.graph;
}

const weights = new Set(['a', 'b', 'c']);
const names = (values: { name: string }[]): string[] => values.map(({ name }) => name);
const ops = ({ nodes }: Graph): string[] => nodes.map(({ op }) => op);

describe('a graph', () => {
  test('whose weights fit stays what it is', () => {
    const graph = threeLayers();
    expect(cutGraph(graph, weights, 48)).toEqual([graph]);
    expect(cutGraph(graph, weights, Infinity)).toEqual([graph]);
  });

  test('is cut before the weight that is too much, and hands on what is needed', () => {
    const [first, second, ...more] = cutGraph(threeLayers(), weights, 32);
    expect(more).toEqual([]);
    expect(names(first.inputs)).toEqual(['x', 'a', 'b']);
    expect(first.outputs).toHaveLength(1);
    expect(names(second.inputs)).toEqual(['x', 'c', first.outputs[0].name]);
    expect(names(second.outputs)).toEqual(['y']);
  });

  test('repeats in each part what follows from no weight', () => {
    const parts = cutGraph(threeLayers(), weights, 16);
    expect(parts.map(ops)).toEqual([['Shape', 'Gemm', 'Reshape'], ['Shape', 'Gemm', 'Reshape'], ['Shape', 'Gemm', 'Reshape', 'Identity']]);
  });

  test('gives a weight above the limit a part of its own', () => {
    expect(cutGraph(threeLayers(), weights, 1).map(({ inputs }) => names(inputs).filter((name) => weights.has(name)))).toEqual([['a'], ['b'], ['c']]);
  });
});
