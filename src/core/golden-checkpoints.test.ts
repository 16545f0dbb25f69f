/** Checkpoints as transformers saves them: four forms of the same tensors in three types, and what transformers says about them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mismatches, perToken } from '../../reference/compare';
import { loadOnly, scoreRows } from '../../reference/fixed-scores';
import golden from '../../reference/golden/checkpoints.json';
import { fileNames, forms, openForm, tensorsOf } from '../../reference/saved-forms';
import { nodeBackend } from '../terminal/node-engine';
import type { Checkpoint } from './checkpoint/checkpoint';
import { parseConfig } from './checkpoint/config';
import { architectures } from './graph/architectures';
import { fixedTokens } from './scoring/fixed-model';

const root = join(import.meta.dirname, '../../reference/checkpoints');
const { versions, ...models } = golden;
const stored = { fp32: 'F32', fp16: 'F16', bf16: 'BF16' } as const;
const textOf = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8');

test('every architecture is there, and transformers is the version that the golden numbers are told of', () => {
  expect(versions.transformers).toMatch(/^5\./);
  expect(Object.keys(models).sort()).toEqual(Object.keys(architectures).sort());
  expect(readdirSync(root).sort()).toEqual(Object.keys(architectures).sort());
});

describe.each(Object.entries(models))('%s', (architecture, nlls) => {
  const config = parseConfig(textOf(architecture, 'config-transformers-5.json'), architecture);

  test('means the same in the config.json of transformers 4 and 5', () => {
    expect(parseConfig(textOf(architecture, 'config-transformers-4.json'), architecture)).toEqual(config);
  });

  describe.each(Object.keys(stored) as (keyof typeof stored)[])('%s', (type) => {
    const folder = join(root, architecture, type);
    const open = (form: string): Promise<Checkpoint> => openForm(folder, form, config);

    test.each(forms.slice(1))('%s has the bits of model.safetensors', async (form) => {
      if (form.endsWith('.json')) expect(fileNames(folder, form).length).toBeGreaterThan(1);
      const expected = await tensorsOf(await open('model.safetensors'));
      expect(Object.values(expected).every((tensor) => tensor.startsWith(`${stored[type]} `))).toBe(true);
      expect(await tensorsOf(await open(form))).toEqual(expected);
    });

    test('scores every token as transformers does', async () => {
      const backend = nodeBackend();
      await loadOnly(backend, config, await open('model.safetensors'));
      const tokens = fixedTokens('saved', nlls[type].length + 1, config.vocab_size);
      const found = await scoreRows(backend, config, tokens, nlls[type].length);
      await backend.close();
      expect(mismatches(found, nlls[type], perToken)).toEqual([]);
    });
  });
});
