/** The page stays free: with a long text, during a run, and when the reader stops it. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { report } from './golden';
import { shortText, smallNotebook } from './notebooks';
import { cell, importNotebook, measurements, openPage, readResults, readTable, runAll, runButton, stopButton } from './page';

declare global {
  interface Window {
    longestStall: number;
  }
}

/** From now on the page notes the longest time between two frames. */
async function probe(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.longestStall = 0;
    let last = performance.now();
    const frame = (): void => {
      const now = performance.now();
      window.longestStall = Math.max(window.longestStall, now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
}

async function expectNoStall(page: Page, when: string): Promise<void> {
  const stall = await page.evaluate(() => {
    const longest = window.longestStall;
    window.longestStall = 0;
    return longest;
  });
  report(`longest stall ${when}`, stall, ' ms');
  expect(stall, when).toBeGreaterThan(0);
  expect(stall, when).toBeLessThan(1000);
}

async function stopNow(page: Page): Promise<void> {
  const start = performance.now();
  await stopButton(page).click();
  await expect(runButton(page)).toBeVisible();
  await expect(page.locator('[data-status=running], [data-status=queued], [data-status=failed]')).toHaveCount(0);
  const milliseconds = performance.now() - start;
  report('from Stop to a free page', milliseconds, ' ms');
  expect(milliseconds).toBeLessThan(1000);
}

test('200 kB of text: pasting, typing and running leave the page free', async ({ page }) => {
  await openPage(page);
  await importNotebook(page, smallNotebook());
  await probe(page);
  await page.waitForTimeout(300);
  const text = page.getByRole('textbox', { name: 'My text' });
  // numbered, so that no two windows are alike: what is alike is computed once
  const long = Array.from({ length: Math.ceil(200_000 / shortText.length) }, (_, i) => `${i} ${shortText}`).join(' ');
  await text.evaluate((element, long) => {
    (element as HTMLTextAreaElement).focus();
    document.execCommand('selectAll');
    document.execCommand('insertText', false, long);
  }, long);
  await expect(text).toHaveValue(long);
  await expectNoStall(page, 'while 200 kB are pasted');
  await text.press('Control+End');
  await page.keyboard.type(' Twelve words typed at the end of it, key by key.');
  await page.waitForTimeout(600); // the notebook is kept just after
  await expectNoStall(page, 'while typing into them');

  await runButton(page).click();
  const yes = page.getByRole('alertdialog').getByRole('button', { name: 'Run', exact: true });
  const scoring = cell(page, 'perplexity').locator('progress[value]');
  await expect(yes.or(scoring).first()).toBeVisible({ timeout: 60_000 });
  if (await yes.isVisible()) await yes.click();
  await expect(scoring).toBeVisible({ timeout: 60_000 });
  await page.waitForTimeout(4000);
  await expectNoStall(page, 'while they are scored');
  await stopNow(page);
  await text.fill(shortText);
  await runAll(page);
  expect(await readTable(page, 'perplexity')).toHaveLength(3);
});

test('Stop in the middle of a run: the page is free, no late result comes, and the next run starts', async ({ page }) => {
  await openPage(page);
  await runButton(page).click();
  await expect(cell(page, 'line')).toHaveAttribute('data-status', 'running', { timeout: 60_000 });
  await stopNow(page);
  const kept = [...(await readResults(page, ['checkpoints', 'weighted', 'uniform'])).keys()].sort();
  expect(kept, 'what was finished is kept').toEqual(['checkpoints', 'uniform', 'weighted']);
  await expect(cell(page, 'weighted').locator('table')).toBeVisible();
  const computed = await measurements(page);
  await page.waitForTimeout(4000);
  expect([...(await readResults(page, [])).keys()].sort(), 'no late result').toEqual(kept);
  expect(await measurements(page), 'and no late measurement').toBeLessThanOrEqual(computed + 1);
  await expect(cell(page, 'line').locator('figure')).toHaveCount(0);

  await runAll(page);
  await expect(page.locator('[data-status=failed], [data-stale=true]')).toHaveCount(0);
  expect(await readTable(page, 'perplexity')).toHaveLength(4);
});

test('Stop while the engine starts', async ({ page }) => {
  await openPage(page);
  await runButton(page).click();
  await stopNow(page);
  await importNotebook(page, smallNotebook());
  await runAll(page);
  expect(await readTable(page, 'perplexity')).toHaveLength(3);
});
