import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Failure } from '../errors';
import { readItemFiles } from './item-files';
import type { Item, Row } from './task';
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
  const parse = (text: string, labels?: string): Item[] => readItemFiles(tasks.piqa, [{ name: 'valid.jsonl', text }, ...(labels === undefined ? [] : [{ name: 'valid-labels.lst', text: labels }])]);

  test('is asked as the harness asks it: white space of the solutions kept, one space in front', () => {
    expect(parse(lines(row))).toEqual([
      {
        gold: 1,
        text: 'Cook soup.',
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
    ['a label that is a word', { ...row, label: 'one' }],
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

  test.each([['0', 1], ['0\n1\n1', 3]])('labels %j for two items are refused with both counts', (labels, count) => {
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
  const parse = (text: string): Item[] => readItemFiles(tasks.winogrande, [{ name: 'dev.jsonl', text }]);

  test('puts each option into the blank, and scores the same end after either', () => {
    expect(parse(lines(row))).toEqual([
      {
        gold: 1,
        text: row.sentence,
        cluster: 'soup|stew|The|soup',
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
    ['an answer counted from 0', { ...row, answer: 0 }],
    ['an answer of the test set', { ...row, answer: '' }],
    ['no second option', { sentence: '_', option1: 'a', answer: '1' }],
    ['null', 'null'],
  ])('%s is refused with its line', (_, bad) => {
    const failure = refusal(() => parse(lines(row, row, bad as string)));
    expect(failure).toMatchObject({ code: 'items-malformed', facts: { line: 3, file: 'dev.jsonl' } });
  });
});

const items = (task: keyof typeof tasks, ...rows: Row[]): (Item | null)[] => rows.map((row) => tasks[task].item(row));

describe('HellaSwag', () => {
  const row = { activity_label: ' Baking', ctx_a: 'Heat [step] the  oven.', ctx_b: 'a MAN then', endings: ['bakes', ' sings [title] on', '[a\nb] x', 'y   z '], label: '3' };

  test('has its contexts joined, capitalised as Python does it, and its brackets taken out', () => {
    expect(tasks.hellaswag.item(row)).toEqual({
      gold: 3,
      text: 'Baking: Heat the oven. A man then',
      choices: ['bakes', 'sings. on', '[a\nb] x', 'y  z'].map((ending) => ({
        context: 'Baking: Heat the oven. A man then',
        continuation: ` ${ending}`,
        characters: ending.length,
      })),
    });
  });

  test.each<Row>([{ ...row, label: '' }, { ...row, label: 4 }, { ...row, endings: 'bakes' }, { ...row, endings: ['a', 2] }, { ...row, ctx_b: null }])('%j is refused', (bad) => {
    expect(tasks.hellaswag.item(bad)).toBeNull();
  });
});

describe('ARC and OpenBookQA', () => {
  const choices = { text: ['a', ' b', 'c'], label: ['1', '2', '3'] };

  test('are asked as questions, or to be completed; what is right is the letter', () => {
    const [easy, hard, book] = [...items('arc_easy', { question: 'q?', choices, answerKey: '2' }), ...items('arc_challenge', { question: 'q?', choices, answerKey: '2' }), ...items('openbookqa', { question_stem: 'q', choices, answerKey: ' 2' })];
    expect(easy).toEqual(hard);
    expect(easy).toMatchObject({ gold: 1, text: 'q?', choices: [{ context: 'Question: q?\nAnswer:', continuation: ' a' }, { continuation: '  b', characters: 2 }, {}] });
    expect(book).toMatchObject({ gold: 1, choices: [{ context: 'q', continuation: ' a' }, {}, {}] });
  });

  test('with a letter that is none of them are refused', () => {
    expect(items('arc_easy', { question: 'q?', choices, answerKey: 'A' }, { question: 'q?', choices, answerKey: ' 2' }, { question: 'q?', choices: ['a', 'b'], answerKey: 'A' })).toEqual([null, null, null]);
    expect(items('openbookqa', { question_stem: 'q', choices }, { question_stem: 'q', choices: null, answerKey: 'A' })).toEqual([null, null]);
  });
});

test('BoolQ has a question mark put behind its question, and answers no and yes', () => {
  const row = { passage: 'p', question: 'is it so', label: 1n };
  const text = 'p\nQuestion: is it so?';
  const choices = ['no', 'yes'].map((word) => ({ context: `${text}\nAnswer:`, continuation: ` ${word}`, characters: word.length }));
  expect(items('boolq', row, { ...row, label: false }, { ...row, label: 2 })).toEqual([{ gold: 1, text, choices }, { gold: 0, text, choices }, null]);
});

describe('LAMBADA', () => {
  test.each([
    ['He said no', 'He said', ' no'],
    ['He said  no', 'He said ', ' no'],
    ['He said\nno', 'He', ' said\nno'],
    ['no', '', ' no'],
    ['no ', 'no', ' '],
  ])('of %j asks for the last word, as split at spaces alone', (text, context, continuation) => {
    expect(tasks.lambada_openai.item({ text })).toMatchObject({ gold: 0, text: context, choices: [{ context, continuation }] });
  });
});

describe('MMLU', () => {
  const row = { question: ' q?\n', subject: 'high_school_physics', choices: ['a', ' b ', 'c', 'd'], answer: 2 };

  test('shows the choices and asks for the letter; the subject is the group', () => {
    const text = 'q?\nA. a\nB.  b \nC. c\nD. d';
    expect(tasks.mmlu.item(row)).toMatchObject({ gold: 2, group: 'high_school_physics', text, choices: 'ABCD'.split('').map((letter) => ({ context: `${text}\nAnswer:`, continuation: ` ${letter}`, characters: 1 })) });
  });

  test.each<Row>([{ ...row, choices: ['a', 'b', 'c'] }, { ...row, answer: 4 }, { ...row, subject: undefined }])('%j is refused', (bad) => {
    expect(tasks.mmlu.item(bad)).toBeNull();
  });
});

describe('one’s own items', () => {
  const choices = ['x', 'y', 'z'];
  const gold = (row: Row): number | undefined => tasks.own.item({ context: 'c', choices, ...row })?.gold;

  test('have a context that each choice follows after a space', () => {
    expect(tasks.own.item({ context: 'c:', choices, answer: 1 })).toMatchObject({ gold: 1, text: 'c:', choices: choices.map((choice) => ({ context: 'c:', continuation: ` ${choice}`, characters: 1 })) });
  });

  test('name the right one by its text, or by its number from 0', () => {
    expect([0, 2, '2', 1n, 'y'].map((answer) => gold({ answer }))).toEqual([0, 2, 2, 1, 1]);
    expect(['1', '0', 1].map((answer) => gold({ choices: ['0', '2', '1'], answer }))).toEqual([2, 0, 1]);
    expect([3, -1, 'w', '', null, 0.5].map((answer) => gold({ answer }))).toEqual(Array(6).fill(undefined));
  });

  test('have their choices in a list, in a list written out, or in columns', () => {
    for (const row of [{ choices }, { choices: '["x", "y", "z"]' }, { choices: undefined, choice1: 'x', choice2: 'y', choice3: 'z', choice4: '' }]) expect(gold({ ...row, answer: 'z' })).toBe(2);
    for (const bad of ['x, y', '["x"]', '{}', [1, 2], ['x'], 7]) expect(gold({ choices: bad, answer: 0 })).toBeUndefined();
  });
});

function bundledItems(name: string): Item[] {
  return readItemFiles(taskNamed(name), [{ name, text: readFileSync(new URL(`../../../public/tasks/${name}.jsonl`, import.meta.url), 'utf8') }]);
}

/** The items of each cluster. */
function clustersOf(items: Item[]): Item[][] {
  const clusters = new Map<string | undefined, Item[]>();
  for (const item of items) clusters.set(item.cluster, [...(clusters.get(item.cluster) ?? []), item]);
  return [...clusters.values()];
}

describe('twins', () => {
  test('are the items of a bundled set, two by two', () => {
    for (const [name, pairs] of [['winogrande_style', 104], ['continuation', 150]] as const) {
      const clusters = clustersOf(bundledItems(name));
      expect(clusters.map(({ length }) => length)).toEqual(Array<number>(pairs).fill(2));
    }
  });

  test('have their answers changed about: the same two choices, each right once', () => {
    for (const [one, other] of clustersOf(bundledItems('continuation'))) {
      expect(one.choices.map(({ continuation }) => continuation)).toEqual(other.choices.map(({ continuation }) => continuation));
      expect(one.gold).toBe(1 - other.gold);
    }
  });

  test('are not known of the other bundled set, nor of one’s own items', () => {
    expect(clustersOf([...bundledItems('piqa_style'), tasks.own.item({ context: 'c', choices: ['x', 'y'], answer: 0 }) as Item])).toHaveLength(1);
  });

  test('of WinoGrande begin alike and have the same options, in whichever order', () => {
    const cluster = (sentence: string, option1: string, option2: string): string | undefined => tasks.winogrande.item({ sentence, option1, option2, answer: '1' })?.cluster;
    const one = cluster('The pot and the pan, but the _ is hot.', 'pot', 'pan');
    expect(cluster('The pot and the pan, though the _ is cold.', 'pan', 'pot')).toBe(one);
    expect(cluster('A pot and the pan, but the _ is hot.', 'pot', 'pan')).not.toBe(one);
    expect(cluster('The pot and the pan, but the _ is hot.', 'pot', 'lid')).not.toBe(one);
  });
});

describe('the list of tasks', () => {
  test('says of each what it is and whose, and the official ones where they are at home', () => {
    for (const { licence, citation, name, home, knownItems } of Object.values(tasks)) {
      expect(licence).not.toBe('');
      if (home) expect(citation).toMatch(/^[^]+ \d{4}, .*https:\/\/arxiv\.org/);
      expect(home === null, name).toBe(bundledTasks.includes(name) || name === 'own');
      if (knownItems !== undefined) expect(knownItems).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  test('each stands under its own name', () => {
    for (const [name, task] of Object.entries(tasks)) expect(taskNamed(name)).toMatchObject({ name, title: task.title });
  });

  test.each(['hella_swag', '', 'toString', '__proto__'])('%j is not one, and the known ones are told', (name) => {
    const failure = refusal(() => taskNamed(name));
    expect(failure.code).toBe('task-unknown');
    expect(failure.message).toMatch(/piqa.*winogrande_style/);
  });

  test.each(bundledTasks)('the bundled set of %s is read whole, its answers are mixed, and no item stands in it twice', (name) => {
    const items = bundledItems(name);
    expect(items).toHaveLength(taskNamed(name).size.items);
    const first = items.filter(({ gold }) => gold === 0).length / items.length;
    expect(first).toBeGreaterThan(0.3);
    expect(first).toBeLessThan(0.7);
    expect(new Set(items.map(({ choices }) => JSON.stringify(choices))).size).toBe(items.length);
    for (const { choices } of items) expect(choices.every(({ characters }) => characters > 0)).toBe(true);
  });
});
