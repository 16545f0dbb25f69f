/** Every architecture against transformers, token by token: models of fixed parameters, from the config.json that transformers writes. */
import { describe, expect, test } from 'vitest';
import { mismatches, perToken } from '../../reference/compare';
import { loadFixed, scoreRows } from '../../reference/fixed-scores';
import golden from '../../reference/golden/architectures.json';
import { nodeBackend } from '../terminal/node-engine';
import { parseConfig } from './checkpoint/config';
import { architectures, parameterShapes, windowOf } from './graph/architectures';
import { fixedTokens } from './scoring/fixed-model';

interface Golden {
  config: object;
  /** every parameter in the file that transformers writes */
  shapes: Record<string, number[]>;
  /** of a row, in tokens */
  length: number;
  nll: number[];
}

const { versions, ...entries } = golden;
const models = Object.entries(entries as Record<string, Golden>);

test('transformers is the version that the golden numbers are told of', () => {
  expect(versions.transformers).toMatch(/^5\./);
});

test('every architecture is among them', () => {
  const found = new Set(models.map(([name, { config }]) => parseConfig(JSON.stringify(config), name).model_type));
  expect([...found].sort()).toEqual(Object.keys(architectures).sort());
});

describe.each(models)('%s', (name, { config: json, shapes, length, nll }) => {
  const config = parseConfig(JSON.stringify(json), name);

  test('has the parameters of the file that transformers writes', () => {
    expect(Object.fromEntries(parameterShapes(config))).toEqual(shapes);
  });

  test('scores every token as transformers does', async () => {
    const rows = nll.length / length;
    expect(length).toBeLessThanOrEqual(windowOf(config));
    const backend = nodeBackend();
    await loadFixed(backend, config);
    const found = await scoreRows(backend, config, fixedTokens(name, rows * (length + 1), config.vocab_size), length);
    await backend.close();
    if (process.env.FARTHEST) console.log(name, Math.max(...nll.map((x, i) => Math.abs(found[i] - x) / Math.max(1, x))), nll.reduce((a, b) => a + b) / nll.length);
    expect(mismatches(found, nll, perToken)).toEqual([]);
  });
});
