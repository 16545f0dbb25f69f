/** What is said of a text as it stands. */
import { explain, toFailure } from '../../core/errors';
import type { CellOf } from '../../core/notebook/document';
import { splitDocuments, utf8Length } from '../../core/perplexity/documents';
import { count } from '../../ui/numbers';

export interface TextSummary {
  sentence: string;
  /** whether something is wrong with it; nothing is where nothing is written yet */
  unusable: boolean;
}

/** About 300 words, in bytes: words are not told apart by spaces in every language. */
const shortText = 1800;

/** @param cell whose text is written, not made of items */
export function textSummary({ id, title, text, split, separator }: CellOf<'text'>): TextSummary {
  if (text === '') return { sentence: 'Write or paste a text here, or open a file: a sentence at least.', unusable: false };
  try {
    const { length } = splitDocuments(title || id, text, split, separator);
    const bytes = utf8Length(text); // of the text itself, as it is told wherever it is sent
    const short = bytes < shortText ? ' Short texts give large errors.' : '';
    return { sentence: `${count(length)} document${length === 1 ? '' : 's'}, ${count(bytes)} bytes. It stays in this browser.${short}`, unusable: false };
  } catch (thrown) {
    return { sentence: explain(toFailure(thrown)).join(' '), unusable: true };
  }
}
