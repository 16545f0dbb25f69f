/** Answers in the browser against lm-evaluation-harness: items of the official sets, and made-up ones of every task. */
import type { Page } from '@playwright/test';
import { askedIn, madeUp, taskOf } from '../reference/made-up';
import { missing, officialAnswers, officialGolden, officialItems, type OfficialAnswer, type OfficialTask } from '../reference/official';
import { accuracyOf, isRight, type Answer } from '../src/core/evaluation/accuracy';
import type { Item } from '../src/core/evaluation/task';
import { tasks } from '../src/core/evaluation/tasks';
import { openEngineRoom } from './engine-room-door';
import { expect, test } from './fixtures';
import { report } from './golden';
import { engineRoom } from './playwright.config';

/** Of a choice's log-likelihood, in nats. */
const tolerance = 1e-3;
const exactly = 9;
const absent = missing('The official evaluation sets were NOT tested in the browser');
const kind = (): 'wasm' | 'webgpu' => (test.info().project.name === 'webgpu' ? 'webgpu' : 'wasm');
/** The software adapter takes seconds for a few items. */
const asked = (): number => (kind() === 'wasm' ? 200 : 20);

test.use({ baseURL: engineRoom });

test.beforeEach(({ page }) => openEngineRoom(page));

async function answer(page: Page, model: string, items: Item[]): Promise<Answer[]> {
  const { answers, told } = await page.evaluate(
    ([device, coefficients, items]) => window.engineRoom.answerItems(device, coefficients, items),
    [kind(), { [model]: 1 }, items] as const,
  );
  expect(told.complaints, told.device).toEqual([]);
  expect(answers).toHaveLength(items.length);
  return answers;
}

/** Reports the largest difference, and refuses one that is too large or no number. */
function expectNear(what: string, answers: Answer[], expected: number[][]): void {
  const found = answers.flatMap(({ logLikelihoods }) => logLikelihoods);
  expect(found).toHaveLength(expected.flat().length);
  const differences = expected.flat().map((value, i) => Math.abs(found[i] - value));
  const largest = differences.some(Number.isNaN) ? Infinity : Math.max(...differences);
  report(`${kind()}, ${what}, ${answers.length} items, largest difference of a choice's log-likelihood`, largest);
  expect(largest, what).toBeLessThanOrEqual(tolerance);
}

/** Accuracy and its standard error as the harness has them: the sample standard deviation over sqrt(n). */
function meanAndError(right: boolean[]): [mean: number, error: number] {
  const mean = right.filter(Boolean).length / right.length;
  const squares = right.reduce((sum, each) => sum + (Number(each) - mean) ** 2, 0);
  return [mean, Math.sqrt(squares / (right.length - 1) / right.length)];
}

function expectClose(found: [number, number | null], expected: [number, number]): void {
  found.forEach((value, i) => expect(value).toBeCloseTo(expected[i], exactly));
}

async function checkOfficial(page: Page, task: OfficialTask, what: string, chosen: (index: number) => boolean): Promise<void> {
  const choose = <T>(values: T[]): T[] => values.filter((_, i) => chosen(i));
  const items = choose(officialItems(task));
  const expected = choose(officialAnswers(task));
  const answers = await answer(page, officialGolden.model, items);
  expectNear(`${tasks[task].title}, ${what}`, answers, expected.map(({ logLikelihoods }) => logLikelihoods));
  expectRight(items, answers, expected);
}

function expectRight(items: Item[], answers: Answer[], expected: OfficialAnswer[]): void {
  const right = expected.map((each) => each.right);
  const rightNorm = expected.flatMap((each) => (each.rightNorm === null ? [] : [each.rightNorm]));
  const { accuracy, stderr, accuracyNorm, stderrNorm } = accuracyOf('choice', items.map(({ gold }) => gold), answers);
  expect(answers.map(({ choice }, i) => choice === items[i].gold)).toEqual(right);
  expectClose([accuracy, stderr], meanAndError(right));
  if (rightNorm.length === 0) return;
  expect(answers.map(({ choiceNorm }, i) => choiceNorm === items[i].gold)).toEqual(rightNorm);
  expectClose([accuracyNorm, stderrNorm], meanAndError(rightNorm));
}

for (const task of ['piqa', 'winogrande'] as const) {
  test(`official ${tasks[task].title}: its first items are answered as lm-evaluation-harness answers them`, async ({ page }) => {
    test.skip(absent);
    await checkOfficial(page, task, 'the first', (i) => i < asked());
  });
}

test('official PIQA: answers longer than the window lose their beginning', async ({ page }) => {
  test.skip(absent);
  const { leftOut } = officialGolden.tasks.piqa;
  expect(leftOut).toHaveLength(4);
  await checkOfficial(page, 'piqa', 'answers longer than the window', (i) => leftOut.includes(i));
});

test('made-up items of every task', async ({ page }) => {
  test.skip(kind() === 'webgpu', 'the software adapter would take minutes');
  const runs = madeUp.runs.filter(({ shots }) => shots === 0);
  expect(new Set(runs.map((run) => taskOf(run).name)).size).toBe(9);
  for (const run of runs) {
    const { metric, normalised } = taskOf(run);
    const items = askedIn(run);
    const what = `made-up ${run.task}`;
    const answers = await answer(page, madeUp.model, items);
    expectNear(what, answers, run.logLikelihoods);
    expect(answers.map((each, i) => Number(isRight(metric, items[i].gold, each))).join(''), what).toBe(run.right);
    if (normalised) expect(answers.map(({ choiceNorm }, i) => Number(choiceNorm === items[i].gold)).join(''), what).toBe(run.rightNorm);
  }
});
