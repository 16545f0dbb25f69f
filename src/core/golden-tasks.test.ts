/** Answers to made-up items of every task, with and without demonstrations, against lm-evaluation-harness (reference/README.md). */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goldenEngine, goldenModel, mismatches, perChoice, relative } from '../../reference/compare';
import golden from '../../reference/golden/tasks.json';
import { accuracyOf, type Answer } from './evaluation/accuracy';
import { readItemFiles } from './evaluation/item-files';
import type { Item, Task } from './evaluation/task';
import { taskNamed } from './evaluation/tasks';
import { withShots } from './evaluation/with-shots';

interface Run {
  task: string;
  shots: number;
  limit: number | null;
  files: Record<string, string>;
  logLikelihoods: number[][];
  right: string;
  rightNorm?: string;
  acc: number;
  acc_stderr: number;
  acc_norm?: number;
  acc_norm_stderr?: number;
  perplexity?: number;
}

const engine = goldenEngine();
const model = goldenModel(golden.model, { [golden.model]: 1 });
const exactly = (): number => 1e-9;

/** A subject of MMLU is a task of its own to the harness. */
const taskOf = (name: string): Task => taskNamed(name.replace(/^mmlu_.*/, 'mmlu'));
const itemsOf = (task: Task, file: string): Item[] => readItemFiles(task, [{ name: basename(file), text: readFileSync(file, 'utf8') }]);

/** The items of a run as they are asked; where the harness has no split for demonstrations, it takes them from what it asks. */
function asked(task: Task, { files, shots, limit }: Run): Item[] {
  const items = itemsOf(task, files.test ?? files.validation);
  const pool = itemsOf(task, files.dev ?? files.train ?? files.test);
  return withShots(task, items, pool, shots, { limit });
}

const digits = (right: boolean[]): string => right.map(Number).join('');

function checkChoices(items: Item[], answers: Answer[], run: Run): void {
  const found = accuracyOf('choice', items.map(({ gold }) => gold), answers);
  expect(digits(answers.map(({ choice }, i) => choice === items[i].gold))).toBe(run.right);
  expect(mismatches([found.accuracy, found.stderr ?? NaN], [run.acc, run.acc_stderr], exactly)).toEqual([]);
  if (run.rightNorm === undefined) return;
  expect(digits(answers.map(({ choiceNorm }, i) => choiceNorm === items[i].gold))).toBe(run.rightNorm);
  expect(mismatches([found.accuracyNorm, found.stderrNorm ?? NaN], [run.acc_norm ?? NaN, run.acc_norm_stderr ?? NaN], exactly)).toEqual([]);
}

/** LAMBADA: the word is right where it is what the model says first, token by token. */
function checkWords(answers: Answer[], run: Run): void {
  const { accuracy, stderr, perplexity } = accuracyOf('greedy', answers.map(() => 0), answers);
  expect(digits(answers.map(({ greedy: [first] }) => first))).toBe(run.right);
  expect(mismatches([accuracy, stderr ?? NaN], [run.acc, run.acc_stderr], exactly)).toEqual([]);
  expect(mismatches([perplexity ?? NaN], [run.perplexity ?? NaN], relative(1e-4))).toEqual([]);
}

describe('made-up items', () => {
  const runs = golden.runs as unknown as Run[];

  it.each(runs.map((run, i): [string, number, string, Run] => [run.task, run.shots, String(i), run]))('of %s with %i demonstrations (%s)', async (name, _shots, _i, run) => {
    const task = taskOf(name);
    const items = asked(task, run);
    const answers = await engine.answerItems(model, items);
    expect(answers).toHaveLength(run.logLikelihoods.length);
    answers.forEach(({ logLikelihoods }, i) => expect(mismatches(logLikelihoods, run.logLikelihoods[i], perChoice), `item ${i}`).toEqual([]));
    if (task.metric === 'greedy') checkWords(answers, run);
    else checkChoices(items, answers, run);
  });

  it('stand for every official task', () => {
    expect(new Set(runs.map(({ task }) => taskOf(task).name)).size).toBe(9);
    for (const { task, shots, logLikelihoods } of runs) expect(logLikelihoods.length, `${task} ${shots}`).toBeGreaterThanOrEqual(task.startsWith('mmlu') || shots > 0 ? 40 : 100);
  });
});
