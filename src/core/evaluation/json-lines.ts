/** One JSON object a line: the form the official files have. */
import { failure } from '../errors';

export type Row = Record<string, unknown>;

/**
 * Parses each non-empty line with `read`, which returns null when a row is not an item.
 * @throws items-malformed with the line's number, also when there is no line at all
 */
export function parseJsonLines<T>(text: string, file: string, schema: string, read: (row: Row, index: number) => T | null): T[] {
  const bad = (line: number, found: string): Error => failure('items-malformed', { file, line, found, allowed: schema });
  const items: T[] = [];
  text.split(/\r?\n/).forEach((line, i) => {
    if (line.trim() === '') return;
    let row: unknown;
    try {
      row = JSON.parse(line);
    } catch {
      throw bad(i + 1, 'it is not JSON');
    }
    if (typeof row !== 'object' || row === null || Array.isArray(row)) throw bad(i + 1, 'it is not an object');
    const item = read(row as Row, items.length);
    if (item === null) throw bad(i + 1, `it has the fields ${Object.keys(row).slice(0, 8).join(', ') || '(none)'}`);
    items.push(item);
  });
  if (items.length === 0) throw bad(1, 'the file is empty');
  return items;
}

/** The values, if all of them are strings; otherwise null. */
export function strings(...values: unknown[]): string[] | null {
  return values.every((value) => typeof value === 'string') ? values : null;
}

/** Length in code points, as Python counts: '👍'.length is 2 in JavaScript. */
export function characters(text: string): number {
  return [...text].length;
}
