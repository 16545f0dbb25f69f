import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { sha256OfWeights, stateOf, type UrlSource } from './source';

const url = (base: string): UrlSource => ({ kind: 'url', base, weights: [], config: { path: 'config.json', bytes: 1, sha256: '' }, tokenizer: { path: 'tokenizer.json', bytes: 1, sha256: '' } });

describe('what a source calls the state of training', () => {
  test.each([
    ['https://example.org/run/step1000/', 'step1000'],
    ['https://example.org/a%20b/', 'a b'],
    ['https://example.org/%zz/', '%zz'],
    ['https://example.org/', 'example.org'],
  ])('%s', (base, state) => expect(stateOf(url(base))).toBe(state));
});

test('a checkpoint of one file has that file’s sha256, one of several has that of their list', () => {
  const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
  expect(sha256OfWeights([{ sha256: a }])).toBe(a);
  expect(sha256OfWeights([{ sha256: a }, { sha256: b }])).toBe(createHash('sha256').update(`${a}\n${b}\n`).digest('hex'));
});
