import { describe, expect, test } from 'vitest';
import { utf8Length } from '../../core/perplexity/documents';
import { sha256Of } from '../../core/sha256';
import { authorsText } from './authors-text';

const text = `Süße Suppe. ${'All of it. '.repeat(300)}`;
const withheld = { sha256: sha256Of(text), bytes: utf8Length(text) };

describe('in the place of a text that its author kept', () => {
  test('nothing stands at first, and it is said which text is meant', () => {
    expect(authorsText('', withheld)).toEqual({
      kind: 'awaited',
      sentence: `The author of this notebook kept its text (3,314 bytes, sha256 ${withheld.sha256.slice(0, 12)}…). Whoever has it can paste it or open its file here.`,
    });
  });

  test('the text itself is known by its hash', () => {
    expect(authorsText(text, withheld)).toEqual({ kind: 'same', sentence: 'This is the author’s text.' });
  });

  test.each([
    ['another one', 'Mine.', '5 bytes instead of 3,314'],
    ['one of the same length', text.replace('All', 'Any'), 'as many bytes, but not the same ones'],
    ['one with a line end more', `${text}\n`, 'it ends in another number of line ends'],
    ['only spaces', '  ', '2 bytes instead of 3,314'],
  ])('%s is not taken for it', (_, other, found) => {
    expect(authorsText(other, withheld)).toEqual({ kind: 'other', sentence: `Not the author’s text (${found}): numbers that were reported for it do not apply.` });
  });

  test('a line end less is told as well', () => {
    expect(authorsText('Soup.', { sha256: sha256Of('Soup.\n'), bytes: 6 }).sentence).toContain('another number of line ends');
  });
});
