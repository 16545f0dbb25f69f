/** What files the person dropped or picked are, from what is in them. */
import { failure } from './core/errors';
import { parseNotebook, type Notebook } from './core/notebook/document';
import { maxTextBytes, withLineFeeds } from './core/perplexity/documents';
import { notebookInPage } from './sharing/notebook-in-page';

export type Recognised = { kind: 'notebook'; notebook: Notebook } | { kind: 'items'; task: 'piqa' | 'winogrande' } | { kind: 'text'; text: string };

const allowed = 'a notebook (.json, or .html as saved to be read), a plain text, or the official items of PIQA or WinoGrande (.jsonl, with .lst for labels)';

/** @throws file-unrecognised, notebook-malformed, notebook-version */
export async function recogniseFiles(files: File[]): Promise<Recognised> {
  const names = files.map(({ name }) => name).join(', ');
  if (files.some(({ size }) => size > 4 * maxTextBytes)) throw failure('file-unrecognised', { file: names, allowed });
  const texts = await Promise.all(files.map(readText));
  if (texts.every((text) => text?.trim() === '')) throw failure('file-unrecognised', { file: `${names} (empty)`, allowed });
  if (texts.some((text) => text === null)) throw failure('file-unrecognised', { file: names, allowed });
  const firstLines = texts.map((text) => (text as string).trimStart().split('\n', 1)[0]);
  if (firstLines.some((line) => line.includes('"sol1"'))) return { kind: 'items', task: 'piqa' };
  if (firstLines.some((line) => line.includes('"option1"'))) return { kind: 'items', task: 'winogrande' };
  if (files.length !== 1 || /\.(lst|jsonl)$/i.test(files[0].name) && /^\d+$/.test(firstLines[0])) throw failure('file-unrecognised', { file: names, allowed });
  const json = notebookJson(files[0].name, texts[0] as string);
  return json === null ? { kind: 'text', text: withLineFeeds(texts[0] as string) } : { kind: 'notebook', notebook: parseNotebook(json, files[0].name) };
}

/** What must be a notebook; null where the file is something else. */
function notebookJson(name: string, text: string): string | null {
  if (/\.json$/i.test(name)) return text;
  return /\.html?$/i.test(name) ? notebookInPage(text) : null;
}

/** The file as text, or null when it is none: not UTF-8, or with characters no text has. */
async function readText(file: File): Promise<string | null> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}
