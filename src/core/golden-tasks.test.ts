/** Answers to made-up items of every task, with and without demonstrations, against lm-evaluation-harness (reference/README.md). */
import { describe, expect, it } from 'vitest';
import { goldenEngine, goldenModel, mismatches, perChoice, relative } from '../../reference/compare';
import { askedIn, madeUp, taskOf, type MadeUpRun } from '../../reference/made-up';
import { accuracyOf, type Answer } from './evaluation/accuracy';
import type { Item } from './evaluation/task';

const engine = goldenEngine();
const model = goldenModel(madeUp.model, { [madeUp.model]: 1 });
const exactly = (): number => 1e-9;

const digits = (right: boolean[]): string => right.map(Number).join('');

function checkChoices(items: Item[], answers: Answer[], run: MadeUpRun): void {
  const found = accuracyOf('choice', items.map(({ gold }) => gold), answers);
  expect(digits(answers.map(({ choice }, i) => choice === items[i].gold))).toBe(run.right);
  expect(mismatches([found.accuracy, found.stderr ?? NaN], [run.acc, run.acc_stderr], exactly)).toEqual([]);
  if (run.rightNorm === undefined) return;
  expect(digits(answers.map(({ choiceNorm }, i) => choiceNorm === items[i].gold))).toBe(run.rightNorm);
  expect(mismatches([found.accuracyNorm, found.stderrNorm ?? NaN], [run.acc_norm ?? NaN, run.acc_norm_stderr ?? NaN], exactly)).toEqual([]);
}

/** LAMBADA: the word is right where it is what the model says first, token by token. */
function checkWords(answers: Answer[], run: MadeUpRun): void {
  const { accuracy, stderr, perplexity } = accuracyOf('greedy', answers.map(() => 0), answers);
  expect(digits(answers.map(({ greedy: [first] }) => first))).toBe(run.right);
  expect(mismatches([accuracy, stderr ?? NaN], [run.acc, run.acc_stderr], exactly)).toEqual([]);
  expect(mismatches([perplexity ?? NaN], [run.perplexity ?? NaN], relative(1e-4))).toEqual([]);
}

describe('made-up items', () => {
  const { runs } = madeUp;

  it.each(runs.map((run, i): [string, number, string, MadeUpRun] => [run.task, run.shots, String(i), run]))('of %s with %i demonstrations (%s)', async (_name, _shots, _i, run) => {
    const task = taskOf(run);
    const items = askedIn(run);
    const answers = await engine.answerItems(model, items);
    expect(answers).toHaveLength(run.logLikelihoods.length);
    answers.forEach(({ logLikelihoods }, i) => expect(mismatches(logLikelihoods, run.logLikelihoods[i], perChoice), `item ${i}`).toEqual([]));
    if (task.metric === 'greedy') checkWords(answers, run);
    else checkChoices(items, answers, run);
  });

  it('stand for every official task', () => {
    expect(new Set(runs.map((run) => taskOf(run).name)).size).toBe(9);
    for (const { task, shots, logLikelihoods } of runs) expect(logLikelihoods.length, `${task} ${shots}`).toBeGreaterThanOrEqual(task.startsWith('mmlu') || shots > 0 ? 40 : 100);
  });
});
