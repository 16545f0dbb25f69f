/** What scores mean: words, numbers and pictures; going on after Stop; the lesson; the reader's own items; texts made of items. */
import { compareAll } from '../src/core/evaluation/comparison';
import type { EvaluationResult } from '../src/core/notebook/results';
import { parseNotebook } from '../src/core/notebook/document';
import { expect, test } from './fixtures';
import { report } from './golden';
import { askingNotebook, cellOf, commandLine } from './notebooks';
import { alert, cell, exportNotebook, importNotebook, openLesson, openPage, readResults, resultOf, runAll, runButton, stopButton, untilIdle } from './page';
import type { Page } from '@playwright/test';

async function evaluationOf(page: Page, id = 'evaluation'): Promise<EvaluationResult> {
  return resultOf(await readResults(page, [id]), id, 'evaluation');
}

const details = (page: Page, id: string, summary: RegExp) => cell(page, id).locator('details', { has: page.locator('summary', { hasText: summary }) }).last();

test('scores come with words, intervals, paired tests, ingredients, circles and the items themselves', async ({ page }) => {
  await openPage(page);
  await importNotebook(page, askingNotebook([{ name: 'continuation', limit: 120 }]));
  await runAll(page);
  const result = await evaluationOf(page);
  const [, late] = result.answers;
  const [early, soup] = compareAll({ metric: 'choice', ...result.tasks[0] }, [result.answers[0], result.answers[2]], late);

  const words = cell(page, 'evaluation').locator('.words');
  await expect(words).toContainText(/“soup” (has fewer items right than|does not differ from) “step8000”/);
  await expect(words).toContainText('Margins');
  await expect(words).toContainText('Some items are twins (120 items, 60 independent)');

  await details(page, 'evaluation', /: the numbers$/).locator('summary').click();
  const [scores, comparisons] = [cell(page, 'evaluation').locator('table').first(), cell(page, 'evaluation').locator('table').nth(1)];
  await expect(scores.locator('tbody tr')).toHaveCount(5);
  await expect(scores).toContainText(/Avg\.ckpt/);
  await expect(scores).toContainText(/Best\.ckpt: step\d+/);
  const average = (result.rows[0].accuracy + result.rows[1].accuracy) / 2;
  await expect(scores.locator('tr', { hasText: 'Avg.ckpt' })).toContainText(average.toFixed(4));
  const shown = await comparisons.locator('tbody tr').allInnerTexts();
  expect(shown.map((row) => row.split('\t')[0])).toEqual(['step500', 'soup']);
  for (const [i, each] of [early, soup].entries()) {
    expect(shown[i]).toContain(`${(100 * Math.abs(each.difference)).toFixed(1)}`);
    expect(shown[i].split('\t').slice(2, 4).map(Number)).toEqual([each.onlyModel, each.onlyReference]);
    expect(shown[i]).toContain(Math.abs(each.margin?.mean ?? NaN).toFixed(3));
  }
  await cell(page, 'evaluation').getByLabel('Compared with').selectOption('soup');
  await expect(comparisons.locator('tbody tr').first()).toContainText('step500');
  await expect(words).toContainText('“soup”');

  await details(page, 'evaluation', /before and after merging/).locator('summary').click();
  await expect(cell(page, 'evaluation').getByRole('img', { name: /step500.*step8000.*soup/s }).last()).toBeVisible();

  await details(page, 'evaluation', /read the items/).locator('summary').click();
  await cell(page, 'evaluation').getByRole('button', { name: 'Show the items' }).click();
  await cell(page, 'evaluation').getByLabel(/^First/).selectOption('soup');
  await cell(page, 'evaluation').getByLabel(/^Second/).selectOption('step8000');
  await cell(page, 'evaluation').getByLabel(/^Show/).selectOption('only-second');
  const items = cell(page, 'evaluation').locator('ol.items > li');
  await expect(items).toHaveCount(Math.min(5, soup.onlyReference));
  await expect(items.first()).toContainText('step8000 takes it');
});

