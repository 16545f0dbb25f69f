/** The notebook on WebGPU, by a software adapter; and what happens on devices that compute wrongly. */
import type { Page } from '@playwright/test';
import type { Notebook } from '../src/core/notebook/document';
import { reportOf } from '../src/core/notebook/report';
import { compareReports, compareWithHarness, undecidedItems } from './agreement';
import { expect, test } from './fixtures';
import { farthest, goldenNll, report } from './golden';
import { commandLine, defaultNotebook, shortText, smallNotebook } from './notebooks';
import { alert, cell, chooseDevice, engineWorker, exportNotebook, importNotebook, openLink, openPage, readResults, readTable, resultOf, runAll, runButton, shareLink, untilIdle, verdicts } from './page';

const margin = 2e-3;

/** Puts code in front of the engine worker's own; @returns how many workers were started with it. */
async function inWorker(page: Page, code: string): Promise<() => number> {
  let started = 0;
  await page.route('**/engine.worker-*.js', async (route) => {
    const response = await route.fetch();
    started++;
    await route.fulfill({ response, body: `${code}\n${await response.text()}` });
  });
  return () => started;
}

/** WebGPU tells a mistake only by an event, and a worker's events never reach a test: here they become console errors. */
const outspoken = `{ const ask = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (...wishes) {
    const device = await ask.apply(this, wishes);
    device.addEventListener('uncapturederror', ({ error }) => console.error('WebGPU: ' + error.message));
    return (self.testDevice = device);
  }; }`;

test.beforeEach(async ({ page }) => {
  await inWorker(page, outspoken);
  await openPage(page);
  const adapter = await page.evaluate(async () => (await navigator.gpu?.requestAdapter())?.info.architecture ?? null);
  expect(adapter, 'THIS BROWSER GIVES NO WEBGPU ADAPTER: nothing below would test WebGPU').toBe('swiftshader');
});

/** The default notebook, less of it: about 512 tokens, 24 items of each task, three points. */
function shorterNotebook(): Notebook {
  const notebook = defaultNotebook();
  const cells = notebook.cells.map((cell) => {
    if (cell.kind === 'text') return { ...cell, text: cell.text.slice(0, cell.text.lastIndexOf('. ', Math.round(0.9 * cell.text.length)) + 1) };
    if (cell.kind === 'evaluation') return { ...cell, tasks: cell.tasks.map((task) => ({ ...task, limit: 24 })) };
    return cell.kind === 'sweep' ? { ...cell, points: 3 } : cell;
  });
  return { ...notebook, title: 'Shorter', cells };
}

test('a notebook of 512 tokens and 24 items per task agrees with the golden numbers and the command line', async ({ page }, info) => {
  await importNotebook(page, shorterNotebook());
  const seconds = await runAll(page, 9 * 60_000);
  report('Run all of the shorter notebook on WebGPU (SwiftShader)', seconds, ' s');
  await expect(page.locator('[data-status=failed]')).toHaveCount(0);
  await expect(page.locator('[data-backend]')).toHaveText(/^WebGPU · fp32 · google swiftshader \(software\)$/);
  await expect(page.locator('[data-engine-notice]')).toHaveCount(0);
  const results = await readResults(page, ['weighted', 'uniform', 'line', 'perplexity', 'evaluation']);
  expect([...results.values()].map(({ backend }) => backend.kind)).toEqual([...results].map(() => 'webgpu'));

  const { rows, tokens } = resultOf(results, 'perplexity', 'perplexity');
  expect(rows[0].tokens).toBeGreaterThan(490);
  expect(rows[0].tokens).toBeLessThan(530);
  for (const id of ['step7000', 'step8000', 'uniform']) {
    const documents = tokens[0].models.find(({ model }) => model === id)?.nll ?? [];
    // the last document is cut short, so its tokens are the first ones of the golden document, but for the one at the cut
    const worst = Math.max(...documents.map((nll, i) => {
      const whole = goldenNll.models[id].documents[i];
      const length = i < documents.length - 1 ? whole.length : Math.min(whole.length, nll.length - 1);
      return farthest(Array.from(nll).slice(0, length), whole.slice(0, length));
    }));
    report(`page on WebGPU, ${id}, largest difference of a token's NLL from transformers`, worst);
    expect(worst).toBeLessThanOrEqual(1e-3);
  }
  const evaluation = resultOf(results, 'evaluation', 'evaluation');
  for (const id of ['step7000', 'step8000', 'uniform']) {
    for (const task of ['piqa_style', 'winogrande_style']) {
      const { worst, wrong } = compareWithHarness(id, task, evaluation, margin);
      expect(worst, `${id} on ${task}`).toBeLessThanOrEqual(1e-3);
      expect(wrong, `items of ${task} called differently by ${id}`).toEqual([]);
    }
  }

  const { text } = await exportNotebook(page);
  const agreement = compareReports(reportOf(shorterNotebook(), results), await commandLine(text, info.outputPath()), undecidedItems(evaluation, margin));
  report('page on WebGPU against the command line: mean NLL', agreement.nll);
  report('  coefficients', agreement.coefficient);
  report('  standard errors, relative', agreement.error);
  expect(agreement.differ).toEqual([]);
  expect(agreement.nll).toBeLessThanOrEqual(1e-3);
  expect(agreement.coefficient).toBeLessThanOrEqual(1e-3);
  expect(agreement.error).toBeLessThanOrEqual(1e-2);
});

