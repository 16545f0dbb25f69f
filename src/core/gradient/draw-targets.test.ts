import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { GraphBuilder } from '../graph/builder';
import { encodeModel } from '../graph/onnx';
import { seeded } from '../statistics/random';
import { drawTargets } from './draw-targets';

/** Draws from one distribution, given as logits, with as many uniforms as one likes. */
async function drawn(logits: number[], uniforms: Float32Array): Promise<Int32Array> {
  const [N, V] = [uniforms.length, logits.length];
  const g = new GraphBuilder('draw');
  const hidden = g.input('hidden', 'float32', ['N', 1]);
  const unembedding = g.input('unembedding', 'float32', [V, 1]);
  drawTargets(g, hidden, unembedding, g.input('uniforms', 'float32', ['N', 1]));
  const session = await ort.InferenceSession.create(encodeModel(g.graph), { logSeverityLevel: 3 });
  const { targets } = await session.run({
    hidden: new ort.Tensor('float32', new Float32Array(N).fill(1), [N, 1]),
    unembedding: new ort.Tensor('float32', Float32Array.from(logits), [V, 1]),
    uniforms: new ort.Tensor('float32', uniforms, [N, 1]),
  });
  await session.release();
  return targets.data as Int32Array;
}

test('a target is the first whose cumulated probability exceeds the number drawn', async () => {
  const logits = [0.1, 0.2, 0.4, 0.3].map(Math.log); // cumulated 0.1, 0.3, 0.7, 1
  expect([...(await drawn(logits, Float32Array.of(0, 0.05, 0.11, 0.29, 0.31, 0.69, 0.71, 0.999)))]).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
});

test('no target lies beyond the vocabulary, however rounding adds up', async () => {
  const targets = await drawn(new Array<number>(5000).fill(0), Float32Array.of(1 - 2 ** -24, 0.5, 0));
  expect(targets[0]).toBeLessThan(5000);
  expect(Math.abs(targets[1] - 2500)).toBeLessThan(10);
  expect(targets[2]).toBe(0);
});

test('targets are as frequent as they are probable', async () => {
  const p = [0.5, 0.05, 0.25, 0.2];
  const next = seeded(7);
  const targets = await drawn(p.map(Math.log), Float32Array.from({ length: 20_000 }, () => (next() >>> 8) / 2 ** 24));
  p.forEach((each, id) => expect(targets.filter((target) => target === id).length / targets.length).toBeCloseTo(each, 1.7));
});
