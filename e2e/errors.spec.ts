/** What goes wrong, and what a reader then sees: a sentence that names the thing, old results still there, a notebook that works. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { toNotebook, type Notebook } from '../src/core/notebook/document';
import { expect, test } from './fixtures';
import { root } from './golden';
import { bundled, shortText, smallNotebook } from './notebooks';
import { alert, cell, drop, engineWorker, importNotebook, openPage, readTable, runAll, runButton, untilIdle } from './page';

const model = (name: string): Promise<Buffer> => readFile(join(root, `models/pico/${name}/model.safetensors`));

async function opened(page: Page, notebook = smallNotebook()): Promise<void> {
  await openPage(page);
  await importNotebook(page, notebook);
}

/** That nothing is wrong (any more): every cell has a result that holds, of three models. */
async function expectUsable(page: Page): Promise<void> {
  await runAll(page);
  await expect(page.locator('[data-status=failed], [data-stale=true]')).toHaveCount(0);
  expect(await readTable(page, 'perplexity')).toHaveLength(3);
}

test.describe('a wrong file dropped on the page', () => {
  const files: [name: string, content: () => Promise<Buffer>, says: string[]][] = [
    ['holiday.jpg', () => Promise.resolve(Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 197 + (i >> 3)) % 256))), ['“holiday.jpg” is not a file this page can use here', 'Nothing was changed.']],
    ['settings.json', () => Promise.resolve(Buffer.from('{"colour": "blue"}')), ['“settings.json” is not a Stockpot notebook: it has no field “stockpot”', 'Your open notebook is unchanged.']],
    ['broken.json', () => Promise.resolve(Buffer.from('{"stockpot": 1,')), ['“broken.json” is not a Stockpot notebook: it is not JSON']],
    ['future.json', () => Promise.resolve(Buffer.from('{"stockpot": 99, "title": "", "cells": []}')), ['“future.json” was written in format 99; this page knows formats up to 4']],
    ['weights.safetensors', () => model('step500'), ['“weights” has no config.json', 'Choose the whole folder']],
  ];

  test('is named, with the way out, and changes nothing', async ({ page }) => {
    await opened(page);
    await runAll(page);
    const before = await readTable(page, 'perplexity');
    for (const [name, content, says] of files) {
      await drop(page, name, await content());
      for (const sentence of says) await expect(alert(page), name).toContainText(sentence);
      await expect(alert(page)).toHaveCount(1);
      await expect(page.locator('[data-stale=true]')).toHaveCount(0);
      expect(await readTable(page, 'perplexity'), name).toEqual(before);
      await page.getByRole('button', { name: 'Dismiss' }).click();
      await expect(alert(page)).toHaveCount(0);
    }
    await page.keyboard.press('Escape'); // weights are looked at in a window of their own
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await drop(page, 'story.txt', Buffer.from('A plain text is welcome.'));
    await expect(page.getByRole('textbox', { name: 'My text' })).toHaveValue('A plain text is welcome.');
    await expectUsable(page);
  });
});

test('an empty text, and one of a single token', async ({ page }) => {
  await opened(page);
  await runAll(page);
  const before = await readTable(page, 'perplexity');
  const text = page.getByRole('textbox', { name: 'My text' });
  for (const empty of ['', ' \n\n ']) {
    await text.fill(empty);
    await runAll(page);
    await expect(alert(cell(page, 'perplexity'))).toContainText('The text “My text” is empty. Paste or type at least one sentence into it.');
    expect(await readTable(page, 'perplexity'), 'the old numbers stay').toEqual(before);
    await expect(page.locator('[data-status=failed]')).toHaveCount(1);
  }
  await text.fill('a');
  await expectUsable(page);
  await expect(cell(page, 'perplexity')).toContainText('1 tokens of');
  expect((await readTable(page, 'perplexity'))[0][1], 'no standard error from one token').toMatch(/^[\d,]+(\.\d+)?$/);

  await cell(page, 'perplexity').getByText('Convention', { exact: true }).click();
  await cell(page, 'perplexity').getByLabel('Convention').selectOption('strided');
  await runAll(page);
  await expect(alert(cell(page, 'perplexity'))).toContainText('1 token, and this convention scores a token only if one stands before it');
  await cell(page, 'perplexity').getByLabel('Convention').selectOption('rolling');
  await text.fill(shortText);
  await expectUsable(page);
  expect(await readTable(page, 'perplexity')).toEqual(before);
});

