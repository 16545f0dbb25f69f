/** Each rule alone: the slope it gives along a direction, against the difference of the operator itself at two places on that line. */
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { GraphBuilder, type Value } from '../../graph/builder';
import { encodeModel, type Graph } from '../../graph/onnx';
import { countOf } from '../../graph/weights';
import { seeded } from '../../statistics/random';
import { differentiate } from '../differentiate';
import { flat, rules } from './rules';

type Values = Record<string, Float32Array>;

interface Case {
  /** float32 inputs by name, all of which are differentiated */
  inputs: Record<string, number[]>;
  shape: number[];
  build: (g: GraphBuilder, inputs: Record<string, Value>) => Value;
  /** what the inputs are around; 0 unless it says otherwise */
  centre?: number;
}

const heads = { num_heads: 2, unidirectional: 1, scale: { float: 0.4 } };
const causal = Float32Array.from({ length: 25 }, (_, i) => (i % 5 > Math.floor(i / 5) ? -1e9 : 0));
const angles = (f: (x: number) => number): Float32Array => Float32Array.from({ length: 12 }, (_, i) => f(0.7 * i));
const ids = (g: GraphBuilder): Value => g.cast(g.integers([2, 0, 2]), 'int32');

const cases: Record<string, Case> = {
  Add: { inputs: { a: [3, 4], b: [3, 4] }, shape: [3, 4], build: (g, { a, b }) => g.op('Add', [a, b]) },
  Sub: { inputs: { a: [3, 4], b: [3, 4] }, shape: [3, 4], build: (g, { a, b }) => g.op('Sub', [a, b]) },
  Mul: { inputs: { a: [3, 4], b: [3, 4] }, shape: [3, 4], build: (g, { a, b }) => g.op('Mul', [a, b]) },
  'Mul with itself': { inputs: { a: [3, 4] }, shape: [3, 4], build: (g, { a }) => g.op('Mul', [a, a]) },
  Exp: { inputs: { a: [3, 4] }, shape: [3, 4], build: (g, { a }) => g.op('Exp', [a]) },
  Log: { inputs: { a: [3, 4] }, shape: [3, 4], build: (g, { a }) => g.op('Log', [a]), centre: 3 },
  Sigmoid: { inputs: { a: [3, 4] }, shape: [3, 4], build: (g, { a }) => g.op('Sigmoid', [a]) },
  Gelu: { inputs: { a: [3, 4] }, shape: [3, 4], build: (g, { a }) => g.fused('Gelu', [a]) },
  FastGelu: { inputs: { a: [3, 4] }, shape: [3, 4], build: (g, { a }) => g.fused('FastGelu', [a]) },
  Clip: { inputs: { a: [3, 4] }, shape: [3, 4], build: (g, { a }) => g.op('Clip', [a, g.scalar(-0.3), g.scalar(0.5)]) },
  Where: { inputs: { a: [3, 4], b: [3, 4] }, shape: [3, 4], build: (g, { a, b }) => g.op('Where', [g.op('Less', [g.floats([1, 4], Float32Array.of(0, 1, 0, 1)), g.scalar(0.5)]), a, b]) },
  Cast: { inputs: { a: [3, 4] }, shape: [3, 4], build: (g, { a }) => g.cast(a, 'float32') },
  Gemm: { inputs: { a: [3, 4], b: [4, 2], c: [2] }, shape: [3, 2], build: (g, { a, b, c }) => g.op('Gemm', [a, b, c]) },
  'Gemm, turned': { inputs: { a: [3, 4], b: [2, 4], c: [2] }, shape: [3, 2], build: (g, { a, b, c }) => g.op('Gemm', [a, b, c], { transB: 1 }) },
  'Gemm without a bias': { inputs: { a: [3, 4], b: [2, 4] }, shape: [3, 2], build: (g, { a, b }) => g.op('Gemm', [a, b], { transB: 1 }) },
  LayerNormalization: {
    inputs: { x: [3, 6], w: [6], b: [6] },
    shape: [3, 6],
    build: (g, { x, w, b }) => g.op('LayerNormalization', [x, w, b], { axis: -1, epsilon: { float: 0.1 } }),
  },
  SimplifiedLayerNormalization: {
    inputs: { x: [3, 6], w: [6] },
    shape: [3, 6],
    build: (g, { x, w }) => g.op('SimplifiedLayerNormalization', [x, w], { axis: -1, epsilon: { float: 0.1 } }),
  },
  MultiHeadAttention: {
    inputs: { q: [1, 5, 8], k: [1, 5, 8], v: [1, 5, 8] },
    shape: [1, 5, 8],
    build: (g, { q, k, v }) => g.fused('MultiHeadAttention', [q, k, v, '', '', g.floats([1, 1, 5, 5], causal)], heads),
  },
  RotaryEmbedding: {
    inputs: { x: [1, 3, 16] },
    shape: [1, 3, 16],
    build: (g, { x }) => {
      const tables = [g.floats([6, 2], angles(Math.cos)), g.floats([6, 2], angles(Math.sin))];
      const positions = g.op('Reshape', [g.integers([0, 4, 5]), g.integers([1, 3])]);
      return g.fused('RotaryEmbedding', [x, positions, ...tables], { num_heads: 2, rotary_embedding_dim: 4 });
    },
  },
  'Gather of rows': { inputs: { table: [4, 3] }, shape: [3, 3], build: (g, { table }) => g.op('Gather', [table, ids(g)], { axis: 0 }) },
  'Gather of heads': { inputs: { x: [2, 2, 3, 4] }, shape: [2, 2, 3, 4], build: (g, { x }) => g.op('Gather', [x, g.integers([2, 0, 2])], { axis: 2 }) },
  'Gather of a table that is used twice': {
    inputs: { table: [4, 3], x: [2, 3] },
    shape: [3, 2],
    build: (g, { table, x }) => g.op('Gemm', [g.op('Gather', [table, ids(g)], { axis: 0 }), g.op('Mul', [x, g.op('Gather', [table, g.integers([1, 2])], { axis: 0 })])], { transB: 1 }),
  },
  GatherElements: {
    inputs: { z: [3, 4] },
    shape: [3, 1],
    build: (g, { z }) => g.op('GatherElements', [z, g.op('Reshape', [g.integers([3, 0, 2]), g.integers([3, 1])])], { axis: 1 }),
  },
  Reshape: { inputs: { x: [3, 4] }, shape: [2, 6], build: (g, { x }) => g.op('Reshape', [x, g.integers([2, 6])]) },
  Split: {
    inputs: { x: [3, 6] },
    shape: [3, 2],
    build: (g, { x }) => {
      const [first, , third] = g.split(x, [2, 2, 2], 1);
      return g.op('Mul', [first, third]);
    },
  },
  Concat: { inputs: { a: [3, 2], b: [3, 1], c: [3, 3] }, shape: [3, 6], build: (g, { a, b, c }) => g.op('Concat', [a, b, c], { axis: 1 }) },
  ReduceSum: { inputs: { x: [3, 4] }, shape: [3, 1], build: (g, { x }) => g.op('ReduceSum', [x, g.integers([1])], { keepdims: 1 }) },
};

