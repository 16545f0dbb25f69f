import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Failure, type FailureCode } from '../errors';
import { maxTextBytes, splitDocuments, utf8Length, type Split } from './documents';

const split = (text: string, how: Split, separator = ''): string[] => splitDocuments('mine', text, how, separator);

function refusal(code: FailureCode, text: string, how: Split): Failure {
  try {
    split(text, how);
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.code === code) return thrown;
    throw thrown;
  }
  throw new Error('was not refused');
}

describe('a text becomes documents', () => {
  test.each<[Split, string, string[], string?]>([
    ['none', 'One.\n\nStill one.<|endoftext|>And one.\n', ['One.\n\nStill one.<|endoftext|>And one.\n']],
    ['blank-lines', 'One,\nstill one.\n\nTwo.\r\n \t\r\n\r\nThree.', ['One,\nstill one.', 'Two.', 'Three.']],
    ['blank-lines', '\n\nOne.\n\n\n\n', ['One.']],
    ['blank-lines', 'def f():\n\n    return 1', ['def f():', '    return 1']],
    ['separator', 'One.\n---\nTwo,\nstill two.\n  ---  \nThree --- three.', ['One.', 'Two,\nstill two.', 'Three --- three.'], '---'],
    ['separator', '---\nOne.\n---\n\n---\n', ['One.'], '---'],
    ['separator', 'One.\n<|endoftext|>\nTwo.', ['One.', 'Two.'], '<|endoftext|>'],
    ['separator', 'One.\n\nStill one.', ['One.\n\nStill one.'], ''],
    ['separator', 'One.\n.*\nTwo.', ['One.', 'Two.'], '.*'],
    ['json-lines', '"One."\n{"text": "Two\\nlines.", "id": 7}\r\n\n"\\u00e9"', ['One.', 'Two\nlines.', 'é']],
    ['json-lines', '""\n{"text": "  "}\n"One."', ['One.']],
  ])('%s: %j', (how, text, expected, separator) => {
    expect(split(text, how, separator)).toEqual(expected);
  });

  test('without a split it is scored exactly as it was pasted', () => {
    const character = fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code));
    const property = fc.property(fc.string({ unit: character }).filter((text) => text.trim() !== ''), (text) => {
      expect(split(text, 'none')).toEqual([text]);
    });
    fc.assert(property);
  });

  test('thousands of line ends split in no time', () => {
    const start = performance.now();
    expect(split(`a${'\n'.repeat(200_000)}b${' '.repeat(200_000)}\nc`, 'blank-lines')).toHaveLength(2);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe('a text that cannot be scored is refused', () => {
  test.each<[string, Split]>([
    ['', 'none'],
    [' \n\t\n', 'none'],
    ['\n\n\n', 'blank-lines'],
    ['\n\n', 'json-lines'],
    ['""\n{"text": ""}', 'json-lines'],
  ])('%j split by %s is empty', (text, how) => {
    expect(refusal('text-empty', text, how).facts).toEqual({ text: 'mine' });
  });

  test.each([
    ['"One."\n\nTwo.', 3, /not JSON/],
    ['{"text": "One."}\r\n{"content": "Two."}', 2, /no text/],
    ['{"text": 7}', 1, /no text/],
    ['"One."\nnull', 2, /no text/],
    ['["One."]', 1, /no text/],
    ['"One."\n7', 2, /no text/],
    ['{"__proto__": {"text": "One."}}', 1, /no text/],
  ])('%j as JSON lines names the line', (text, line, found) => {
    const failure = refusal('text-documents', text, 'json-lines');
    expect(failure.facts).toMatchObject({ text: 'mine', line });
    expect(failure.message).toMatch(found);
  });

  test('one byte more than is taken is too long, counted in UTF-8', () => {
    const most = 'é'.repeat(maxTextBytes / 2);
    expect(split(most, 'none')).toHaveLength(1);
    expect(refusal('text-too-long', `${most}e`, 'none').facts).toEqual({ text: 'mine', bytes: maxTextBytes + 1, limit: maxTextBytes });
  });
});

test('the length in UTF-8 is 1 to 4 bytes a character, and 3 for a lone surrogate', () => {
  expect(['', 'a', 'é', '汤', '🍲', '\uD83C'].map(utf8Length)).toEqual([0, 1, 2, 3, 4, 3]);
});
