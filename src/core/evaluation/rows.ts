/** Picked files -> rows. */
import { failure } from '../errors';
import { parseCsv } from './csv';
import { parseJsonLines } from './json-lines';
import type { FileRows, TextFile } from './file-rows';
import type { Task } from './task';

/**
 * Reads the official files of a task, in whichever order they were picked: labels are the file whose lines are bare numbers.
 * @throws items-malformed, file-unrecognised
 */
export function readRows(task: Task, files: TextFile[]): FileRows {
  const [items, ...rest] = files.filter((file) => !isLabels(file));
  const labels = files.filter(isLabels);
  if (!items || rest.length > 0 || labels.length > 1) {
    throw failure('file-unrecognised', { file: files.map(({ name }) => name).join(', ') || 'nothing', allowed: `${task.title}’s ${task.files}` });
  }
  const parse = isCsv(items) ? parseCsv : parseJsonLines;
  const found = parse(items.text, items.name, task.schema);
  return labels.length > 0 ? withLabels(found, labels[0].text) : found;
}

/** Labels that come apart count over those in the rows. */
function withLabels({ file, rows, lines }: FileRows, text: string): FileRows {
  const labels = text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '');
  if (labels.length !== rows.length) {
    const found = `there are ${rows.length} items and ${labels.length} labels`;
    throw failure('items-malformed', { file, line: rows.length, found, allowed: 'one label for each item' });
  }
  return { file, rows: rows.map((row, i) => ({ ...row, label: labels[i] })), lines };
}

function isLabels({ text }: TextFile): boolean {
  return /^\s*\d+\s*(\r?\n|$)/.test(text);
}

/** No line of JSON Lines begins with a name, and no file of one column holds items. */
function isCsv({ text }: TextFile): boolean {
  return /^\s*[^\s{["][^\n]*[,;\t]|^\s*"[^"\n]*"[,;\t]/.test(text);
}
