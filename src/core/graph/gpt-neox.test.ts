import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import type { Window } from '../perplexity/windows';
import { batchInputs } from '../scoring/backend';
import { planBatches } from '../scoring/batches';
import { fixedParameter, fixedTokens, selfTestConfig } from '../scoring/fixed-model';
import { parameterShapes } from './architectures';
import type { GptNeoXConfig } from './gpt-neox';
import { scoringGraph } from './scoring-graph';

const [rows, length] = [2, 32];
const N = rows * length;
const tokens = fixedTokens('graph-test', N, selfTestConfig.vocab_size);
const targets = fixedTokens('graph-test-targets', N, selfTestConfig.vocab_size);

type Weights = (name: string, shape: number[]) => Float32Array;

/** NLL of every target; the weights are those of the fixed model unless `weights` changes them. */
async function nll(changes: Partial<GptNeoXConfig>, weights: Weights = fixedParameter, input = tokens): Promise<number[]> {
  const config = { ...selfTestConfig, ...changes };
  const session = await ort.InferenceSession.create(scoringGraph(config, N, 2 ** 20), { logSeverityLevel: 3 });
  const windows = Array.from({ length: rows }, (_, row): Window => {
    const [start, end] = [row * length, (row + 1) * length];
    return { tokens: input.slice(start, end), targets: targets.slice(start, end), from: 0 };
  });
  const feeds = batchInputs(ort, planBatches(windows.map((window) => [window]), N, length)[0]);
  for (const [name, shape] of parameterShapes(config)) feeds[name] = new ort.Tensor('float32', weights(name, shape), shape);
  const result = await session.run(feeds);
  await session.release();
  return [...(result.nll.data as Float32Array)];
}

const distance = (a: number[], b: number[]): number => Math.max(...a.map((value, i) => Math.abs(value - b[i])));

describe('the GPT-NeoX graph', () => {
  test('with tied embeddings scores like one whose unembedding is a copy of its embedding', async () => {
    const tied = await nll({ tie_word_embeddings: true });
    const copied = await nll({}, (name, shape) => fixedParameter(name === 'embed_out.weight' ? 'gpt_neox.embed_in.weight' : name, shape));
    expect(distance(tied, copied)).toBe(0);
    expect(distance(tied, await nll({}))).toBeGreaterThan(0.1);
  });

  test('without parallel residuals differs from the parallel one, unless attention adds nothing', async () => {
    const silent: Weights = (name, shape) => (name.includes('attention.dense') ? fixedParameter(name, shape).fill(0) : fixedParameter(name, shape));
    expect(distance(await nll({ use_parallel_residual: false }), await nll({}))).toBeGreaterThan(0.1);
    expect(distance(await nll({ use_parallel_residual: false }, silent), await nll({}, silent))).toBe(0);
  });

  test('looks only back: a changed token leaves what stands before it, and the other row, as they were', async () => {
    const at = 20;
    const changed = tokens.with(at, (tokens[at] + 1) % selfTestConfig.vocab_size);
    const [before, after] = [await nll({}), await nll({}, fixedParameter, changed)];
    expect(distance(before.slice(0, at), after.slice(0, at))).toBeLessThan(1e-5);
    expect(distance(before.slice(length), after.slice(length))).toBeLessThan(1e-5);
    for (let i = at; i < length; i++) expect(Math.abs(before[i] - after[i])).toBeGreaterThan(1e-5);
  });

  test('knows positions: in a single layer nothing but the rotation tells two swapped tokens of the past apart', async () => {
    const swapped = [...tokens];
    [swapped[0], swapped[1]] = [tokens[1], tokens[0]];
    const single = { num_hidden_layers: 1 };
    const [before, after] = [await nll(single), await nll(single, fixedParameter, swapped)];
    expect(distance(before.slice(2, length), after.slice(2, length))).toBeGreaterThan(1e-3);
  });
});
