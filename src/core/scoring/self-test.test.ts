import { describe, expect, test } from 'vitest';
import shipped from '../../../reference/golden/self-test.json';
import { nodeBackend } from '../../terminal/node-engine';
import { Failure } from '../errors';
import type { Backend } from './backend';
import { selfTest } from './self-test';

/** The processor's backend, with its scores spoiled. */
function bent(bend: (nll: Float32Array) => void): Backend {
  const backend = nodeBackend();
  const run = backend.run.bind(backend);
  backend.run = async (batch) => {
    const scores = await run(batch);
    bend(scores.nll);
    return scores;
  };
  return backend;
}

async function refusal(backend: Backend): Promise<Failure> {
  const thrown: unknown = await selfTest(backend, shipped.nll).then(() => 'nothing', (error: unknown) => error);
  if (!(thrown instanceof Failure)) throw new Error(`expected a Failure, got ${String(thrown)}`);
  return thrown;
}

describe('the self-test', () => {
  test('passes a right backend', async () => {
    await selfTest(nodeBackend(), shipped.nll);
  });

  test('passes one that rounds otherwise', async () => {
    await selfTest(bent((nll) => nll.forEach((value, i) => (nll[i] = value * (1 + (i % 2 ? 1e-4 : -1e-4))))), shipped.nll);
  });

  test.each<[string, (nll: Float32Array) => void]>([
    ['off by 0.01', (nll) => nll.forEach((value, i) => (nll[i] = value + 1e-2))],
    ['off by 0.01 in one token', (nll) => (nll[47] -= 1e-2)],
    ['of the neighbouring token', (nll) => nll.copyWithin(0, 1)],
    ['NaN', (nll) => nll.fill(NaN)],
    ['NaN in one token', (nll) => nll.fill(NaN, 5, 6)],
    ['infinite', (nll) => nll.fill(Infinity)],
    ['nothing but zeros', (nll) => nll.fill(0)],
    ['near-uniform, as those of unwritten weights', (nll) => nll.fill(Math.log(96))],
  ])('refuses one whose scores are %s', async (_, bend) => {
    const failed = await refusal(bent(bend));
    expect(failed.code).toBe('device-failed');
    expect(failed.message).not.toMatch(/NaN|Infinity/);
  });

  test('refuses one that gives too few scores', async () => {
    const backend = nodeBackend();
    const run = backend.run.bind(backend);
    backend.run = async (batch) => {
      const { nll, gap } = await run(batch);
      return { nll: nll.slice(0, 20), gap };
    };
    expect((await refusal(backend)).code).toBe('device-failed');
  });

  test('refuses one whose merge forgets an ingredient', async () => {
    const backend = nodeBackend();
    const merge = backend.merge.bind(backend);
    backend.merge = (terms) => merge(terms.slice(1));
    expect((await refusal(backend)).code).toBe('device-failed');
  });

  test.each([0, 95, 97])('needs all 96 stored numbers: with %i of them no device passes', async (count) => {
    const numbers = Array.from({ length: count }, (_, i) => shipped.nll[i] ?? 0);
    await expect(selfTest(nodeBackend(), numbers)).rejects.toThrow(/96/);
  });
});
