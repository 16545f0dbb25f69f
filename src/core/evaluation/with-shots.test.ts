import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Failure } from '../errors';
import { itemsOfRows, readItemFiles } from './item-files';
import type { Item, Task } from './task';
import { tasks } from './tasks';
import { demonstrations, withShots } from './with-shots';

const { piqa, winogrande, arc_easy, lambada_openai, mmlu, piqa_style } = tasks;
const goals = (count: number): Item[] =>
  itemsOfRows(piqa, Array.from({ length: count }, (_, i) => ({ goal: `g${i}`, sol1: 's', sol2: 't', label: i % 2 })), 'rows');
const contexts = (items: Item[]): string[] => items.map(({ choices: [{ context }] }) => context);
/** The goals shown to each item, and its own. */
const shown = (items: Item[]): string[][] => contexts(items).map((context) => context.match(/g\d+/g) ?? []);

describe('demonstrations', () => {
  test('stand in front of the question with their right answers, two newlines apart', () => {
    const [{ choices }] = withShots(piqa, goals(1), goals(1).concat(goals(1)).concat(goals(4).slice(3)), 1);
    expect(choices[0]).toEqual({ context: 'Question: g3\nAnswer: t\n\nQuestion: g0\nAnswer:', continuation: ' s', characters: 1 });
  });

  test('of WinoGrande have their blank filled, and each choice keeps its own question', () => {
    const [asked, other] = itemsOfRows(winogrande, ['1', '2'].map((answer) => ({ sentence: `_ is ${answer}.`, option1: 'A', option2: 'B', answer })), 'rows');
    const [{ choices }] = withShots(winogrande, [asked], [other, other], 1);
    expect(choices.map(({ context }) => context)).toEqual(['B is 2.\n\nA', 'B is 2.\n\nB']);
  });

  test('of LAMBADA have two spaces before the last word, as the harness gives it', () => {
    const [item] = itemsOfRows(lambada_openai, [{ text: 'It is hot' }], 'rows');
    expect(contexts(withShots(lambada_openai, [item], [item], 1))).toEqual(['It is  hot\n\nIt is']);
  });

  test('of MMLU are the first of the subject, below its description', () => {
    const row = (subject: string, question: string): Record<string, unknown> => ({ subject, question, choices: ['1', '2', '3', '4'], answer: 2 });
    const pool = itemsOfRows(mmlu, [row('virology', 'v'), row('us_foreign_policy', 'p'), row('us_foreign_policy', 'q'), row('us_foreign_policy', 'r')], 'rows');
    const [context] = contexts(withShots(mmlu, [pool[3]], pool, 2));
    expect(context).toMatch(/^The following are multiple choice questions \(with answers\) about us foreign policy\.\n\np\nA\. 1\n[^]*Answer: C\n\nq\nA[^]*Answer: C\n\nr\n[^]*Answer:$/);
  });

  test('none are the items themselves, but for a description', () => {
    expect(withShots(piqa, goals(3), [], 0)).toEqual(goals(3));
    const item = itemsOfRows(mmlu, [{ subject: 'anatomy', question: 'q', choices: ['1', '2', '3', '4'], answer: 0 }], 'rows');
    expect(contexts(withShots(mmlu, item, [], 0))).toEqual(['The following are multiple choice questions (with answers) about anatomy.\n\nq\nA. 1\nB. 2\nC. 3\nD. 4\nAnswer:']);
  });

  test('are others for each item, and the same again each time', () => {
    const all = shown(withShots(piqa, goals(20), goals(200), 4));
    expect(new Set(all.map((each) => each.slice(0, 4).join())).size).toBe(20);
    expect(shown(withShots(piqa, goals(20), goals(200), 4))).toEqual(all);
  });

  test('are those of the first items, however many are asked', () => {
    const all = withShots(piqa, goals(20), goals(200), 4);
    expect(withShots(piqa, goals(20), goals(200), 4, { limit: 5 })).toEqual(all.slice(0, 5));
    expect(withShots(piqa, goals(20), goals(200), 4, { limit: null })).toEqual(all);
  });

  test('never hold the item itself where the harness sees to it, not even where it stands there three times', () => {
    const pool = [...goals(9), ...goals(4), ...goals(4)];
    for (const task of [piqa, piqa_style]) {
      for (const each of shown(withShots(task, goals(9), pool, 3))) {
        expect(each).toHaveLength(4);
        expect(each.slice(0, 3)).not.toContain(each[3]);
      }
    }
  });

  test('may hold it where the harness does not', () => {
    const row = (question: string): Record<string, unknown> => ({ question, choices: { text: ['a', 'b'], label: ['A', 'B'] }, answerKey: 'A' });
    const items = itemsOfRows(arc_easy, ['g0', 'g1', 'g2'].map(row), 'rows');
    expect(shown(withShots(arc_easy, items, items, 3)).map((each) => each.slice(0, 3).sort().join())).toEqual(Array(3).fill('g0,g1,g2'));
  });

  test.each<[Task, number, number]>([
    [piqa, 3, 4],
    [mmlu, 1, 1],
    [arc_easy, 4, 4],
  ])('that are too few are refused (%#)', (task, shots, needed) => {
    const attempt = (): Item[] => withShots(task, goals(3).map((item) => ({ ...item, group: 'anatomy' })), goals(3), shots);
    expect(attempt).toThrow(Failure);
    expect(attempt).toThrow(expect.objectContaining({ code: 'shots-too-few', facts: expect.objectContaining({ shots, needed }) as unknown }));
  });
});

describe('twins', () => {
  const bundled = (task: Task): Item[] => readItemFiles(task, [{ name: task.name, text: readFileSync(new URL(`../../../public/tasks/${task.name}.jsonl`, import.meta.url), 'utf8') }]);
  const told = ({ choices, gold }: Item): string => choices[gold].context + choices[gold].continuation;

  test.each<[Task, number, number]>([
    [tasks.winogrande_style, 208, 8],
    [tasks.continuation, 300, 8],
    [tasks.winogrande_style, 6, 4],
    [tasks.continuation, 6, 4],
    [piqa_style, 220, 8],
  ])('are never shown to each other in a bundled set (%#)', (task, size, shots) => {
    const pool = bundled(task).slice(0, size);
    const front = demonstrations(task, pool, shots);
    for (const item of pool) {
      const shown = front(item).split('\n\n').slice(0, -1).map((text) => pool.find((other) => told(other) === text));
      expect(shown).toHaveLength(shots);
      for (const other of shown) {
        expect(other).toBeDefined();
        expect(other).not.toBe(item);
        if (item.cluster !== undefined) expect(other?.cluster).not.toBe(item.cluster);
      }
    }
  });

  test('may be shown to each other in an official set, as the harness shows them', () => {
    const rows = ['hot', 'cold'].map((how) => ({ sentence: `The pot and the pan, but the _ is ${how}.`, option1: 'pot', option2: 'pan', answer: how === 'hot' ? '1' : '2' }));
    const items = itemsOfRows(winogrande, rows, 'rows');
    expect(items[0].cluster).toBe(items[1].cluster);
    expect(contexts(withShots(winogrande, items, items, 1))[0]).toContain('the pan is cold.');
  });

  test('leave too few others where there is no one else', () => {
    const [one, twin, ...others] = bundled(tasks.winogrande_style);
    expect(() => withShots(tasks.winogrande_style, [one, twin], [one, twin, others[0]], 2)).toThrow(expect.objectContaining({ code: 'shots-too-few', facts: expect.objectContaining({ found: 1, needed: 2 }) as unknown }));
  });
});
