import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Failure } from '../errors';
import type { Item } from './task';
import { bundledTasks, taskNamed, tasks } from './tasks';

const lines = (...rows: unknown[]): string => rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n');

function refusal(parse: () => unknown): Failure {
  try {
    parse();
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error('was not refused');
}

describe('PIQA', () => {
  const row = { goal: 'Cook soup.', sol1: 'Heat it. ', sol2: ' Cool it.', label: 1 };
  const parse = (text: string, labels?: string): Item[] => tasks.piqa.parse(text, 'valid.jsonl', labels);

  test('is asked as the harness asks it: white space of the solutions kept, one space in front', () => {
    expect(parse(lines(row))).toEqual([
      {
        gold: 1,
        choices: [
          { context: 'Question: Cook soup.\nAnswer:', continuation: ' Heat it. ', characters: 9 },
          { context: 'Question: Cook soup.\nAnswer:', continuation: '  Cool it.', characters: 9 },
        ],
      },
    ]);
  });

  test('takes its labels from the second file where there is one, over those in the rows', () => {
    const [one, two, three] = [row, row, { goal: 'g', sol1: 's', sol2: 't' }];
    expect(parse(lines(one, two, three), '0\r\n1\n1\n\n').map(({ gold }) => gold)).toEqual([0, 1, 1]);
  });

  test('counts characters as Python does: code points, not UTF-16 units', () => {
    const [{ choices }] = parse(lines({ ...row, sol1: '🍲é', sol2: 'e\u0301' }));
    expect(choices.map(({ characters }) => characters)).toEqual([2, 2]);
  });

  test('skips blank lines, and counts them when it names a line', () => {
    expect(parse(`\n${lines(row)}\r\n\n${lines(row)}\n`)).toHaveLength(2);
    expect(refusal(() => parse(`${lines(row)}\n\n{"goal": "g"}`)).facts).toMatchObject({ file: 'valid.jsonl', line: 3 });
  });

  test.each<[string, unknown]>([
    ['no label', { goal: 'g', sol1: 's', sol2: 't' }],
    ['a label that is text', { ...row, label: '1' }],
    ['a label above 1', { ...row, label: 2 }],
    ['a solution that is a number', { ...row, sol2: 7 }],
    ['no goal', { sol1: 's', sol2: 't', label: 0 }],
    ['null', 'null'],
    ['a list', '[1]'],
    ['a number', '7'],
    ['text', '"goal"'],
    ['an empty object', '{}'],
    ['half a line', '{"goal": "g'],
  ])('%s is refused with its line and what an item looks like', (_, bad) => {
    const failure = refusal(() => parse(lines(row, bad as string)));
    expect(failure).toMatchObject({ code: 'items-malformed', facts: { line: 2, file: 'valid.jsonl' } });
    expect(failure.message).toMatch(/"goal", "sol1", "sol2", "label"/);
  });

  test('names the fields of a row that belongs to another task', () => {
    expect(refusal(() => parse(lines({ sentence: 's', option1: 'a' }))).message).toMatch(/fields sentence, option1/);
  });

  test.each([['0', 1], ['0\n1\n1', 3], ['', 0]])('labels %j for two items are refused with both counts', (labels, count) => {
    const failure = refusal(() => parse(lines(row, row), labels));
    expect(failure.code).toBe('items-malformed');
    expect(failure.message).toMatch(new RegExp(`2 items and ${count} label`));
  });

  test('a label that is no number is refused with its line', () => {
    expect(refusal(() => parse(lines(row, row), '0\nx')).facts).toMatchObject({ line: 2 });
  });

  test.each(['', '\n\n'])('an empty file is refused', (text) => {
    expect(refusal(() => parse(text)).message).toMatch(/empty/);
  });
});

describe('WinoGrande', () => {
  const row = { sentence: 'The soup beat the stew because the _ was  hot. ', option1: 'soup', option2: 'stew', answer: '2' };
  const parse = (text: string): Item[] => tasks.winogrande.parse(text, 'dev.jsonl');

  test('puts each option into the blank, and scores the same end after either', () => {
    expect(parse(lines(row))).toEqual([
      {
        gold: 1,
        choices: [
          { context: 'The soup beat the stew because the soup', continuation: ' was  hot.', characters: 9 },
          { context: 'The soup beat the stew because the stew', continuation: ' was  hot.', characters: 9 },
        ],
      },
    ]);
  });

  test('takes the first blank', () => {
    const [{ choices }] = parse(lines({ ...row, sentence: '_ and _.' }));
    expect(choices[0]).toMatchObject({ context: 'soup', continuation: ' and _.' });
  });

  test.each<[string, unknown]>([
    ['no blank', { ...row, sentence: 'No blank.' }],
    ['an answer that is a number', { ...row, answer: 1 }],
    ['an answer of the test set', { ...row, answer: '' }],
    ['no second option', { sentence: '_', option1: 'a', answer: '1' }],
    ['null', 'null'],
  ])('%s is refused with its line', (_, bad) => {
    const failure = refusal(() => parse(lines(row, row, bad as string)));
    expect(failure).toMatchObject({ code: 'items-malformed', facts: { line: 3, file: 'dev.jsonl' } });
  });
});

describe('the list of tasks', () => {
  test('each stands under its own name', () => {
    for (const [name, task] of Object.entries(tasks)) expect(taskNamed(name)).toMatchObject({ name, title: task.title });
  });

  test.each(['hellaswag', '', 'toString', '__proto__'])('%j is not one, and the known ones are told', (name) => {
    const failure = refusal(() => taskNamed(name));
    expect(failure.code).toBe('task-unknown');
    expect(failure.message).toMatch(/piqa.*winogrande_style/);
  });

  test.each(bundledTasks)('the bundled set of %s is read whole, its answers are mixed, and no item stands in it twice', (name) => {
    const items = taskNamed(name).parse(readFileSync(new URL(`../../../public/tasks/${name}.jsonl`, import.meta.url), 'utf8'), name);
    expect(items.length).toBeGreaterThan(20);
    const first = items.filter(({ gold }) => gold === 0).length / items.length;
    expect(first).toBeGreaterThan(0.3);
    expect(first).toBeLessThan(0.7);
    expect(new Set(items.map(({ choices }) => JSON.stringify(choices))).size).toBe(items.length);
    for (const { choices } of items) expect(choices.every(({ characters }) => characters > 0)).toBe(true);
  });
});
