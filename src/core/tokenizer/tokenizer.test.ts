import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Failure } from '../errors';
import { Tokenizer } from './tokenizer';

const json = readFileSync(new URL('../../../models/pico/tokenizer.json', import.meta.url), 'utf8');
const pico = Tokenizer.parse(json, 'tokenizer.json');

/** What UTF-8 makes of a text: lone surrogates become U+FFFD. */
const throughUtf8 = (text: string): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text));

/** Any character, lone surrogates among them. */
const character = fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code));

describe('encoding a text', () => {
  test('an empty text has no tokens', () => {
    expect(pico.encode('')).toEqual([]);
    expect(pico.pieces([])).toEqual([]);
  });

  test('the prefix is the end-of-text token, and the same characters in a text are only characters', () => {
    expect(pico.prefix).toBe(0);
    for (const text of ['<|endoftext|>', 'One story.<|endoftext|>Another.', '<|endoftext|><|endoftext|>']) {
      const ids = pico.encode(text);
      expect(ids).not.toContain(0);
      expect(pico.pieces(ids).join('')).toBe(text);
    }
  });

  test('every id lies inside the vocabulary of 4096', () => {
    const property = fc.property(fc.string({ unit: character, maxLength: 60 }), (text) => {
      expect(pico.encode(text).every((id) => Number.isInteger(id) && id >= 0 && id < 4096)).toBe(true);
    });
    fc.assert(property, { numRuns: 50 });
  });

  test('a lone surrogate becomes U+FFFD, as UTF-8 would have it', () => {
    expect(pico.encode('a\uD800b')).toEqual(pico.encode('a\uFFFDb'));
    expect(pico.encode('\uDC00')).toEqual(pico.encode('\uFFFD'));
    expect(pico.encode('\u{1F372}')).not.toEqual(pico.encode('\uFFFD'));
  });
});

describe('the pieces of a text', () => {
  const texts = [
    'The old man put down his lamp and listened.',
    '  two spaces,\n\n\ta tab — and a dash ',
    'A soup 🍲 with 👩‍👩‍👧 and 🇫🇷',
    '料理は愛情。汤要慢慢熬。',
    'Καλημέρα, привет, שלום',
    'a\uD800b',
    '\uFFFD🍲\uFFFD\uFFFD料',
    '🍲🍲🍲\uD83C',
  ];
  test.each(texts)('join to the text: %s', (text) => {
    const ids = pico.encode(text);
    const pieces = pico.pieces(ids);
    expect(pieces).toHaveLength(ids.length);
    expect(pieces.join('')).toBe(throughUtf8(text));
  });

  test('a character spread over several tokens is shown at the first of them', () => {
    const ids = pico.encode('🍲');
    expect(ids.length).toBeGreaterThan(1);
    expect(pico.pieces(ids)).toEqual(['🍲', ...ids.slice(1).map(() => '')]);
  });

  test('join to any text that is in composed form', () => {
    const property = fc.property(fc.string({ unit: character, maxLength: 40 }), (text) => {
      const composed = throughUtf8(text).normalize('NFC');
      expect(pico.pieces(pico.encode(composed)).join('')).toBe(composed);
    });
    fc.assert(property, { numRuns: 100 });
  });
});

describe('a tokenizer.json that cannot be used', () => {
  test.each([
    ['not JSON', '{', /JSON/],
    ['null', 'null', /./],
    ['no model', '{"added_tokens": [{"id": 0, "content": "<s>", "special": true}]}', /./],
    ['no prefix token', JSON.stringify({ ...(JSON.parse(json) as object), added_tokens: [] }), /no token to put in front/],
  ])('%s', (_, text, why) => {
    const parse = (): Tokenizer => Tokenizer.parse(text, 'mine.json');
    expect(parse).toThrow(Failure);
    expect(parse).toThrow(expect.objectContaining({ code: 'tokenizer-malformed' }));
    expect(parse).toThrow(why);
    expect(parse).toThrow(/mine\.json/);
  });
});
