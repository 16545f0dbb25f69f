/** The default notebook on WASM: its numbers, what goes stale, what is kept, what leaves as a file. */
import { reportOf } from '../src/core/notebook/report';
import { parseNotebook } from '../src/core/notebook/document';
import { compareReports, compareWithHarness, undecidedItems } from './agreement';
import { expect, test } from './fixtures';
import { farthest, goldenHarness, goldenNll, report } from './golden';
import { cellOf, commandLine, defaultNotebook } from './notebooks';
import { cell, exportNotebook, importFile, measurements, openLesson, openPage, readResults, readTable, resultOf, runAll, staleCells, untilSaved } from './page';

const runnable = ['checkpoints', 'weighted', 'uniform', 'line', 'perplexity', 'evaluation'];
const tasks = ['piqa_style', 'winogrande_style'];

test('Run all gives the golden numbers and those of the command line, on two threads, within 90 seconds', async ({ page }, info) => {
  const fetched: string[] = [];
  page.on('request', (request) => request.url().endsWith('.safetensors') && fetched.push(new URL(request.url()).pathname));
  await openPage(page);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  const before = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
  expect(before.filter((name) => /\.wasm|\.safetensors|engine\.worker/.test(name)), 'nothing heavy before the engine is needed').toEqual([]);

  const seconds = await runAll(page);
  report('Run all of the default notebook on WASM', seconds, ' s');
  expect(seconds).toBeLessThan(90);
  await expect(page.locator('[data-status=failed]')).toHaveCount(0);
  await expect(page.locator('[data-backend]')).toHaveText(/^WASM · fp32 · 2 threads$/);
  expect(fetched.sort()).toEqual(['/models/pico/step7000/model.safetensors', '/models/pico/step8000/model.safetensors']);

  const results = await readResults(page, runnable);
  const found = resultOf(results, 'perplexity', 'perplexity');
  expect(cellOf(defaultNotebook(), 'text', 'text').text, 'the text of the golden files').toBe(goldenNll.text);
  for (const id of ['step7000', 'step8000', 'uniform']) {
    const documents = found.tokens[0].models.find(({ model }) => model === id)?.nll ?? [];
    expect(documents).toHaveLength(goldenNll.documents.length);
    const worst = Math.max(...documents.map((nll, i) => farthest(nll, goldenNll.models[id].documents[i])));
    report(`page on WASM, ${id}, largest difference of a token's NLL from transformers`, worst);
    expect(worst).toBeLessThanOrEqual(1e-4);
  }
  const evaluation = resultOf(results, 'evaluation', 'evaluation');
  for (const id of ['step7000', 'step8000', 'uniform']) {
    for (const task of tasks) {
      const { worst, wrong } = compareWithHarness(id, task, evaluation, 2e-4);
      expect(worst, `${id} on ${task}`).toBeLessThanOrEqual(1e-4);
      expect(wrong, `items of ${task} called differently by ${id}`).toEqual([]);
      const row = evaluation.rows.find((row) => row.model === id && row.task === task);
      expect(row?.accuracy).toBeCloseTo(goldenHarness.models[id].tasks[task].acc, 9);
    }
  }

  const cli = await commandLine(JSON.stringify(defaultNotebook()), info.outputPath());
  const agreement = compareReports(reportOf(defaultNotebook(), results), cli, undecidedItems(evaluation, 2e-4));
  report('page on WASM against the command line: mean NLL', agreement.nll);
  report('  coefficients', agreement.coefficient);
  report('  standard errors, relative', agreement.error);
  expect(agreement.differ).toEqual([]);
  expect(agreement.nll).toBeLessThanOrEqual(1e-4);
  expect(agreement.coefficient).toBeLessThanOrEqual(1e-4);
  expect(agreement.error).toBeLessThanOrEqual(1e-3);

  const shown = await readTable(page, 'perplexity');
  expect(shown.map(([model, perplexity]) => [model, perplexity])).toEqual(found.rows.map(({ model, perplexity, stderr }) => [model, `${perplexity.toFixed(2)} ± ${stderr?.toFixed(2)}`]));
});

