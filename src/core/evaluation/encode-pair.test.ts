import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Tokenizer } from '../tokenizer/tokenizer';
import { encodePair } from './encode-pair';

/**
 * A tokenizer one can follow by eye: letters and symbols are tokens, and one merge joins a space to the x behind it.
 * `^` (0) stands in front of a text.
 */
const vocabulary = ['^', 'Ġ', 'a', 'b', 'c', 'x', 'y', 'Ġx', 'Ċ'];
const toy = Tokenizer.parse(
  JSON.stringify({
    version: '1.0',
    added_tokens: [{ id: 0, content: '<s>', special: true }],
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel' },
    model: { type: 'BPE', vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])), merges: [['Ġ', 'x']] },
  }),
  'toy',
);
const spell = (ids: number[]): string[] => ids.map((id) => vocabulary[id]);
const pair = (context: string, continuation: string, window = 100): { row: string[]; scored: string[]; input: string[] } => {
  const { tokens, targets, from } = encodePair(toy, context, continuation, window);
  expect(targets).toHaveLength(tokens.length);
  expect(tokens.slice(1)).toEqual(targets.slice(0, -1));
  return { row: [...spell(tokens), spell(targets)[targets.length - 1]], input: spell(tokens), scored: spell(targets.slice(from)) };
};

describe('a context and its continuation', () => {
  test('are encoded together, and the continuation is what comes after the context’s own tokens', () => {
    expect(pair('ab', ' xy')).toMatchObject({ row: ['a', 'b', 'Ġx', 'y'], scored: ['Ġx', 'y'] });
  });

  test('the last token is only a target, never an input', () => {
    expect(pair('ab', 'c').input).toEqual(['a', 'b']);
  });

  test.each([' ', '  ', '\n', ' \n '])('white space %j at the end of the context moves to the continuation', (space) => {
    expect(pair(`ab${space}`, 'xy')).toEqual(pair('ab', `${space}xy`));
  });

  test('so a space that belongs to a word is scored with it', () => {
    expect(pair('ab ', 'x').scored).toEqual(['Ġx']);
  });

  test.each(['', ' '])('the prefix token stands in for the context %j', (context) => {
    const { row, scored } = pair(context, ' xa');
    expect(row[0]).toBe('^');
    expect(scored).toEqual(row.slice(1));
  });

  test('no prefix token stands before a context that is there', () => {
    expect(pair('a', 'b').row).toEqual(['a', 'b']);
  });
});

describe('a pair longer than the window', () => {
  test('loses its beginning, so that window + 1 tokens are left', () => {
    expect(pair('abcabc', ' xy', 4)).toEqual({ row: ['a', 'b', 'c', 'Ġx', 'y'], input: ['a', 'b', 'c', 'Ġx'], scored: ['Ġx', 'y'] });
  });

  test('of exactly window + 1 tokens loses nothing', () => {
    expect(pair('abc', 'xy', 4).row).toEqual(['a', 'b', 'c', 'x', 'y']);
  });

  test('is scored as far as it reaches when the continuation alone is too long', () => {
    expect(pair('ab', 'cacaca', 3)).toEqual({ row: ['c', 'a', 'c', 'a'], input: ['c', 'a', 'c'], scored: ['a', 'c', 'a'] });
  });
});

test('with pico’s tokenizer the tokens of a PIQA pair are those of the whole text', () => {
  const pico = Tokenizer.parse(readFileSync(new URL('../../../models/pico/tokenizer.json', import.meta.url), 'utf8'), 'pico');
  const [context, continuation] = ['Question: How do I keep  soup hot?\nAnswer:', ' Put on a lid — 🍲. '];
  const { tokens, targets, from } = encodePair(pico, context, continuation, 256);
  expect([...tokens, targets[targets.length - 1]]).toEqual(pico.encode(context + continuation));
  expect(pico.pieces(targets.slice(from)).join('')).toBe(continuation);
});
