import { describe, expect, test } from 'vitest';
import { shardsOf } from './shard-index';

const index = (files: unknown[]): string => JSON.stringify({ metadata: { total_size: 1 }, weight_map: Object.fromEntries(files.map((file, i) => [`tensor${i}`, file])) });

test('an index lists its files once each, in order', () => {
  expect(shardsOf(index(['model-00002-of-00002.safetensors', 'model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors']), 'i')).toEqual([
    'model-00001-of-00002.safetensors',
    'model-00002-of-00002.safetensors',
  ]);
  expect(shardsOf(index(['pytorch_model.bin']), 'i')).toEqual(['pytorch_model.bin']);
});

describe('an index that leads elsewhere is refused, with the name', () => {
  test.each([
    '../model.safetensors', 'a/model.safetensors', 'a\\model.safetensors', '/etc/passwd.bin', 'https://example.org/x.bin', 'file:x.bin', '..bin', '.bin', '%2e%2e%2fx.bin', 'model.gguf',
    'x.bin?y.bin', 'x.bin#y.bin', 'model.safetensors\n', '', `${'a'.repeat(300)}.bin`,
  ])('%j', (name) => {
    expect(() => shardsOf(index(['model-00001.safetensors', name]), 'i')).toThrow(expect.objectContaining({ code: 'shard-index-malformed', facts: expect.objectContaining({ found: `it names “${name.slice(0, 80)}”` }) as unknown }));
  });
});

test.each([
  ['no JSON', '<html>', /not JSON/],
  ['no table', '{}', /no table/],
  ['a list', '[]', /no table/],
  ['a table of numbers', index([1]), /no table/],
  ['no files', index([]), /names 0 files/],
  ['both formats', index(['a.bin', 'a.safetensors']), /both formats/],
  ['more files than any model has', index(Array.from({ length: 1001 }, (_, i) => `${i}.bin`)), /names 1001 files/],
])('an index with %s is refused', (_, text, culprit) => {
  expect(() => shardsOf(text, 'i')).toThrow(culprit);
});
