import { describe, expect, it } from 'vitest';
import { chunksOf, levelOf, summaryOf, tokensOf, visible } from './token-strip';

const text = (n: number, everyLine: number): string[] => Array.from({ length: n }, (_, i) => (i % everyLine === everyLine - 1 ? '.\n' : ' word'));
const same = (n: number, value: number): Float32Array => new Float32Array(n).fill(value);

describe('levelOf', () => {
  it('grows in proportion up to two nats, either way', () => {
    expect([-9, -2, -1, -0.1, 0, 0.1, 0.3, 1.2, 2, 9].map(levelOf)).toEqual([-5, -5, -3, 0, 0, 0, 1, 3, 5, 5].map((level) => level || 0));
  });
});

describe('chunksOf', () => {
  const pieces = [text(1000, 20), text(1000, 20)];
  const documents = tokensOf(pieces, [same(1000, 3), same(1000, 3)], [same(1000, 2), same(1000, 2)]);

  it('loses nothing and ends chunks at line ends or documents', () => {
    const chunks = chunksOf(documents, 4000);
    expect(chunks.flatMap(({ tokens }) => tokens.map(({ index }) => index))).toEqual(Array.from({ length: 2000 }, (_, i) => i));
    expect(chunks.filter(({ apart }) => apart).map(({ tokens }) => tokens[0].index)).toEqual([1000]);
    for (const { tokens } of chunks) expect(tokens[tokens.length - 1].text).toMatch(/\n$/);
  });

  it('stops at the limit', () => {
    expect(chunksOf(documents, 1234).reduce((sum, { tokens }) => sum + tokens.length, 0)).toBe(1234);
    expect(chunksOf(documents, 1000).every(({ tokens }) => tokens[0].index < 1000)).toBe(true);
  });

  it('keeps a text without line ends in one block', () => {
    const long = tokensOf([text(3000, 1e9)], [same(3000, 1)], [same(3000, 1)]);
    expect(chunksOf(long, 4000)).toHaveLength(1);
  });
});

describe('summaryOf', () => {
  it('counts what the second model predicts better, ties not', () => {
    const documents = tokensOf([['a', 'b', 'c'], ['d']], [Float32Array.of(2, 1, 1), Float32Array.of(3)], [Float32Array.of(1, 2, 1), Float32Array.of(1)]);
    expect(summaryOf(documents)).toEqual({ tokens: 4, better: 2, mean: 0.5 });
  });
});

it('shows white space', () => {
  expect([' the', '\n', ''].map(visible)).toEqual(['␣the', '⏎', '(part of a character)']);
});
