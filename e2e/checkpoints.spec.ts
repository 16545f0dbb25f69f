/** Checkpoints from the Hub, from files and from addresses, against a double of the Hub on two origins of its own. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { parseConfig } from '../src/core/checkpoint/config';
import { toFragment } from '../src/core/link/link';
import { toNotebook } from '../src/core/notebook/document';
import { doubleRequests, listed, lookUp, openSources, openStorage, refusedRequests, sources, step, useSteps } from './checkpoints-page';
import { expect, expectAccessible, test } from './fixtures';
import { root } from './golden';
import { bytesSent, commitOf, madeUpCheckpoint, picoFiles, picoRun, startHub, type RunningHub } from './hub-server';
import { smallNotebook } from './notebooks';
import { alert, cell, dropFiles, importNotebook, openLink, openPage, readTable, runAll, stopButton, untilIdle, untilSaved } from './page';

const repo = 'stockpot/pico';
const pico = join(root, 'models/pico');
const picoConfig = parseConfig(readFileSync(join(pico, 'config.json'), 'utf8'), 'config.json');
/** 58 MB: long enough to be cut, short enough to be hashed in a test. */
const wide = parseConfig(JSON.stringify({ ...picoConfig, hidden_size: 512, num_hidden_layers: 8, num_attention_heads: 8, intermediate_size: 2048 }), 'config.json');
const large = madeUpCheckpoint(wide, 1);
const piece = 8 * 2 ** 20;

let hub: RunningHub;

test.beforeAll(async () => {
  const config = Buffer.from(JSON.stringify({ ...(JSON.parse(readFileSync(join(pico, 'config.json'), 'utf8')) as object), hidden_size: 512, num_hidden_layers: 8, num_attention_heads: 8, intermediate_size: 2048 }));
  const files = { ...picoFiles(), 'config.json': { bytes: config.byteLength, read: (begin: number, end: number) => new Uint8Array(config.subarray(begin, end)) } };
  hub = await startHub([picoRun(repo), { repo: 'stockpot/large', revisions: [{ name: 'step1', files: { ...files, 'model.safetensors': large } }] }]);
});
test.afterEach(() => {
  Object.assign(hub.switches, { offline: false, refuse: null, cut: null, flip: null, ignoreRange: false, etag: '', slow: 0, noPreflight: false });
  hub.log.length = 0;
});
test.afterAll(() => hub.close());

/** A notebook whose checkpoints are this one of the double, not fetched yet. */
async function withLarge(page: Page): Promise<void> {
  await openPage(page, '#lesson=first-soup'); // and not what another tab has open
  await importNotebook(page, smallNotebook());
  await openSources(page);
  await lookUp(page, hub.endpoint, 'stockpot/large');
  await useSteps(page, ['step1']);
}

const checkFiles = (page: Page) => cell(page, 'checkpoints').getByRole('button', { name: /Check files/ }).click();

test('a timeline of 154 steps; equal weights told before anything is fetched; a soup of two steps, as bundled ones give it, and kept over a reload', async ({ page, expected }) => {
  expected.push(doubleRequests);
  await openPage(page);
  await importNotebook(page, smallNotebook());
  await runAll(page);
  const bundledTable = await readTable(page, 'perplexity');
  await openSources(page);
  await lookUp(page, hub.endpoint, repo);
  await expect(sources(page).getByRole('option')).toHaveCount(155);
  await expect(sources(page)).toContainText('154 of them training steps');

  for (const name of ['step2000', 'step3000']) await step(page, name).click();
  await expect(sources(page)).toContainText('“step2000” and “step3000” have the same weights, byte for byte');
  await expectAccessible(page, 'the window of other checkpoints');
  for (const name of ['step2000', 'step3000']) await step(page, name).click();
  // by keyboard: one stop of the Tab key, then arrows
  await sources(page).getByRole('listbox').press('Home');
  await page.keyboard.press('Space');
  await expect(step(page, 'step0')).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Space');
  await expect(step(page, 'step0')).toHaveAttribute('aria-selected', 'false');
  for (const name of ['step7000', 'step8000']) await step(page, name).click();
  await expect(sources(page)).toContainText('The cell has all of these already.');
  for (const name of ['step7000', 'step8000']) await step(page, name).click();
  expect(hub.log.filter(({ file, status }) => file === 'model.safetensors' && status < 300)).toEqual([]);

  await useSteps(page, ['step5000', 'step6000']);
  await runAll(page);
  const table = await readTable(page, 'perplexity');
  expect(table).toHaveLength(3);
  expect(table).not.toEqual(bundledTable);
  const asked = hub.log.length;
  await page.reload();
  await expect.poll(() => readTable(page, 'perplexity')).toEqual(table);
  await expect.poll(() => listed(page)).toEqual([expect.stringContaining('step5000 4.5 MB, here'), expect.stringContaining('step6000 4.5 MB, here')]);
  await cell(page, 'text').getByRole('textbox').first().fill('Another text, so that the weights are read once more.');
  await runAll(page);
  expect(hub.log.length, 'requests after the reload').toBe(asked);

  const panel = await openStorage(page);
  await expect(panel).toContainText(`${repo} step5000 model.safetensors`);
  await expectAccessible(page, 'the panel of kept files');
  await panel.getByRole('button', { name: `Check ${repo} step5000 model.safetensors` }).click();
  await expect(panel.getByRole('status')).toContainText('is as it was when it came');
  await page.evaluate(() => (navigator.storage.persist = () => Promise.resolve(false)));
  await panel.getByRole('button', { name: 'Ask the browser to keep them' }).click();
  await expect(panel.getByRole('status')).toContainText('The browser did not agree');
  await panel.getByRole('button', { name: 'Delete all' }).click();
  await expect(panel).toContainText('Nothing is kept.');
});

