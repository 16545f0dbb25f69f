/** Official items by a click: fetched from a double of the Hugging Face Hub, checked, kept, and asked as the harness asks them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { fakeCommit } from '../src/core/hub/fake-hub';
import { readItemFiles } from '../src/core/evaluation/item-files';
import { hashOfItems } from '../src/core/evaluation/items-hash';
import { piqa } from '../src/core/evaluation/piqa';
import type { Row } from '../src/core/evaluation/task';
import { parseNotebook } from '../src/core/notebook/document';
import { expect, test } from './fixtures';
import { farthest, goldenOfficial, goldenTasks, report, root } from './golden';
import { hubRequests, serveHub, type ServedHub } from './hub';
import { askingNotebook, bundled, cellOf } from './notebooks';
import { alert, cell, exportNotebook, importNotebook, openPage, readResults, resultOf, runAll, untilSaved } from './page';

const data = join(root, '../shared/data/piqa');
const official = existsSync(join(data, 'valid.jsonl'));
if (!official) console.warn(`The official PIQA items were NOT served by the double of the Hub: they are not in ${data}; made-up ones are.`);

const jsonLines = (file: string): Row[] => readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as Row);
const madeUp = (file: string): Row[] => jsonLines(join(root, 'reference/tasks/made_up', file));

/** The validation set as the Hub has it, each row with its label. */
function validation(): Row[] {
  if (!official) return madeUp('piqa.jsonl');
  const labels = readFileSync(join(data, 'valid-labels.lst'), 'utf8').split('\n').filter(Boolean);
  return jsonLines(join(data, 'valid.jsonl')).map((row, i) => ({ ...row, label: Number(labels[i]) }));
}

const served = { dataset: 'baber/piqa', config: 'default', splits: { validation: validation(), train: madeUp('piqa_shots.jsonl') } };
const count = served.splits.validation.length.toLocaleString('en-GB');
const hashOf = (rows: Row[]): string => hashOfItems(readItemFiles(piqa, [{ name: 'rows', text: rows.map((row) => JSON.stringify(row)).join('\n') }]));

test.use({ expected: async ({}, use) => use([hubRequests]) }); // eslint-disable-line no-empty-pattern -- Playwright reads the pattern

const fetchButton = (page: Page, name: RegExp = /^Fetch PIQA from huggingface\.co$/) => cell(page, 'evaluation').getByRole('button', { name });
const news = (page: Page) => page.locator('[data-news]');

async function openSets(page: Page, ...tasks: Parameters<typeof askingNotebook>[0]): Promise<ServedHub> {
  const hub = await serveHub(page, served);
  await openPage(page);
  await importNotebook(page, askingNotebook(tasks, [bundled('step8000')]));
  await cell(page, 'evaluation').getByText('Items', { exact: true }).click();
  await cell(page, 'evaluation').locator('summary', { hasText: /^PIQA/ }).first().click();
  return hub;
}

async function setNumber(page: Page, label: RegExp, value: string): Promise<void> {
  const input = cell(page, 'evaluation').getByLabel(label);
  await input.fill(value);
  await input.press('Tab');
}

test('fetched by a click and not before, pinned, asked as lm-evaluation-harness asks them, and kept', async ({ page }) => {
  const hub = await openSets(page, { name: 'piqa_style', limit: 2 });
  await expect(cell(page, 'evaluation')).toContainText('Bisk et al. 2020');
  expect(hub.asked, 'nothing before the click').toEqual([]);
  await fetchButton(page).click();
  await expect(news(page)).toHaveText(`${count} items of PIQA are ready; the first 100 are asked.`);
  const asked = hub.asked.length;
  expect(asked).toBe(4); // the commit, the list of files, the file, the storage it lies on

  const task = cellOf(parseNotebook((await exportNotebook(page)).text, 'exported'), 'evaluation', 'evaluation').tasks[1];
  expect(task).toEqual({ name: 'piqa', sha256: hashOf(served.splits.validation), pool: null, commit: fakeCommit, shots: 0, seed: 1234, skip: 0, limit: 100 });
  if (official) expect(task.sha256, 'the items that their authors published').toBe(piqa.knownItems);

  await setNumber(page, /^PIQA: first/, '12');
  await untilSaved(page);
  await page.reload();
  await expect(cell(page, 'evaluation')).toBeVisible();
  await runAll(page);
  expect(hub.asked.length, 'kept over a reload').toBe(asked);
  const { answers } = resultOf(await readResults(page, ['evaluation']), 'evaluation', 'evaluation');
  const found = answers.find((each) => each.model === 'step8000' && each.task === 'piqa')?.answers ?? [];
  expect(found).toHaveLength(12);
  if (!official) return;
  const worst = Math.max(...found.map(({ logLikelihoods }, i) => farthest(logLikelihoods, goldenOfficial.tasks.piqa.logLikelihoods[i])));
  report('fetched PIQA items on WASM, largest difference of a log-likelihood from the harness', worst);
  expect(worst).toBeLessThanOrEqual(1e-3);
});

