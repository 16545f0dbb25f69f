/** Tokenizers of every kind that our architectures come with, against PreTrainedTokenizerFast (reference/golden_tokenizers.py). */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import golden from '../../../reference/golden/tokenizers.json';
import { Tokenizer } from './tokenizer';

const { versions, texts, ...kinds } = golden;

/** What stands in front of a text that is scored from its first token on. */
const prefixes: Record<keyof typeof kinds, string> = {
  gpt2: '<|endoftext|>',
  smollm2: '<|endoftext|>',
  qwen2: '<|endoftext|>',
  llama3: '<|begin_of_text|>',
  llama2: '<s>',
  tinyllama: '<s>',
  unigram: '</s>',
};

interface Json {
  added_tokens: { id: number; content: string }[];
}

test('there are texts and versions', () => {
  expect(texts.length).toBeGreaterThan(15);
  expect(versions.tokenizers).toMatch(/^0\.23/);
});

const fileOf = (kind: string): string => readFileSync(new URL(`../../../reference/tokenizers/${kind}.json`, import.meta.url), 'utf8');

describe.each(Object.entries(kinds))('%s', (kind, { ids, decoded }) => {
  const json = fileOf(kind);
  const tokenizer = Tokenizer.parse(json, kind);

  test('puts the token in front that the file says', () => {
    const name = prefixes[kind as keyof typeof kinds];
    const token = (JSON.parse(json) as Json).added_tokens.find(({ content }) => content === name);
    expect(token).toBeDefined();
    expect(tokenizer.prefix).toBe(token?.id);
  });

  test.each(texts.map((text, i) => [text, ids[i], decoded[i]] as const))('%j', (text, expected, whole) => {
    expect(tokenizer.encode(text)).toEqual(expected);
    const pieces = tokenizer.pieces(expected);
    expect(pieces).toHaveLength(expected.length);
    expect(pieces.join('')).toBe(whole);
  });
});

test('with a byte for each unknown character, the pieces of any text join to it, the space mark apart', () => {
  const tokenizer = Tokenizer.parse(fileOf('llama2'), 'llama2');
  // a byte order mark at the beginning of a run of bytes is swallowed by the decoder
  const character = fc.integer({ min: 0, max: 0x10ffff }).filter((code) => code !== 0xfeff).map((code) => String.fromCodePoint(code));
  const mixed = fc.oneof(character, fc.constantFrom(' ', '\n', 'a', 'the ', '\uFFFD', '🍲'));
  const property = fc.property(fc.string({ unit: mixed, maxLength: 40 }), (text) => {
    const pieces = tokenizer.pieces(tokenizer.encode(text));
    expect(pieces.join('')).toBe(text.toWellFormed().replaceAll('\u2581', ' '));
  });
  fc.assert(property, { numRuns: 200 });
});
