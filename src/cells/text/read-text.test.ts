import { describe, expect, test } from 'vitest';
import { maxTextBytes } from '../../core/perplexity/documents';
import { readTextFile } from './read-text';

const read = (...parts: BlobPart[]): Promise<string> => readTextFile(new File(parts, 'mine.txt'));

describe('a text file', () => {
  test('has the line ends of a text box, whatever system it comes from', async () => {
    for (const end of ['\n', '\r\n', '\r']) expect(await read(['one', '', 'two', ''].join(end))).toBe('one\n\ntwo\n');
    expect(await read('a\r\r\nb\n\rc')).toBe('a\n\nb\n\nc');
  });

  test('is otherwise as it is, but for a byte order mark', async () => {
    expect(await read('\uFEFF  Süße\tSuppe \u2028 <|endoftext|> ')).toBe('  Süße\tSuppe \u2028 <|endoftext|> ');
  });

  test('is refused where it is empty or too long', async () => {
    await expect(read(' \r\n\t')).rejects.toMatchObject({ code: 'text-empty' });
    await expect(read('x'.repeat(maxTextBytes + 1))).rejects.toMatchObject({ code: 'text-too-long' });
  });
});
