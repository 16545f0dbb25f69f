/** The texts of the lessons, by their hash: they are everybody's, so a link may carry them without being asked to. */
import { parseNotebook } from './core/notebook/document';
import { sha256OfText } from './core/notebook/cells';
import { fetchText } from './browser/fetch-text';
import { lessons } from './lessons';

/** @throws download-failed */
export async function knownTexts(): Promise<ReadonlySet<string>> {
  const files = await Promise.all(lessons.map(({ name }) => fetchText(`notebooks/${name}.json`)));
  return new Set(files.flatMap((json) => parseNotebook(json, 'a lesson').cells.flatMap((cell) => (cell.kind === 'text' && cell.text !== '' ? [sha256OfText(cell)] : []))));
}
