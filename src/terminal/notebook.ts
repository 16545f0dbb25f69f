/** Where the terminal finds a notebook: in a file or a link; and the texts that its author did not send along. */
import { readText } from './items';
import { failure } from '../core/errors';
import { fromFragment, isLink } from '../core/link/link';
import { parseNotebook, type CellOf, type Notebook } from '../core/notebook/document';
import { withLineFeeds } from '../core/perplexity/documents';
import { sha256Of } from '../core/sha256';

/**
 * @param fileOrLink a link may be whole, or what begins at its `#`
 * @throws what reading and decoding throw
 */
export async function openNotebook(fileOrLink: string): Promise<Notebook> {
  if (isLink(fileOrLink) || /^(https?:\/\/|#)/i.test(fileOrLink)) return fromFragment(fileOrLink.slice(fileOrLink.indexOf('#') + 1).trim());
  return parseNotebook(await readText(fileOrLink), fileOrLink);
}

/**
 * Puts the texts of files into text cells, also in the place of a task's items.
 * @param options each `ID=FILE`
 * @returns the notebook, and what is to be said of the texts
 * @throws file-unrecognised
 */
export async function withTexts(notebook: Notebook, options: string[]): Promise<{ notebook: Notebook; remarks: string[] }> {
  const remarks: string[] = [];
  const texts = new Map<string, string>();
  for (const option of options) {
    const [id, ...rest] = option.split('=');
    const cell = notebook.cells.find((each): each is CellOf<'text'> => each.kind === 'text' && each.id === id);
    if (!cell || rest.length === 0) throw failure('file-unrecognised', { file: option, allowed: `ID=FILE with the name of a text cell${namesOf(notebook)}` });
    const text = asWritten(await readText(rest.join('=')), cell);
    texts.set(id, text);
    if (cell.withheld && sha256Of(text) !== cell.withheld.sha256) remarks.push(`“${id}” is not its author’s text, so the reported numbers are not about it.`);
  }
  const cells = notebook.cells.map((cell) => (cell.kind === 'text' && texts.has(cell.id) ? { ...cell, text: texts.get(cell.id) as string, items: null } : cell));
  return { notebook: { ...notebook, cells }, remarks };
}

/**
 * The text as its author had it, where the hash tells: an editor ends a file with a line break that the pasted text did not have,
 * and line ends depend on the way a text came. Any other text as a text box would have it.
 */
function asWritten(text: string, { withheld }: CellOf<'text'>): string {
  const pasted = withLineFeeds(text);
  const ways = [text, pasted].flatMap((way) => [way, way.replace(/\r?\n$/, '')]);
  return ways.find((way) => sha256Of(way) === withheld?.sha256) ?? pasted;
}

function namesOf({ cells }: Notebook): string {
  const names = cells.filter(({ kind }) => kind === 'text').map(({ id }) => `“${id}”`);
  return names.length > 0 ? `: ${names.join(' or ')}` : ', of which there is none';
}
