/** Checkpoints as transformers saves them: four forms of the same tensors in three types, and what transformers says about them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mismatches, perToken } from '../../reference/compare';
import { loadOnly, scoreRows } from '../../reference/fixed-scores';
import golden from '../../reference/golden/checkpoints.json';
import { nodeBackend } from '../terminal/node-engine';
import { Checkpoint } from './checkpoint/checkpoint';
import { parseConfig } from './checkpoint/config';
import { shardsOf } from './checkpoint/shard-index';
import { architectures } from './graph/architectures';
import { fixedTokens } from './scoring/fixed-model';

const root = join(import.meta.dirname, '../../reference/checkpoints');
const { versions, ...models } = golden;
const stored = { fp32: 'F32', fp16: 'F16', bf16: 'BF16' } as const;
const whole = ['model.safetensors', 'pytorch_model.bin'];
const forms = [...whole, ...whole.map((name) => `${name}.index.json`)];

const textOf = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8');

/** The files of one form in a folder: a single one, or those that an index lists. */
function filesOf(folder: string, form: string): Blob[] {
  const names = form.endsWith('.json') ? shardsOf(textOf(folder, form), form) : [form];
  if (form.endsWith('.json')) expect(names.length).toBeGreaterThan(1);
  return names.map((name) => new Blob([readFileSync(join(root, folder, name))]));
}

/** Every tensor as it is stored, in hexadecimal digits. */
async function tensorsOf(checkpoint: Checkpoint): Promise<Record<string, string>> {
  const tensors: Record<string, string> = {};
  for await (const { name, dtype, shape, bytes } of checkpoint.read()) tensors[name] = `${dtype} [${shape.join()}] ${Buffer.from(bytes).toString('hex')}`;
  return tensors;
}

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
    const open = (form: string): Promise<Checkpoint> => Checkpoint.open(filesOf(`${architecture}/${type}`, form), config, form);

    test.each(forms.slice(1))('%s has the bits of model.safetensors', async (form) => {
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