test('there is a case for every rule', () => {
  expect(Object.keys(rules).filter((op) => !Object.keys(cases).some((name) => name.split(/[ ,]/)[0] === op))).toEqual([]);
});

test('what has no rule and is not flat is named', () => {
  const g = new GraphBuilder('test');
  const x = g.input('x', 'float32', [2]);
  expect(() => differentiate(g, g.op('Cos', [x]), g.floats([2], new Float32Array(2)), [x])).toThrow('Cos');
  expect(flat.has('Cos')).toBe(false);
});

test('what nothing flows to has a gradient of zeros', async () => {
  const g = new GraphBuilder('test');
  const [x, unused] = [g.input('x', 'float32', [2]), g.input('unused', 'float32', [3])];
  const gradient = differentiate(g, g.op('Exp', [x]), g.floats([2], Float32Array.of(1, 1)), [x, unused]);
  g.output('d', 'float32', [3], gradient.get(unused) as Value);
  const { d } = await run(g.graph, { x: Float32Array.of(1, 2), unused: Float32Array.of(1, 2, 3) }, { x: [2], unused: [3] });
  expect([...d]).toEqual([0, 0, 0]);
});

describe('the slope along a direction', () => {
  test.each(Object.entries(cases))('%s', async (name, { inputs, shape, build, centre = 0 }) => {
    const next = seeded(name.length);
    const random = (count: number): Float32Array => Float32Array.from({ length: count }, () => (2 * next()) / 2 ** 32 - 1);
    const names = Object.keys(inputs);
    const g = new GraphBuilder('rule');
    const values = Object.fromEntries(names.map((input) => [input, g.input(input, 'float32', inputs[input])]));
    const y = build(g, values);
    const seed = g.floats(shape, random(countOf(shape)));
    const gradients = differentiate(g, y, seed, names);
    g.output('sum', 'float32', [1], g.op('ReduceSum', [g.op('Mul', [y, seed])], { keepdims: 0 }));
    for (const input of names) g.output(`d.${input}`, 'float32', inputs[input], gradients.get(input) as Value);

    const at = Object.fromEntries(names.map((input) => [input, random(countOf(inputs[input])).map((value) => value + centre)]));
    for (const input of names) {
      const { [`d.${input}`]: gradient } = await run(g.graph, at, inputs);
      const direction = random(gradient.length);
      const slope = gradient.reduce((sum, value, i) => sum + value * direction[i], 0);
      const step = 2 ** -7;
      const moved = async (by: number): Promise<number> => (await run(g.graph, { ...at, [input]: at[input].map((value, i) => value + by * direction[i]) }, inputs)).sum[0];
      // 32 bits leave 1e-5 of such a difference, the step 1e-4 of a curved function; a wrong term is of the size of the slope
      expect(Math.abs((await moved(step) - (await moved(-step))) / (2 * step) - slope), input).toBeLessThan(3e-3 * (1 + Math.abs(slope)));
    }
  });
});

async function run(graph: Graph, values: Values, shapes: Record<string, number[]>): Promise<Values> {
  const session = await ort.InferenceSession.create(encodeModel(graph), { logSeverityLevel: 3 });
  const outputs = await session.run(Object.fromEntries(Object.entries(values).map(([name, data]) => [name, new ort.Tensor('float32', data, shapes[name])])));
  await session.release();
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array]));
}
