import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { GraphBuilder } from './builder';
import { encodeModel } from './onnx';

async function run(g: GraphBuilder, feeds: Record<string, Tensor>): Promise<InferenceSession.OnnxValueMapType> {
  const session = await InferenceSession.create(encodeModel(g.graph), { logSeverityLevel: 3 });
  try {
    return await session.run(feeds);
  } finally {
    await session.release();
  }
}

const float = (shape: number[], values: number[]): Tensor => new Tensor('float32', Float32Array.from(values), shape);

describe('an encoded graph runs in onnxruntime', () => {
  test('two nodes: the softmax of a linear layer is what the formula says', async () => {
    const g = new GraphBuilder('two nodes');
    g.input('x', 'float32', ['N', 2]);
    const weight = g.floats([3, 2], Float32Array.of(1, 2, 3, 4, 5, 6));
    const bias = g.floats([3], Float32Array.of(0.5, 0, -1));
    g.output('p', 'float32', ['N', 3], g.op('Softmax', [g.linear('x', weight, bias)], { axis: -1 }));
    const { p } = await run(g, { x: float([2, 2], [0.1, -0.2, 0, 0]) });
    const logits = [[0.1 - 0.4 + 0.5, 0.3 - 0.8, 0.5 - 1.2 - 1], [0.5, 0, -1]];
    const expected = logits.flatMap((row) => {
      const sum = row.reduce((total, z) => total + Math.exp(z), 0);
      return row.map((z) => Math.exp(z) / sum);
    });
    expect(p.dims).toEqual([2, 3]);
    (p.data as Float32Array).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 6));
  });

  test('attributes of each kind arrive: a float, a negative int, a list', async () => {
    const g = new GraphBuilder('attributes');
    g.input('x', 'float32', [2, 3]);
    const [turned] = g.node('Transpose', ['x'], { perm: [1, 0] });
    const leaked = g.op('LeakyRelu', [turned], { alpha: { float: 0.25 } });
    g.output('y', 'float32', [3, 2], g.op('Concat', [leaked], { axis: -1 }));
    const { y } = await run(g, { x: float([2, 3], [1, -2, 3, -4, 5, -6]) });
    expect([...(y.data as Float32Array)]).toEqual([1, -1, -0.5, 5, 3, -1.5]);
  });

  test('int32 inputs, int64 constants and an operator of com.microsoft', async () => {
    const g = new GraphBuilder('types');
    g.input('ids', 'int32', ['T']);
    g.input('table', 'float32', [3, 2]);
    const rows = g.op('Gather', ['table', 'ids'], { axis: 0 });
    g.output('y', 'float32', ['M', 1], g.fused('Gelu', [g.op('Reshape', [rows, g.integers([-1, 1])])]));
    const { y } = await run(g, { ids: new Tensor('int32', Int32Array.of(2, 0), [2]), table: float([3, 2], [0, 1, 9, 9, -1, 2]) });
    expect(y.dims).toEqual([4, 1]);
    // x * (1 + erf(x / sqrt 2)) / 2, from a table of the normal distribution
    const expected = [-0.158655, 1.954500, 0, 0.841345];
    (y.data as Float32Array).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 5));
  });

  test('a name with any characters is kept', async () => {
    const g = new GraphBuilder('names');
    const x = g.input('gpt_neox.größe/🍲', 'float32', [1]);
    g.output('y', 'float32', [1], x);
    const { y } = await run(g, { 'gpt_neox.größe/🍲': float([1], [7]) });
    expect([...(y.data as Float32Array)]).toEqual([7]);
  });
});