test('a download that is cut at half goes on after a reload, with at most a piece fetched twice', async ({ page, expected }) => {
  expected.push(doubleRequests);
  await withLarge(page);
  hub.switches.cut = { after: large.bytes / 2, thenOffline: true };
  await checkFiles(page);
  await expect(alert(cell(page, 'checkpoints'))).toContainText(/could not be fetched|was cut/, { timeout: 60_000 });
  await untilSaved(page);
  await page.reload();
  await expect.poll(() => listed(page)).toEqual([expect.stringContaining('fetched when a run needs it')]);
  Object.assign(hub.switches, { cut: null, offline: false });
  await checkFiles(page);
  await untilIdle(page);
  await expect.poll(() => listed(page)).toEqual([expect.stringContaining('step1 59 MB, here')]);
  const sent = bytesSent(hub, 'model.safetensors');
  expect(sent).toBeGreaterThanOrEqual(large.bytes);
  expect(sent - large.bytes, 'bytes fetched twice').toBeLessThanOrEqual(piece);
});

test('a flipped byte is caught: the file is fetched once more, then refused', async ({ page, expected }) => {
  expected.push(doubleRequests);
  await openPage(page);
  await importNotebook(page, smallNotebook());
  await openSources(page);
  await lookUp(page, hub.endpoint, repo);
  await useSteps(page, ['step5000', 'step6000']);
  hub.switches.flip = 3_000_000;
  await checkFiles(page);
  await expect(alert(cell(page, 'checkpoints'))).toContainText(/sha256/);
  hub.switches.flip = null;
  await checkFiles(page);
  await untilIdle(page);
  await expect.poll(() => listed(page)).toEqual([expect.stringContaining('here'), expect.stringContaining('here')]);
});

test('busy servers and an address that no longer holds are ridden out', async ({ page, expected }) => {
  expected.push(doubleRequests, refusedRequests);
  await openPage(page);
  await importNotebook(page, smallNotebook());
  await openSources(page);
  hub.switches.refuse = { from: 'hub', status: 429, times: 2, retryAfter: '1' };
  await lookUp(page, hub.endpoint, repo);
  // how long the server asked to wait is no page's to read, as with the real one: its own patience grows from try to try
  await expect(sources(page).getByRole('option')).toHaveCount(155, { timeout: 60_000 });
  await useSteps(page, ['step5000', 'step6000']);
  hub.switches.refuse = { from: 'storage', status: 503, times: 1, retryAfter: '1' };
  await checkFiles(page);
  await untilIdle(page);
  await expect.poll(() => listed(page)).toEqual([expect.stringContaining('here'), expect.stringContaining('here')]);
});

test('a signed address that expires on the way is asked for again', async ({ page, expected }) => {
  expected.push(doubleRequests);
  await withLarge(page);
  hub.switches.cut = { after: large.bytes / 2 };
  const expiring = setInterval(() => hub.switches.cut === null && hub.expire(), 20);
  await checkFiles(page);
  await untilIdle(page);
  clearInterval(expiring);
  await expect.poll(() => listed(page)).toEqual([expect.stringContaining('here')]);
});

