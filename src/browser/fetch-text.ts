/** Text files of our own origin. */
import { failure } from '../core/errors';

/**
 * @param path relative to the page
 * @throws download-failed
 */
export async function fetchText(path: string): Promise<string> {
  const response = await fetch(new URL(path, document.baseURI)).catch(() => null);
  if (!response?.ok) throw failure('download-failed', { file: path, status: response ? `the server answered ${response.status}` : 'the server did not answer' });
  return response.text();
}
