/** Answers to items and log-likelihoods of texts against lm-evaluation-harness (reference/README.md). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { goldenEngine, goldenModel, mismatches, perChoice, relative } from '../../reference/compare';
import golden from '../../reference/golden/harness.json';
import { accuracyOf } from './evaluation/accuracy';
import { readItemFiles } from './evaluation/item-files';
import type { Item } from './evaluation/task';
import { taskNamed } from './evaluation/tasks';

const engine = goldenEngine();
const models = Object.entries(golden.models);
const exactly = (): number => 1e-9;

/** The bundled items, and a few made up for what the official files hold: odd spaces, quotation marks, equal answers. */
function itemsOf(task: string): Item[] {
  const folder = task.endsWith('_style') ? 'public/tasks' : 'reference/tasks';
  return readItemFiles(taskNamed(task.split('_')[0]), [{ name: `${task}.jsonl`, text: readFileSync(`${folder}/${task}.jsonl`, 'utf8') }]);
}

describe.each(models)('%s', (id, { coefficients, tasks, rolling, continuation }) => {
  const model = goldenModel(id, coefficients);

  it.each(Object.keys(tasks) as (keyof typeof tasks)[])('answers %s', async (task) => {
    const expected = tasks[task];
    const items = itemsOf(task);
    const answers = await engine.answerItems(model, items);
    answers.forEach(({ logLikelihoods }, i) => expect(mismatches(logLikelihoods, expected.logLikelihoods[i], perChoice), `item ${i}`).toEqual([]));
    expect(answers.map(({ choice }, i) => Number(choice === items[i].gold))).toEqual(expected.right);
    const found = accuracyOf('choice', items.map(({ gold }) => gold), answers);
    expect(mismatches([found.accuracy, found.stderr ?? NaN], [expected.acc, expected.acc_stderr], exactly)).toEqual([]);
    if (!('rightNorm' in expected)) return;
    expect(answers.map(({ choiceNorm }, i) => Number(choiceNorm === items[i].gold))).toEqual(expected.rightNorm);
    expect(mismatches([found.accuracyNorm, found.stderrNorm ?? NaN], [expected.acc_norm, expected.acc_norm_stderr], exactly)).toEqual([]);
  });

  it('answers the continuation items', async () => {
    const file = { name: 'continuation.jsonl', text: readFileSync('public/tasks/continuation.jsonl', 'utf8') };
    const answers = await engine.answerItems(model, readItemFiles(taskNamed('continuation'), [file]));
    expect(mismatches(answers.flatMap(({ logLikelihoods }) => logLikelihoods), continuation, perChoice)).toEqual([]);
  });

  it('finds the log-likelihoods of whole texts', async () => {
    const { documents } = await engine.scoreText(model, { name: 'texts', documents: golden.documents }, { kind: 'rolling' });
    const totals = documents.map((nll) => -nll.reduce((sum, value) => sum + value, 0));
    expect(mismatches(totals, rolling, relative(1e-4))).toEqual([]);
  });
});

describe('pairs whose encoding has a rule of its own', () => {
  const cases = golden.awkward.map(({ name, context, continuation }, i) => ({ name, context, continuation, i }));

  it.each(cases)('$name', async ({ context, continuation, i }) => {
    const item: Item = { choices: [{ context, continuation, characters: continuation.length }], gold: 0, text: '' };
    for (const [id, { coefficients, awkward }] of models) {
      const [{ logLikelihoods }] = await engine.answerItems(goldenModel(id, coefficients), [item]);
      expect(mismatches(logLikelihoods, [awkward[i]], perChoice), id).toEqual([]);
    }
  });

  it('would tell if one were wrong', async () => {
    const { coefficients, awkward } = golden.models.step8000;
    const [{ context, continuation }] = golden.awkward;
    const [{ logLikelihoods }] = await engine.answerItems(goldenModel('step8000', coefficients), [
      { choices: [{ context, continuation, characters: 1 }], gold: 0, text: '' },
    ]);
    expect(mismatches(logLikelihoods, [awkward[0] + 1e-2], perChoice)).toHaveLength(1);
  });
});