/** A notebook whose first checkpoint is sound and whose second one is served as these bytes. */
async function withFile(page: Page, bytes: Buffer, sha256: string): Promise<Notebook> {
  await page.route('**/step7000/model.safetensors', (route) => route.fulfill({ body: bytes, contentType: 'application/octet-stream' }));
  const bad = { ...bundled('step7000'), sha256 };
  return toNotebook(
    {
      stockpot: 2,
      title: 'One sound, one not',
      cells: [
        { id: 'sound', kind: 'checkpoints', checkpoints: [bundled('step8000')] },
        { id: 'bad', kind: 'checkpoints', checkpoints: [bad] },
        { id: 'text', title: 'My text', kind: 'text', text: shortText },
        { id: 'ofSound', kind: 'perplexity', models: ['sound'], texts: ['text'] },
        { id: 'ofBad', kind: 'perplexity', models: ['bad'], texts: ['text'] },
      ],
    },
    'test',
  );
}

/** @param at where it fails: a file as soon as it comes, a number in it when it is first used */
async function expectOnlyTheBadOneFails(page: Page, sentence: RegExp, at: 'bad' | 'ofBad' = 'bad'): Promise<void> {
  await runAll(page);
  await expect(alert(cell(page, at))).toContainText(sentence);
  expect(await readTable(page, 'ofSound')).toHaveLength(1);
  await expect(page.locator('[data-status=failed]')).toHaveCount(1);
  await expect(cell(page, 'ofBad').locator('table')).toHaveCount(0);
}

test('a weight that is not a number', async ({ page }) => {
  const file = await model('step7000');
  const header = Number(file.readBigUInt64LE(0));
  file.writeUInt16LE(0x7e00, 8 + header + 2 * 1000); // NaN, as a half
  await opened(page, await withFile(page, file, createHash('sha256').update(file).digest('hex')));
  await expectOnlyTheBadOneFails(page, /“step7000” holds 1 value in “[\w.]+” that is not a finite number/, 'ofBad');
});

test('a file damaged on the way, and whole again', async ({ page }) => {
  const file = await model('step7000');
  file[file.length - 5] ^= 1;
  await opened(page, await withFile(page, file, bundled('step7000').sha256));
  await expectOnlyTheBadOneFails(page, /The file of checkpoint “step7000” has sha256 [0-9a-f]{12}…, not 4738134b0c08…/);
  await page.unroute('**/step7000/model.safetensors');
  await runAll(page);
  await expect(page.locator('[data-status=failed]')).toHaveCount(0);
  expect(await readTable(page, 'ofBad')).toHaveLength(1);
});

const files = { 'a checkpoint': '**/step8000/model.safetensors', 'the tokenizer': '**/pico/tokenizer.json', 'the runtime': '**/*.wasm', 'the engine itself': '**/engine.worker-*.js' };
for (const [what, pattern] of Object.entries(files)) {
  test(`the network gone while ${what} is fetched, and back`, async ({ page }) => {
    await opened(page);
    await page.route(pattern, (route) => route.abort('internetdisconnected'));
    await runAll(page);
    const name = { 'a checkpoint': 'step8000/model.safetensors', 'the tokenizer': 'pico/tokenizer.json' }[what];
    const sentence = name ? `“${name}” could not be fetched: the server did not answer. Check the network connection, then run again.` : /could not be (fetched|loaded)/;
    await expect(alert(page).first()).toContainText(sentence);
    await expect(alert(page), 'one sentence, once').toHaveCount(1);
    await page.unroute(pattern);
    await expectUsable(page);
  });
}

test('the worker killed midway: the watchdog notices, and the next run starts afresh', async ({ page }) => {
  await opened(page);
  await runAll(page);
  const before = await readTable(page, 'perplexity');
  await page.getByRole('textbox', { name: 'My text' }).fill(shortText.repeat(400));
  await runButton(page).click();
  await expect(cell(page, 'perplexity').locator('progress[value]')).toBeVisible();
  const start = performance.now();
  void engineWorker(page).evaluate(() => self.close()).catch(() => undefined);
  await untilIdle(page);
  console.log(`      the watchdog took ${Math.round((performance.now() - start) / 1000)} s`);
  await expect(alert(cell(page, 'perplexity'))).toContainText(/The engine gave no sign of life for 3\d seconds and was ended. Run again: it starts afresh/);
  expect(await readTable(page, 'perplexity'), 'the old numbers stay').toEqual(before);
  await page.getByRole('textbox', { name: 'My text' }).fill(`${shortText} And more.`);
  await expectUsable(page);
});
