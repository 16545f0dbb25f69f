import { describe, expect, test } from 'vitest';
import { Failure } from '../errors';
import { readItemFiles } from './item-files';
import { readRows } from './rows';
import type { Row } from './task';
import { tasks } from './tasks';

const rows = (text: string): Row[] => readRows(tasks.own, [{ name: 'mine', text }]).rows;

function refusal(work: () => unknown): Failure {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error('was not refused');
}

describe('comma-separated values', () => {
  test('have a name for each column and a row a line, whatever they are called', () => {
    expect(rows('context,answer\nThe soup is,hot\nIt is,cold\n')).toEqual([
      { context: 'The soup is', answer: 'hot' },
      { context: 'It is', answer: 'cold' },
    ]);
  });

  test('may be quoted, with commas, line breaks and quotation marks inside', () => {
    expect(rows('"a","b"\r\n"x, y\r\nz"," ""q"" "\r\n')).toEqual([{ a: 'x, y\r\nz', b: ' "q" ' }]);
  });

  test.each([';', '\t'])('may be separated by %j, and begin with a byte order mark', (mark) => {
    expect(rows(`\uFEFFa${mark}b\n1${mark}2, or 3\n`)).toEqual([{ a: '1', b: '2, or 3' }]);
  });

  test('keep the white space of a field, and skip empty lines', () => {
    expect(rows('\na,b\n\n x ,y  \n,\n')).toEqual([{ a: ' x ', b: 'y  ' }]);
  });

  test('are told from JSON by how they begin', () => {
    expect(rows('{"a": "x, y"}\n')).toEqual([{ a: 'x, y' }]);
    expect(refusal(() => rows('a text without columns\n')).message).toMatch(/it is not JSON/);
  });

  test('with a column too few or too many are refused by the line, counted as an editor counts', () => {
    const failed = refusal(() => rows('a,b\n"1\n2\n3",4\n\n5\n'));
    expect(failed).toMatchObject({ code: 'items-malformed', facts: { file: 'mine', line: 6 } });
    expect(failed.message).toMatch(/it has 1 columns and the first line has 2/);
  });

  test('with a quotation mark that is never closed are refused by the line it is in', () => {
    const failed = refusal(() => rows('a,b\n1,2\n3,"4\n5,6\n'));
    expect(failed).toMatchObject({ facts: { line: 3 } });
    expect(failed.message).toMatch(/never closed/);
  });

  test('that are no items are refused by the line they begin on', () => {
    const text = 'context,choice1,choice2,answer\n"a\nb",x,y,0\na,x,y,z\n';
    expect(refusal(() => readItemFiles(tasks.own, [{ name: 'mine.csv', text }]))).toMatchObject({ code: 'items-malformed', facts: { line: 4 } });
  });

  test('without a row are refused', () => {
    expect(refusal(() => readItemFiles(tasks.own, [{ name: 'mine.csv', text: 'context,choices,answer\n' }])).message).toMatch(/empty/);
  });
});