test('with demonstrations from the training split, as the harness draws them', async ({ page }) => {
  const run = goldenTasks.runs.find(({ task, shots }) => task === 'piqa' && shots === 5);
  if (!run) throw new Error('no golden run of PIQA with demonstrations');
  const hub = await serveHub(page, { ...served, splits: { validation: madeUp('piqa.jsonl'), train: madeUp('piqa_shots.jsonl') } });
  await openPage(page);
  await importNotebook(page, askingNotebook([{ name: 'piqa', shots: 5, limit: 10 }], [bundled('step8000')]));
  await runAll(page);
  await expect(alert(cell(page, 'evaluation'))).toContainText('The items of “PIQA” are not at hand. In the evaluation cell, under Items, fetch them or pick their file');
  await cell(page, 'evaluation').getByText('Items', { exact: true }).click();
  await cell(page, 'evaluation').locator('summary', { hasText: /^PIQA/ }).first().click();
  await fetchButton(page).click();
  await expect(news(page)).toContainText('100 items of PIQA are ready; the first 10 are asked. They are not, letter by letter, those that their authors published');
  await fetchButton(page, /^Fetch demonstrations of PIQA/).click();
  await expect(news(page)).toContainText('ready to be shown as demonstrations');
  expect(hub.asked.filter((address) => address.includes('/tree/')).map((address) => address.split('/').at(-1))).toEqual(['validation', 'train']);
  await runAll(page);
  const { answers } = resultOf(await readResults(page, ['evaluation']), 'evaluation', 'evaluation');
  const worst = Math.max(...answers[0].answers.map(({ logLikelihoods }, i) => farthest(logLikelihoods, run.logLikelihoods[i])));
  report('PIQA with 5 demonstrations on WASM, largest difference of a log-likelihood from the harness', worst);
  expect(answers[0].answers).toHaveLength(10);
  expect(worst).toBeLessThanOrEqual(1e-3);
});

test.describe('what goes wrong on the way', () => {
  test.use({ expected: async ({}, use) => use([hubRequests, /Failed to load resource/]) }); // eslint-disable-line no-empty-pattern -- Playwright reads the pattern

  test('is named, nothing is kept, and the next try works', async ({ page }) => {
    const hub = await openSets(page, { name: 'piqa_style', limit: 2 });
    const refusal = alert(cell(page, 'evaluation'));
    const cases: [Partial<ServedHub>, RegExp][] = [
      [{ changed: true }, /“default\/validation\/0000\.parquet” did not arrive as it was announced: sha256 [0-9a-f]{12}…, not [0-9a-f]{12}…\. Nothing of it was kept\./],
      [{ changed: false, offline: true }, /“baber\/piqa” could not be fetched: huggingface\.co did not answer\. Check the network connection, then try again; or get the files in another way and pick them here\./],
      [{ offline: false, refuses: 429 }, /was refused by huggingface\.co: it was asked too often from your network\. Wait a few minutes/],
    ];
    for (const [switches, sentence] of cases) {
      Object.assign(hub, switches);
      await fetchButton(page).click();
      await expect(refusal).toContainText(sentence);
      await expect(refusal).toHaveCount(1);
      await expect(cell(page, 'evaluation').getByLabel(/^PIQA: first/)).toHaveCount(0);
    }
    hub.refuses = null;
    await fetchButton(page).click();
    await expect(news(page)).toContainText('items of PIQA are ready');
    await expect(refusal).toHaveCount(0);
  });
});

test('items that are not those a notebook pins are refused, and asked for at the pinned commit', async ({ page }) => {
  const hub = await openSets(page, { name: 'piqa', sha256: 'a'.repeat(64), commit: fakeCommit });
  await fetchButton(page).click();
  await expect(alert(cell(page, 'evaluation'))).toContainText(/PIQA.*[0-9a-f]{12}…/);
  expect(hub.asked[0]).toBe(`https://huggingface.co/api/datasets/baber/piqa/tree/${fakeCommit}/default/validation`);
});

test('a download can be stopped', async ({ page }) => {
  const hub = await openSets(page, { name: 'piqa_style', limit: 2 });
  hub.slow = 3_000;
  await fetchButton(page).click();
  await cell(page, 'evaluation').getByRole('button', { name: 'Stop fetching' }).click();
  await expect(fetchButton(page)).toBeVisible({ timeout: 1_000 });
  await expect(alert(page)).toHaveCount(0);
});
