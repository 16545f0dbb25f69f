/** A reader's text -> the documents it is made of. */
import { failure } from '../errors';

/**
 * Where one document ends and the next begins. A pasted text is one document unless its reader says otherwise.
 * `separator` splits at lines that hold the separator and nothing else; `json-lines` takes a JSON string, or an object's
 * `text`, from each line.
 */
export type Split = 'none' | 'blank-lines' | 'separator' | 'json-lines';

/** What is scored. */
export interface ScoredText {
  name: string;
  documents: string[];
  /** what a model reads in front of each document without being scored on it; absent where that is nothing */
  contexts?: string[];
}

/** Ten times what anyone has pasted; scoring it would take hours on a laptop. */
export const maxTextBytes = 5_000_000;

/**
 * Splits a text, leaving out documents without any visible character.
 * @throws text-empty, text-too-long, text-documents
 */
export function splitDocuments(name: string, text: string, split: Split, separator: string): string[] {
  const bytes = utf8Length(text);
  if (bytes > maxTextBytes) throw failure('text-too-long', { text: name, bytes, limit: maxTextBytes });
  const documents = splitters[split](text, separator, name).filter((document) => document.trim() !== '');
  if (documents.length === 0) throw failure('text-empty', { text: name });
  return documents;
}

const splitters: Record<Split, (text: string, separator: string, name: string) => string[]> = {
  none: (text) => [text],
  'blank-lines': (text) => text.split(/(?:\r?\n[ \t]*)+\r?\n/),
  separator: (text, separator) => splitAtLines(text, separator),
  'json-lines': (text, _, name) => text.split(/\r?\n/).flatMap((line, i) => (line.trim() ? [jsonDocument(line, i + 1, name)] : [])),
};

function splitAtLines(text: string, separator: string): string[] {
  const documents: string[][] = [[]];
  for (const line of text.split(/\r?\n/)) {
    if (separator !== '' && line.trim() === separator.trim()) documents.push([]);
    else documents[documents.length - 1].push(line);
  }
  return documents.map((lines) => lines.join('\n'));
}

function jsonDocument(line: string, number: number, name: string): string {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'string') return value;
    if (typeof value === 'object' && value !== null && 'text' in value && typeof value.text === 'string') return value.text;
  } catch {
    throw failure('text-documents', { text: name, line: number, found: 'it is not JSON' });
  }
  throw failure('text-documents', { text: name, line: number, found: 'it has no text' });
}

/** Length of a string in UTF-8 bytes. */
export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** A file's text with line ends as a text box has them: its hash must not depend on the way it came. */
export function withLineFeeds(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}
