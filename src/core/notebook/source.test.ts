import * as v from 'valibot';
import { expect, test } from 'vitest';
import { sourceSchema } from './source';

const file = (path: string, bytes: number) => ({ path, bytes, sha256: 'a'.repeat(64) });
const source = (texts: number, weights = 1e11) => ({ kind: 'local', folder: 'checkpoint-30', weights: [file('model.safetensors', weights)], config: file('config.json', 500), tokenizer: file('tokenizer.json', texts) });

test('what is read whole is bounded, weights are not', () => {
  expect(v.is(sourceSchema, source(35_000_000))).toBe(true);
  expect(v.is(sourceSchema, source(50_000_001))).toBe(false);
  expect(v.is(sourceSchema, { ...source(1), config: file('config.json', 50_000_001) })).toBe(false);
});