test('Stop, and the next run goes on where it was: no item is asked twice, accuracy shows while it runs', async ({ page }) => {
  await openPage(page);
  await importNotebook(page, askingNotebook([{ name: 'continuation' }]));
  await runButton(page).click();
  const chart = cell(page, 'evaluation').getByRole('img', { name: /^Continuation, accuracy: step500 0\.\d+ ± / });
  await expect(chart, 'an accuracy with its error before the end').toBeVisible({ timeout: 60_000 });
  await expect(cell(page, 'evaluation')).toHaveAttribute('data-status', 'running');
  await stopButton(page).click();
  await expect(runButton(page)).toBeVisible();

  const answering: number[] = [];
  await page.exposeFunction('told', (text: string) => void answering.push(Number(/Answering (\d+) items/.exec(text)?.[1])));
  await page.evaluate(() => {
    const seen = new Set<string>();
    new MutationObserver(() => {
      const text = document.querySelector('[data-cell=evaluation] .progress')?.textContent ?? '';
      if (text.includes('Answering') && !seen.has(text)) (window as unknown as { told(text: string): void }).told([...seen.add(text)].at(-1) ?? '');
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  await runAll(page);
  const result = await evaluationOf(page);
  expect(result.answers.map(({ answers }) => answers.length)).toEqual([300, 300, 300]);
  expect(answering[0], 'only the rest is asked').toBeLessThan(300);
  const cli = await commandLine(JSON.stringify(askingNotebook([{ name: 'continuation' }])), test.info().outputPath());
  for (const [i, row] of result.rows.entries()) expect(Math.abs(row.accuracy - cli.evaluations[i].accuracy), row.model).toBeLessThanOrEqual(1 / 300);
});

test('the lesson on the third set: accuracy over the trajectory with intervals, and where the soups stand', async ({ page }) => {
  await openPage(page);
  await openLesson(page, 'What scores say');
  await expect(page.getByLabel('Title of the notebook')).toHaveValue('What scores say');
  const seconds = await runAll(page, 200_000);
  report('the lesson What scores say on WASM', seconds, ' s');
  const { rows } = await evaluationOf(page, 'scores');
  for (const { model, accuracy, interval } of rows) console.log(`      ${model}: ${accuracy.toFixed(3)} (${interval.map((end) => end.toFixed(3)).join(' to ')})`);
  const of = (name: string) => rows.find(({ model }) => model === name) ?? rows[0];
  expect(of('step125').interval[0], 'the first checkpoint is not told from guessing').toBeLessThan(0.5);
  expect(of('step8000').interval[0], 'a late one is').toBeGreaterThan(0.55);
  expect(of('step8000').interval[0], 'and clearly better than the first').toBeGreaterThan(of('step125').accuracy);
  expect(of('distant').accuracy, 'merging far apart hurts').toBeLessThan(of('step8000').interval[0]);
  const figure = cell(page, 'scores').getByRole('img', { name: /step125.*step8000/s }).last();
  await expect(figure).toBeVisible();
  await expect(cell(page, 'scores').locator('.words')).toContainText('“distant” has fewer items right than “step8000”');
});

test('the reader’s own items, as CSV; a bad row is named', async ({ page }) => {
  await openPage(page);
  await importNotebook(page, askingNotebook([{ name: 'piqa_style', limit: 2 }]));
  await cell(page, 'evaluation').getByText('Items', { exact: true }).click();
  const pick = cell(page, 'evaluation').getByLabel('Pick a file of your own items');
  const csv = (rows: string): { name: string; mimeType: string; buffer: Buffer } => ({ name: 'mine.csv', mimeType: 'text/csv', buffer: Buffer.from(`context,choice1,choice2,answer\n${rows}`) });
  await pick.setInputFiles(csv('"The old man, at last,",sat down.,of the the.,0\nThe boy,ran home.,7\n'));
  await expect(alert(page)).toContainText('Line 3 of “mine.csv” is not an item of this task: it has 3 columns and the first line has 4.');
  await pick.setInputFiles(csv('"The old man, at last,",sat down.,of the the.,0\nThe boy,"ran, laughing, home.",ran ran ran ran.,0\n'));
  await expect(page.locator('[data-news]')).toHaveText('2 items of Your own items are ready; all are asked.');
  await runAll(page);
  const { rows } = await evaluationOf(page);
  expect(rows.filter(({ task }) => task === 'own').map(({ model, n }) => [model, n])).toEqual([['step500', 2], ['step8000', 2], ['soup', 2]]);
  await expect(cell(page, 'evaluation')).toContainText('2 items are too few to tell anything.');
});

test('a text made of a task’s own items, in three paradigms; whoever takes coefficients from it says so', async ({ page }) => {
  await openPage(page);
  const notebook = askingNotebook([{ name: 'piqa_style', limit: 24 }]);
  await importNotebook(page, { ...notebook, cells: notebook.cells.map((each) => (each.kind === 'soup' ? { ...each, method: 'perplexity', text: 'text' } : each)) });
  const text = cell(page, 'text');
  await text.getByLabel('From').selectOption('piqa_style');
  await text.getByLabel('first').fill('20');
  await text.getByLabel('first').press('Tab');
  await expect(text.locator('blockquote')).toContainText(/^Pitch a tent/);
  await text.getByLabel('What stands in front of each item').selectOption('few-shot');
  await expect(text.locator('blockquote')).toContainText(/^(Question: [^]*Answer: [^]*){3}Say which way reaches the goal\.\s+Pitch a tent/);
  await expect(text).toContainText('The grey words in front are read and not scored.');
  await text.getByLabel('What stands in front of each item').selectOption('zero-shot');
  await runAll(page);
  await expect(cell(page, 'evaluation').locator('.words')).toContainText('“soup” took its coefficients from the words of this task’s items, without their answers.');
  const { text: exported } = await exportNotebook(page);
  expect(cellOf(parseNotebook(exported, 'exported'), 'text', 'text')).toMatchObject({ paradigm: 'zero-shot', items: { name: 'piqa_style', limit: 20, scored: 'own' } });
  const cli = await commandLine(exported, test.info().outputPath());
  const { coefficients } = resultOf(await readResults(page, ['soup']), 'soup', 'soup');
  coefficients.forEach((coefficient, i) => expect(Math.abs(coefficient - cli.soups[0].coefficients[i])).toBeLessThan(1e-4));
  await untilIdle(page);
});
