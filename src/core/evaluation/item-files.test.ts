import { describe, expect, test } from 'vitest';
import { Failure } from '../errors';
import type { TextFile } from './file-rows';
import { readItemFiles } from './item-files';
import { tasks } from './tasks';

const piqaItems: TextFile = { name: 'valid.jsonl', text: '{"goal": "g", "sol1": "s", "sol2": "t"}\n{"goal": "h", "sol1": "s", "sol2": "t"}\n' };
const labels: TextFile = { name: 'valid-labels.lst', text: '1\n0\n' };
const winograndeItems: TextFile = { name: 'dev.jsonl', text: '{"sentence": "a _ b", "option1": "x", "option2": "y", "answer": "2"}\n' };
const golds = (task: keyof typeof tasks, ...files: TextFile[]): number[] => readItemFiles(tasks[task], files).map(({ gold }) => gold);

function refusal(task: keyof typeof tasks, ...files: TextFile[]): Failure {
  try {
    readItemFiles(tasks[task], files);
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error('was not refused');
}

describe('picked files become items', () => {
  test('in whichever order they were picked', () => {
    expect(golds('piqa', piqaItems, labels)).toEqual([1, 0]);
    expect(golds('piqa', labels, piqaItems)).toEqual([1, 0]);
  });

  test.each(['1\r\n0\r\n', '\n1\n0', ' 1 \n 0 \n', '\uFEFF1\n0\n'])('with labels written as %j', (text) => {
    expect(golds('piqa', piqaItems, { name: 'labels', text })).toEqual([1, 0]);
  });

  test('from one file where the labels are in it', () => {
    expect(golds('winogrande', winograndeItems)).toEqual([1]);
    expect(golds('piqa', { name: 'mine.jsonl', text: '{"goal": "g", "sol1": "s", "sol2": "t", "label": 1}' })).toEqual([1]);
  });

  test('by what is in them, not by their names', () => {
    expect(golds('piqa', { ...labels, name: 'valid.jsonl' }, { ...piqaItems, name: 'valid-labels.lst' })).toEqual([1, 0]);
  });

  test('whose first line is a number in JSON are not taken for labels', () => {
    expect(refusal('piqa', { name: 'f', text: '1.5\n' }).code).toBe('items-malformed');
    expect(refusal('piqa', { name: 'f', text: '1 {"goal": "g"}\n' }).code).toBe('items-malformed');
  });
});

describe('files that do not make a set are refused, each by its name', () => {
  test.each<[string, keyof typeof tasks, TextFile[], RegExp]>([
    ['none', 'piqa', [], /nothing/],
    ['labels alone', 'piqa', [labels], /valid-labels\.lst/],
    ['two sets', 'piqa', [piqaItems, winograndeItems], /valid\.jsonl, dev\.jsonl/],
    ['two files of labels', 'piqa', [piqaItems, labels, { ...labels, name: 'train-labels.lst' }], /train-labels\.lst/],
  ])('%s', (_, task, files, named) => {
    const failed = refusal(task, ...files);
    expect(failed.code).toBe('file-unrecognised');
    expect(failed.message).toMatch(named);
    expect(failed.message).toMatch(/valid\.jsonl together with valid-labels\.lst/);
  });

  test('another task’s items', () => {
    expect(refusal('winogrande', piqaItems)).toMatchObject({ code: 'items-malformed', facts: { file: 'valid.jsonl', line: 1 } });
  });

  test('items without their labels', () => {
    expect(refusal('piqa', piqaItems)).toMatchObject({ code: 'items-malformed', facts: { line: 1 } });
  });

  test('an empty file', () => {
    expect(refusal('winogrande', { name: 'empty.jsonl', text: '' }).message).toMatch(/empty/);
  });
});