test('another pair makes old results stale, not gone; the first pair again computes nothing', async ({ page }) => {
  await openPage(page);
  await runAll(page);
  const near = await readTable(page, 'weighted');
  expect(Math.abs(Number.parseFloat(near[1][1]) - 0.5), 'neighbours share about equally').toBeLessThan(0.06);

  await page.getByRole('button', { name: 'Distant pair' }).click();
  expect(await staleCells(page)).toEqual(runnable);
  await expect(cell(page, 'checkpoints')).toContainText('Its settings changed since this was computed.');
  await expect(cell(page, 'weighted')).toContainText('“Two checkpoints of one training run” changed since this was computed.');
  expect(await readTable(page, 'weighted'), 'the old numbers stay').toEqual(near);

  await runAll(page);
  expect(await staleCells(page)).toEqual([]);
  const far = await readTable(page, 'weighted');
  expect(far.map(([name]) => name)).toEqual(['step500', 'step8000']);
  expect(Math.abs(Number.parseFloat(far[1][1]) - 0.5), 'a distant pair does not').toBeGreaterThan(0.15);
  const [early, late, , weighted] = await readTable(page, 'perplexity');
  const perplexity = (row: string[]): number => Number.parseFloat(row[1]);
  expect(perplexity(late)).toBeLessThan(perplexity(early));
  expect(perplexity(weighted), 'merging a distant pair hurts').toBeGreaterThan(perplexity(late));

  const computed = await measurements(page);
  expect(computed).toBeGreaterThan(20);
  await page.getByRole('button', { name: 'Late neighbours' }).click();
  const seconds = await runAll(page);
  report('the first pair again', seconds, ' s');
  expect(seconds).toBeLessThan(15);
  expect(await readTable(page, 'weighted')).toEqual(near);
  expect(await measurements(page), 'measurements kept').toBe(computed);
});

test('a pasted text makes exactly the cells that rest on it stale', async ({ page }) => {
  await openPage(page);
  await runAll(page);
  await page.getByRole('textbox', { name: 'A text, without labels' }).fill('Another text, pasted over the old one.');
  // what is asked of the weighted soup rests on the text as well, by its coefficients
  expect(await staleCells(page)).toEqual(['weighted', 'line', 'perplexity', 'evaluation']);
  await expect(cell(page, 'line')).toContainText('“A text, without labels” changed since this was computed.');
  await expect(cell(page, 'evaluation')).toContainText('“A soup weighted by perplexity” changed since this was computed.');
  await page.getByRole('textbox', { name: 'A text, without labels' }).fill(cellOf(defaultNotebook(), 'text', 'text').text);
  expect(await staleCells(page), 'the old text again').toEqual([]);
});

test('a reload, and a file, bring the notebook back', async ({ page }) => {
  await openPage(page);
  await runAll(page);
  await page.getByLabel('Title of the notebook').fill('Mine');
  await page.getByRole('slider').press('Home');
  const table = await readTable(page, 'perplexity');
  const { name, text } = await exportNotebook(page);
  expect(name).toBe('mine.json');
  const exported = parseNotebook(text, name);
  expect(exported).toEqual({ ...defaultNotebook(), title: 'Mine', cells: defaultNotebook().cells.map((cell) => (cell.kind === 'sweep' ? { ...cell, at: 0 } : cell)) });

  await untilSaved(page);
  await page.reload();
  await expect(page.getByLabel('Title of the notebook')).toHaveValue('Mine');
  await expect.poll(() => readTable(page, 'perplexity'), 'results are kept').toEqual(table);
  expect(await staleCells(page)).toEqual([]);
  await expect(page.getByRole('slider')).toHaveValue('0');

  await openLesson(page, 'First soup');
  await expect(page.getByLabel('Title of the notebook')).toHaveValue(defaultNotebook().title);
  await importFile(page, name, text);
  await expect(page.getByLabel('Title of the notebook')).toHaveValue('Mine');
  expect((await exportNotebook(page)).text).toBe(text);
});
