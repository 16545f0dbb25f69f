import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { GraphBuilder } from '../graph/builder';
import { encodeModel } from '../graph/onnx';
import { seeded } from '../statistics/random';
import { drawTargets } from './draw-targets';

/** Draws from one distribution, given as logits, with waiting times of every id, token by token. */
async function drawn(logits: number[], waits: Float32Array): Promise<Int32Array> {
  const V = logits.length;
  const N = waits.length / V;
  const g = new GraphBuilder('draw');
  const hidden = g.input('hidden', 'float32', ['N', 1]);
  const unembedding = g.input('unembedding', 'float32', [V, 1]);
  drawTargets(g, hidden, unembedding, g.input('waits', 'float32', ['N', V]));
  const session = await ort.InferenceSession.create(encodeModel(g.graph), { logSeverityLevel: 3 });
  const { targets } = await session.run({
    hidden: new ort.Tensor('float32', new Float32Array(N).fill(1), [N, 1]),
    unembedding: new ort.Tensor('float32', Float32Array.from(logits), [V, 1]),
    waits: new ort.Tensor('float32', waits, [N, V]),
  });
  await session.release();
  return targets.data as Int32Array;
}

test('a target is the one that waits the shortest, for its probability', async () => {
  const logits = [0.1, 0.2, 0.4, 0.3].map(Math.log);
  expect([...(await drawn(logits, Float32Array.of(...[1, 1, 1, 1], ...[0.1, 1, 1, 1], ...[1, 0.4, 1, 1], ...[9, 9, 9, 6])))]).toEqual([2, 0, 1, 3]);
});

test('of two that are equal it is the first', async () => {
  expect([...(await drawn([0, 0, 0], Float32Array.of(...[2, 1, 1], ...[1, 1, 1], ...[3, 2, 1])))]).toEqual([1, 0, 2]);
});

test('targets are as frequent as they are probable', async () => {
  const p = [0.5, 0.05, 0.25, 0.2];
  const next = seeded(7);
  const targets = await drawn(p.map(Math.log), Float32Array.from({ length: 4 * 20_000 }, () => -Math.log((next() + 0.5) / 2 ** 32)));
  p.forEach((each, id) => expect(targets.filter((target) => target === id).length / targets.length).toBeCloseTo(each, 1.7));
});

test('digits that another device has otherwise hardly ever change a target', async () => {
  const next = seeded(9);
  const [V, N] = [2000, 500];
  const logits = Array.from({ length: V }, () => 8 * (next() / 2 ** 32));
  const waits = Float32Array.from({ length: N * V }, () => -Math.log((next() + 0.5) / 2 ** 32));
  const [here, there] = [await drawn(logits, waits), await drawn(logits.map((logit) => logit * (1 + 2e-6 * (next() / 2 ** 32 - 0.5))), waits)];
  expect(here.filter((target, i) => target !== there[i]).length).toBeLessThanOrEqual(1);
});
