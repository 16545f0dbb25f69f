/** Whether what stands in a cell is the text that its author kept. */
import { count } from '../../core/count';
import type { CellOf } from '../../core/notebook/document';
import { utf8Length } from '../../core/perplexity/documents';
import { sha256Of } from '../../core/sha256';

type Withheld = NonNullable<CellOf<'text'>['withheld']>;

export interface AuthorsText {
  /** none has been put in, it is the author's, or another one */
  kind: 'awaited' | 'same' | 'other';
  sentence: string;
}

/** Told for those who put a text into the place of one that was kept. */
export function authorsText(text: string, { sha256, bytes }: Withheld): AuthorsText {
  if (text === '') {
    const which = `${count(bytes)} bytes, sha256 ${sha256.slice(0, 12)}…`;
    return { kind: 'awaited', sentence: `The author of this notebook kept its text (${which}). Whoever has it can paste it or open its file here.` };
  }
  if (sha256Of(text) === sha256) return { kind: 'same', sentence: 'This is the author’s text.' };
  return { kind: 'other', sentence: `Not the author’s text (${difference(text, { sha256, bytes })}): numbers that were reported for it do not apply.` };
}

function difference(text: string, { sha256, bytes }: Withheld): string {
  const length = utf8Length(text);
  if ([text.replace(/\n+$/, ''), `${text}\n`].some((other) => sha256Of(other) === sha256)) return 'it ends in another number of line ends';
  return length === bytes ? 'as many bytes, but not the same ones' : `${count(length)} bytes instead of ${count(bytes)}`;
}