test('a full disk is told, and nothing is lost', async ({ page, expected }) => {
  expected.push(doubleRequests);
  await openPage(page);
  await importNotebook(page, smallNotebook());
  await runAll(page);
  const before = await readTable(page, 'perplexity');
  await openSources(page);
  await lookUp(page, hub.endpoint, 'stockpot/large');
  await useSteps(page, ['step1']);
  const session = await page.context().newCDPSession(page);
  const { origin } = new URL(page.url());
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 20_000_000 });
  await checkFiles(page);
  await expect(alert(cell(page, 'checkpoints'))).toContainText(/room|full/, { timeout: 60_000 });
  await page.getByRole('button', { name: 'Undo' }).click();
  expect(await readTable(page, 'perplexity')).toEqual(before);
  await page.getByRole('button', { name: 'Redo' }).click();
  await session.send('Storage.overrideQuotaForOrigin', { origin });
  await checkFiles(page);
  await untilIdle(page);
  await expect.poll(() => listed(page)).toEqual([expect.stringContaining('here')]);
});

test('two tabs that want one file fetch it once', async ({ page, another, expected }) => {
  expected.push(doubleRequests);
  await withLarge(page);
  const other = await another('tab');
  await withLarge(other);
  hub.log.length = 0;
  hub.switches.slow = 10;
  await checkFiles(page);
  await expect(cell(page, 'checkpoints')).toContainText('Fetching step1');
  await checkFiles(other);
  await Promise.all([untilIdle(page), untilIdle(other)]);
  for (const tab of [page, other]) await expect.poll(() => listed(tab)).toEqual([expect.stringContaining('here')]);
  expect(bytesSent(hub, 'model.safetensors')).toBe(large.bytes);
});

test('a download is stopped, and goes on where it was', async ({ page, expected }) => {
  expected.push(doubleRequests);
  await withLarge(page);
  hub.switches.slow = 2;
  await checkFiles(page);
  await expect.poll(() => bytesSent(hub, 'model.safetensors')).toBeGreaterThan(2 * piece);
  await stopButton(page).click();
  await untilIdle(page);
  await expect(page.locator('[data-status=failed]')).toHaveCount(0);
  hub.switches.slow = 0;
  await checkFiles(page);
  await untilIdle(page);
  await expect.poll(() => listed(page)).toEqual([expect.stringContaining('here')]);
  // what the connection held when it was closed is counted as sent: a few pieces at most
  expect(bytesSent(hub, 'model.safetensors') - large.bytes).toBeLessThanOrEqual(2 * piece);
});

test('the folder of a run from the disk: picked, merged, there after a reload, and nothing sent anywhere', async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), 'stockpot-run-'));
  for (const [at, from] of [['checkpoint-20', 'step8000'], ['checkpoint-3', 'step7000']]) {
    mkdirSync(join(folder, at));
    cpSync(join(pico, from, 'model.safetensors'), join(folder, at, 'model.safetensors'));
    cpSync(join(pico, 'config.json'), join(folder, at, 'config.json'));
  }
  cpSync(join(pico, 'tokenizer.json'), join(folder, 'tokenizer.json'));
  await openPage(page);
  await importNotebook(page, smallNotebook());
  await runAll(page);
  const bundledTable = await readTable(page, 'perplexity');
  await importNotebook(page, smallNotebook('Mine', []));
  await openSources(page);
  await sources(page).getByLabel('My files').check();
  await sources(page).getByLabel('Pick a folder').setInputFiles(folder);
  await sources(page).getByRole('button', { name: 'Add these 2' }).click();
  await expect.poll(() => listed(page)).toEqual([expect.stringMatching(/^checkpoint-3 4.5 MB, here/), expect.stringMatching(/^checkpoint-20 4.5 MB, here/)]);
  await runAll(page);
  const numbers = (table: string[][]) => table.map((row) => row[1]);
  expect(numbers(await readTable(page, 'perplexity'))).toEqual(numbers(bundledTable));
  rmSync(folder, { recursive: true });
  await untilSaved(page);
  await page.reload();
  await expect.poll(() => listed(page)).toEqual([expect.stringContaining('here'), expect.stringContaining('here')]);
  await cell(page, 'text').getByRole('textbox').first().fill('Another text, so that the weights are read once more.');
  await runAll(page);
  await expect(page.locator('[data-status=failed]')).toHaveCount(0);
});

