/** Reading a file as a text. */
import { failure } from '../../core/errors';
import { maxTextBytes, withLineFeeds } from '../../core/perplexity/documents';

/**
 * A file's text, with line ends as a text box has them.
 * @throws text-too-long, text-empty
 */
export async function readTextFile(file: File): Promise<string> {
  if (file.size > maxTextBytes) throw failure('text-too-long', { text: file.name, bytes: file.size, limit: maxTextBytes });
  const text = withLineFeeds(await file.text());
  if (text.trim() === '') throw failure('text-empty', { text: file.name });
  return text;
}
