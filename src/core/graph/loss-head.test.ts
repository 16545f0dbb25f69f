import fc from 'fast-check';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { GraphBuilder } from './builder';
import { lossHead, tileSizes } from './loss-head';
import { encodeModel } from './onnx';

describe('the tiles of the loss', () => {
  test('together hold every token, and none holds more logits than allowed unless one token does', () => {
    const property = fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 60_000 }), fc.integer({ min: 1, max: 2 ** 28 }), (tokens, vocabulary, limit) => {
      const sizes = tileSizes(tokens, vocabulary, limit);
      expect(sizes.reduce((a, b) => a + b, 0)).toBe(tokens);
      expect(sizes.every((size) => size > 0 && (size === 1 || size * vocabulary * 4 <= limit))).toBe(true);
    });
    fc.assert(property);
  });

  test('are one where all fits, and as few as possible elsewhere', () => {
    expect(tileSizes(512, 4096, 128 * 2 ** 20)).toEqual([512]);
    expect(tileSizes(1024, 50304, 128 * 2 ** 20)).toEqual([512, 512]); // 667 tokens of Pythia's logits fit
    expect(tileSizes(5, 10, 80)).toEqual([2, 2, 1]);
    expect(tileSizes(1, 50304, 1)).toEqual([1]);
  });
});

describe('the loss in the graph', () => {
  const [N, D, V] = [7, 3, 5];
  const numbers = (count: number, seed: number): number[] => Array.from({ length: count }, (_, i) => 3 * Math.sin(seed + 1.7 * i));
  const [hidden, unembedding] = [numbers(N * D, 1), numbers(V * D, 2)];

  /** Logits of token n, in double precision. */
  const logits = (n: number, scale = 1): number[] =>
    Array.from({ length: V }, (_, v) => Array.from({ length: D }, (_, d) => scale * hidden[n * D + d] * unembedding[v * D + d]).reduce((a, b) => a + b, 0));
  const firstChoice = (n: number): number => logits(n).indexOf(Math.max(...logits(n)));
  const targets = [0, firstChoice(1), 2, 2, firstChoice(4), 3, 0];

  async function loss(maxTensorBytes: number, scale = 1): Promise<{ nll: number[]; gap: number[] }> {
    const g = new GraphBuilder('loss');
    g.input('hidden', 'float32', [N, D]);
    g.input('targets', 'int32', [N, 1]);
    g.input('unembedding', 'float32', [V, D]);
    const head = lossHead(g, { hidden: 'hidden', targets: 'targets', unembedding: 'unembedding', tokens: N, vocabulary: V, maxTensorBytes });
    g.output('nll', 'float32', [N], head.nll);
    g.output('gap', 'float32', [N], head.gap);
    const session = await InferenceSession.create(encodeModel(g.graph), { logSeverityLevel: 3 });
    const { nll, gap } = await session.run({
      hidden: new Tensor('float32', Float32Array.from(hidden, (h) => h * scale), [N, D]),
      targets: new Tensor('int32', Int32Array.from(targets), [N, 1]),
      unembedding: new Tensor('float32', Float32Array.from(unembedding), [V, D]),
    });
    await session.release();
    return { nll: [...(nll.data as Float32Array)], gap: [...(gap.data as Float32Array)] };
  }

  // 20 bytes of logits a token: one tile, tiles of 3, 3 and 1 (or 4 and 3), one tile for each token
  test.each([1000, 80, 60, 20, 1])('is -log softmax and the distance to the best, with at most %i bytes in a tile', async (limit) => {
    const { nll, gap } = await loss(limit);
    targets.forEach((target, n) => {
      const z = logits(n);
      const probability = Math.exp(z[target]) / z.reduce((sum, value) => sum + Math.exp(value), 0);
      expect(nll[n]).toBeCloseTo(-Math.log(probability), 4);
      expect(gap[n]).toBeCloseTo(Math.max(...z) - z[target], 4);
    });
  });

  test('stays finite where exp of a logit would not be', async () => {
    const { nll, gap } = await loss(60, 100);
    targets.forEach((target, n) => {
      const z = logits(n, 100);
      const best = Math.max(...z);
      expect(best - Math.min(...z)).toBeGreaterThan(89); // exp overflows a 32-bit float
      const exact = best - z[target] + Math.log(z.reduce((sum, value) => sum + Math.exp(value - best), 0));
      expect(Math.abs(nll[n] - exact)).toBeLessThan(1e-5 * Math.max(1, exact));
      if (best === z[target]) expect(gap[n]).toBe(0);
    });
    expect(gap.filter((value) => value === 0).length).toBeGreaterThanOrEqual(2);
  });
});
