/** Comma-separated values whose first line names the columns (RFC 4180; semicolons and tabs are recognised). */
import Papa from 'papaparse';
import { failure } from '../errors';
import type { FileRows } from './file-rows';
import type { Row } from './task';

interface CsvRecord {
  fields: string[];
  /** where it begins: a quoted field may hold line breaks */
  line: number;
  /** whether a quotation mark is never closed */
  open: boolean;
}

/** @throws items-malformed with the line's number */
export function parseCsv(text: string, file: string, schema: string): FileRows {
  const [head, ...records] = recordsOf(text).filter(({ fields }) => fields.some((field) => field.trim() !== ''));
  const names = head.fields.map((name) => name.trim());
  return { file, rows: records.map((record) => rowOf(record, names, file, schema)), lines: records.map(({ line }) => line) };
}

function recordsOf(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let start = 0;
  let line = 1;
  const delimiter = /[,;\t]/.exec(text)?.[0]; // what separates the names
  Papa.parse<string[]>(text, {
    delimiter,
    step: ({ data, errors, meta }) => {
      records.push({ fields: data, line, open: errors.some(({ type }) => type === 'Quotes') });
      line += text.slice(start, meta.cursor).split('\n').length - 1;
      start = meta.cursor;
    },
  });
  return records;
}

function rowOf({ fields, line, open }: CsvRecord, names: string[], file: string, allowed: string): Row {
  const found = open ? 'a quotation mark in it is never closed' : `it has ${fields.length} columns and the first line has ${names.length}`;
  if (open || fields.length !== names.length) throw failure('items-malformed', { file, line, found, allowed });
  return Object.fromEntries(names.map((name, i) => [name, fields[i]]));
}
