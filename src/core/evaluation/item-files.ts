/** Rows -> the items of a task. */
import { failure } from '../errors';
import type { TextFile } from './file-rows';
import { readRows } from './rows';
import type { Item, Row, Task } from './task';

/**
 * @param file for a person, where a row is refused
 * @param lines that the rows begin on; without them rows are counted from 1
 * @throws items-malformed with the row's number, also when there is no row at all
 */
export function itemsOfRows(task: Task, rows: Row[], file: string, lines?: number[]): Item[] {
  const bad = (line: number, found: string): Error => failure('items-malformed', { file, line, found, allowed: task.schema });
  if (rows.length === 0) throw bad(1, 'the file is empty');
  return rows.map((row, i) => {
    const item = task.item(row);
    if (item === null) throw bad(lines?.[i] ?? i + 1, `it has the fields ${Object.keys(row).slice(0, 8).join(', ') || '(none)'}`);
    return item;
  });
}

/** @throws items-malformed, file-unrecognised */
export function readItemFiles(task: Task, files: TextFile[]): Item[] {
  const { rows, file, lines } = readRows(task, files);
  return itemsOfRows(task, rows, file, lines);
}
