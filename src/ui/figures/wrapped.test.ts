import { describe, expect, test } from 'vitest';
import { textWidth } from './labels';
import { wrapped } from './wrapped';

describe('a text in lines', () => {
  test('is one line where it fits, and none where there is nothing', () => {
    expect(wrapped('accuracy, 220  items', 400, 13)).toEqual(['accuracy, 220 items']);
    expect(wrapped(' ', 400, 13)).toEqual([]);
  });

  test('loses no word, and no line is too wide', () => {
    const text = 'Band: ± one standard error of the difference to the better end (same tokens).';
    const lines = wrapped(text, 200, 13);
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.join(' ')).toBe(text);
    for (const line of lines) expect(textWidth(line, 13)).toBeLessThanOrEqual(200);
  });

  test('breaks a word that is wider than a line, between characters', () => {
    const word = '🍲x'.repeat(100);
    const lines = wrapped(`a ${word} b`, 200, 14, true);
    expect(lines.join('').replaceAll(' ', '')).toBe(`a${word}b`);
    for (const line of lines) expect(textWidth(line, 14, true)).toBeLessThanOrEqual(200);
    expect(wrapped('mm', 1, 14)).toEqual(['m', 'm']);
  });
});