test('weights dropped on the page open the window of other checkpoints', async ({ page }) => {
  await openPage(page);
  await importNotebook(page, smallNotebook('Dropped', []));
  await dropFiles(page, [
    { name: 'model.safetensors', content: readFileSync(join(pico, 'step1000/model.safetensors')) },
    { name: 'config.json', content: readFileSync(join(pico, 'config.json')) },
    { name: 'tokenizer.json', content: readFileSync(join(pico, 'tokenizer.json')) },
  ]);
  await sources(page).getByRole('button', { name: 'Add model' }).click();
  await expect.poll(() => listed(page)).toEqual([expect.stringMatching(/^model 4.5 MB, here/)]);
});

test('files that are no checkpoint are refused by name, and nothing changes', async ({ page }) => {
  await openPage(page);
  await importNotebook(page, smallNotebook());
  await openSources(page);
  await sources(page).getByLabel('My files').check();
  const config = { name: 'config.json', mimeType: '', buffer: readFileSync(join(pico, 'config.json')) };
  const tokenizer = { name: 'tokenizer.json', mimeType: '', buffer: readFileSync(join(pico, 'tokenizer.json')) };
  const weights = (buffer: Buffer) => ({ name: 'model.safetensors', mimeType: '', buffer });
  const pick = sources(page).getByLabel('Pick files');
  for (const [files, sentence] of [
    [[weights(Buffer.from('<!doctype html><title>Sign in</title>')), config, tokenizer], /HTML|page/],
    [[weights(Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n')), config, tokenizer], /Git/],
    [[weights(Buffer.alloc(3)), config, tokenizer], /model/],
    [[weights(readFileSync(join(pico, 'step1000/model.safetensors'))), config], 'has no tokenizer.json'],
    [[weights(readFileSync(join(pico, 'step1000/model.safetensors'))), tokenizer, { ...config, buffer: Buffer.from('{"model_type":"mamba"}') }], 'model_type'],
  ] as const) {
    await pick.setInputFiles([...files]);
    await expect(alert(sources(page))).toContainText(sentence);
    await alert(sources(page)).getByRole('button').first().click();
  }
  await page.keyboard.press('Escape');
  await runAll(page);
  expect(await readTable(page, 'perplexity')).toHaveLength(3);
});

test('an address: fetched by a click, pinned by its hashes; in somebody else’s notebook nothing is asked before it is allowed', async ({ page, another, expected }) => {
  expected.push(doubleRequests);
  const base = `${hub.endpoint}/${repo}/resolve/${commitOf(repo, 'step5000')}/`;
  await openPage(page);
  await importNotebook(page, smallNotebook('From an address', []));
  await openSources(page);
  await sources(page).getByLabel('An address').check();
  await sources(page).getByLabel('Address', { exact: true }).fill(base);
  await sources(page).getByRole('button', { name: /^Fetch it from localhost/ }).click();
  await sources(page).getByRole('button', { name: /^Add / }).click();
  await runAll(page);
  expect(await readTable(page, 'perplexity')).toHaveLength(2);

  const kept = await page.evaluate(() => location.hash);
  expect(kept).toMatch(/^#notebook=/);
  const other = await another('fresh profile');
  const file = (path: string, sha256: string) => ({ path, bytes: 1000, sha256: sha256.repeat(64) });
  const source = { kind: 'url', base, weights: [file('model.safetensors', 'a')], config: file('config.json', 'b'), tokenizer: file('tokenizer.json', 'c') };
  const notebook = toNotebook({ stockpot: 3, title: 'Foreign', cells: [{ id: 'checkpoints', kind: 'checkpoints', checkpoints: [{ id: 'theirs', source, sha256: 'a'.repeat(64) }] }] }, 'f');
  hub.log.length = 0;
  await openLink(other, `${new URL(page.url()).origin}/#${await toFragment(notebook)}`);
  await expect(cell(other, 'checkpoints')).toContainText('has not asked for anything yet');
  await checkFiles(other);
  await expect(alert(cell(other, 'checkpoints'))).toContainText('you have not allowed this page to ask for anything');
  expect(hub.log).toEqual([]);
  await cell(other, 'checkpoints').getByRole('button', { name: /^Allow fetching from localhost/ }).click();
  await checkFiles(other);
  // Both are asked for at once, and either may answer first.
  await expect(alert(cell(other, 'checkpoints'))).toContainText(/(config|tokenizer)\.json/);
  expect(hub.log.length).toBeGreaterThan(0);
});
