/** One JSON object a line: the form the official files have. */
import { failure } from '../errors';
import type { FileRows } from './file-rows';
import type { Row } from './task';

/** @throws items-malformed with the line's number */
export function parseJsonLines(text: string, file: string, schema: string): FileRows {
  const lines = text.split(/\r?\n/).map((line, i) => ({ line, number: i + 1 })).filter(({ line }) => line.trim() !== '');
  return { file, rows: lines.map(({ line, number }) => parseLine(line, number, file, schema)), lines: lines.map(({ number }) => number) };
}

function parseLine(text: string, line: number, file: string, allowed: string): Row {
  const row = jsonOf(text);
  if (row === undefined) throw failure('items-malformed', { file, line, found: 'it is not JSON', allowed });
  if (typeof row !== 'object' || row === null || Array.isArray(row)) throw failure('items-malformed', { file, line, found: 'it is not an object', allowed });
  return row as Row;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