/** What the small notebook must come to on any device, from the command line. */
async function expectRightNumbers(page: Page, folder: string): Promise<void> {
  const results = await readResults(page, ['uniform', 'perplexity']);
  const agreement = compareReports(reportOf(smallNotebook(), results), await commandLine(JSON.stringify(smallNotebook()), folder), () => 0);
  expect(agreement.differ).toEqual([]);
  expect(agreement.nll).toBeLessThanOrEqual(1e-3);
}

/** Every kind of result, little of each. */
function crossing(): Notebook {
  const notebook = shorterNotebook();
  const cells = notebook.cells.map((cell) => {
    if (cell.kind === 'text') return { ...cell, title: 'My text', text: `${shortText} ${shortText}` };
    return cell.kind === 'evaluation' ? { ...cell, tasks: cell.tasks.map((task) => ({ ...task, limit: 8 })) } : cell;
  });
  return { ...notebook, title: 'Crossing', cells };
}

const reproduced = { weighted: 'reproduced', uniform: 'reproduced', line: 'reproduced', perplexity: 'reproduced', evaluation: 'reproduced' };

for (const [there, here] of [['wasm', 'automatic'], ['automatic', 'wasm']] as const) {
  const names = { wasm: 'WASM', automatic: 'WebGPU' };
  test(`a link made on ${names[there]} is reproduced on ${names[here]}`, async ({ page, another }) => {
    await chooseDevice(page, there);
    await importNotebook(page, crossing());
    await runAll(page, 5 * 60_000);
    const link = await shareLink(page, { texts: ['My text'] });

    const other = await another('fresh profile');
    await openPage(other);
    await chooseDevice(other, here);
    await openLink(other, link);
    await runAll(other, 5 * 60_000);
    expect(await verdicts(other)).toEqual(reproduced);
    const said = cell(other, 'perplexity').locator('[data-verdict]');
    await expect(said).toContainText(new RegExp(`Here on ${names[here]} .*, reported on ${names[there]}`));
    await expect(other.getByText('5 of 5 results are reproduced.')).toBeVisible();
  });
}

test('the self-test refuses narrow subgroups, the page says so, and goes on without them', async ({ page }, info) => {
  await openPage(page, '?subgroups=always');
  await importNotebook(page, smallNotebook());
  await runAll(page);
  const notice = page.locator('[data-engine-notice]');
  await expect(notice).toContainText('did not pass its self-test: scores of a known model are off by');
  await expect(notice).toContainText(/without its subgroup instructions/i);
  report('what the refused device was off by', Number(/off by ([\d.e-]+)/.exec(await notice.innerText())?.[1].replace(/\.$/, '')));
  await expect(page.locator('[data-backend]')).toHaveAttribute('data-backend', 'webgpu');
  await expectRightNumbers(page, info.outputPath());
});

/** Faults of a device, put in front of the worker's own code. */
const faults = {
  'loses half of every large upload': {
    code: `{ const write = GPUQueue.prototype.writeBuffer;
      GPUQueue.prototype.writeBuffer = function (buffer, offset, data, ...rest) {
        const bytes = new Uint8Array(ArrayBuffer.isView(data) ? data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) : data.slice(0));
        return write.call(this, buffer, offset, bytes.length < 2048 ? bytes : bytes.fill(0, bytes.length >> 1), ...rest);
      }; }`,
    says: /did not pass its self-test|gave nothing but zeros/,
  },
  'gives no device': { code: `GPUAdapter.prototype.requestDevice = () => Promise.reject(new DOMException('out of order', 'OperationError'));`, says: /out of order/ },
  'has no adapter': { code: 'GPU.prototype.requestAdapter = () => Promise.resolve(null);', says: /no WebGPU adapter/ },
};

for (const [fault, { code, says }] of Object.entries(faults)) {
  test(`a device that ${fault} gives way to WASM, with a sentence`, async ({ page }, info) => {
    const started = await inWorker(page, code);
    await importNotebook(page, smallNotebook());
    await runAll(page);
    expect(started(), 'workers started: on WebGPU, then on WASM').toBeGreaterThanOrEqual(2);
    await expect(page.locator('[data-engine-notice]')).toContainText(says);
    await expect(page.locator('[data-engine-notice]')).toContainText('The processor (WASM) is used instead.');
    await expect(page.locator('[data-backend]')).toHaveText(/^WASM · fp32 · 2 threads$/);
    await expect(alert(page)).toHaveCount(0);
    await expectRightNumbers(page, info.outputPath());
  });
}

test('a device that is lost midway ends with a sentence; what was finished stays, and the next run starts afresh', async ({ page }, info) => {
  await importNotebook(page, smallNotebook());
  await runAll(page);
  const before = await readTable(page, 'perplexity');
  await page.getByRole('textbox', { name: 'My text' }).fill(goldenNll.documents.join(' '));
  await runButton(page).click();
  await expect(cell(page, 'perplexity')).toHaveAttribute('data-status', 'running');
  await engineWorker(page).evaluate(() => (self as unknown as { testDevice: GPUDevice }).testDevice.destroy());
  await untilIdle(page);
  await expect(alert(cell(page, 'perplexity'))).toContainText('The graphics device was lost');
  await expect(alert(cell(page, 'perplexity'))).toContainText('Run again');
  expect(await readTable(page, 'perplexity'), 'the old result').toEqual(before);

  await page.getByRole('textbox', { name: 'My text' }).fill(shortText);
  await runAll(page);
  await expect(page.locator('[data-status=failed]')).toHaveCount(0);
  await expect(page.locator('[data-backend]')).toHaveAttribute('data-backend', 'webgpu');
  await expectRightNumbers(page, info.outputPath());
});
