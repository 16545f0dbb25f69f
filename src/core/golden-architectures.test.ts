/** Every architecture against transformers, token by token: models of fixed parameters, from the config.json that transformers writes. */
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { mismatches, perToken } from '../../reference/compare';
import { loadFixed, scoreGroups, scoreRows } from '../../reference/fixed-scores';
import golden from '../../reference/golden/architectures.json';
import { nodeBackend } from '../terminal/node-engine';
import { parseConfig } from './checkpoint/config';
import { architectures, parameterShapes, windowOf } from './graph/architectures';
import type { Window } from './perplexity/windows';
import type { Backend, Precision } from './scoring/backend';
import { CpuBackend } from './scoring/cpu-backend';
import { fixedTokens } from './scoring/fixed-model';

interface Golden {
  config: object;
  /** every parameter in the file that transformers writes */
  shapes: Record<string, number[]>;
  /** of a row, in tokens */
  length: number;
  nll: number[];
}

const { versions, ...entries } = golden as unknown as { versions: { transformers: string } } & Record<string, Golden>;
const models = Object.entries(entries).map(([name, expected]) => ({ name, expected, config: parseConfig(JSON.stringify(expected.config), name) }));
type Model = (typeof models)[number];

/** The rows that an entry's numbers are of, one after another. */
function tokensOf({ name, config, expected: { length, nll } }: Model): number[] {
  return fixedTokens(name, (nll.length / length) * (length + 1), config.vocab_size);
}

async function scoresOn(backend: Backend, model: Model): Promise<number[]> {
  await loadFixed(backend, model.config);
  const nll = await scoreRows(backend, model.config, tokensOf(model), model.expected.length);
  await backend.close();
  return nll;
}

test('every architecture is among them, and transformers is the version that the golden numbers are told of', () => {
  const found = new Set(models.map(({ config }) => config.model_type));
  expect([...found].sort()).toEqual(Object.keys(architectures).sort());
  expect(versions.transformers).toMatch(/^5\./);
});

describe.each(models)('$name', (model) => {
  const { config, expected } = model;

  test('has the parameters of the file that transformers writes', () => {
    expect(Object.fromEntries(parameterShapes(config))).toEqual(expected.shapes);
  });

  test('scores every token as transformers does', async () => {
    expect(expected.length).toBeLessThanOrEqual(windowOf(config));
    expect(mismatches(await scoresOn(nodeBackend(), model), expected.nll, perToken)).toEqual([]);
  });
});

describe.each(models.filter(({ name, config }) => name === config.model_type))('$name', (model) => {
  const { config, expected: { length, nll } } = model;

  test('scores the same with its graph cut and its weights in blocks', async () => {
    const backend = backendInPieces('fp32');
    expect(mismatches(await scoresOn(backend, model), nll, perToken)).toEqual([]);
    expect(backend.sessions).toBeGreaterThan(5);
  });

  test('scores almost the same with weights of 16 bits', async () => {
    const found = await scoresOn(backendInPieces('fp16-weights'), model);
    expect(mismatches(found, nll, (value) => 2e-2 * Math.max(1, value))).toEqual([]); // at most 3.5e-3: attention is peaked
    expect(mismatches(found, nll, perToken)).not.toEqual([]);
  });

  test('scores what two windows share once, and as it scores each', async () => {
    const tokens = tokensOf(model);
    const [row, other] = [tokens.slice(0, length + 1), [...tokens.slice(0, 24), ...tokens.slice(-8)]];
    const windows = [row, other].map((ids): Window => ({ tokens: ids.slice(0, -1), targets: ids.slice(1), from: 0 }));
    const backend = nodeBackend();
    await loadFixed(backend, config);
    const [together, [alone]] = [await scoreGroups(backend, config, [windows]), await scoreGroups(backend, config, [[windows[1]]])];
    await backend.close();
    expect(mismatches(together[0], nll.slice(0, length), perToken)).toEqual([]);
    expect(mismatches(together[1], [...alone], perToken)).toEqual([]);
    expect(mismatches(together[1].slice(0, 23), nll.slice(0, 23), perToken)).toEqual([]);
  });
});

/** The processor as WebAssembly uses it, with less room than a table of embeddings takes. */
function backendInPieces(precision: Precision): CpuBackend {
  return new CpuBackend(ort, { kind: 'node', precision, runtime: '', device: '' }, { executionProviders: ['cpu'], logSeverityLevel: 3 }, 9000);
}
