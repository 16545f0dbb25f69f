import { expect, test } from 'vitest';
import { complete } from '../../core/notebook/edits';
import type { CellOf } from '../../core/notebook/document';
import { textSummary } from './text-summary';

const summary = (changes: Partial<CellOf<'text'>>) => textSummary({ ...(complete({ id: 'mine', title: '', kind: 'text', text: '' }) as CellOf<'text'>), ...changes });

test('a text is told with its documents and its own length, separators included', () => {
  expect(summary({ text: 'One.\n\nÉ.', split: 'blank-lines' })).toEqual({ sentence: '2 documents, 9 bytes. It stays in this browser. Short texts give large errors.', unusable: false });
  expect(summary({ text: 'x'.repeat(2349) }).sentence).toBe('1 document, 2,349 bytes. It stays in this browser.');
});

test('a text that is not written yet is asked for; one of blanks, or that does not fall into documents, is refused', () => {
  expect(summary({ text: '' })).toEqual({ sentence: expect.stringMatching(/^Write or paste a text here/) as string, unusable: false });
  expect(summary({ text: ' \n' })).toMatchObject({ sentence: expect.stringMatching(/“mine” is empty/) as string, unusable: true });
  expect(summary({ text: 'not JSON', split: 'json-lines' }).unusable).toBe(true);
});
