/** A piece of work as somebody new would do it, from the keyboard alone, and the map of its keys. */
import type { Locator, Page } from '@playwright/test';
import { expect, expectAccessible, test } from './fixtures';
import { shortText } from './notebooks';
import { cell, openPage, readTable, runButton, staleCells, untilIdle, verdicts } from './page';

const focused = (page: Page): Promise<string | null> => page.evaluate(() => document.activeElement?.closest('[data-cell]')?.getAttribute('data-cell') ?? null);
const order = (page: Page): Promise<(string | null)[]> => page.locator('[data-cell]').evaluateAll((cells) => cells.map((element) => element.getAttribute('data-cell')));

async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** Presses Tab, or Shift+Tab, until it is there. */
async function tabTo(page: Page, wanted: Locator, key = 'Tab', limit = 60): Promise<void> {
  for (let presses = 0; presses < limit; presses++) {
    if (await wanted.evaluateAll((all) => all.includes(document.activeElement as HTMLElement & SVGElement))) return;
    await page.keyboard.press(key);
  }
  throw new Error(`not reached within ${limit} presses of ${key}: ${String(wanted)}`);
}

/** Goes to a cell from wherever the focus is in the notebook. */
async function goTo(page: Page, id: string): Promise<void> {
  await press(page, 'Escape');
  const cells = await order(page);
  const [from, to] = [cells.indexOf(await focused(page)), cells.indexOf(id)];
  for (let i = 0; i < Math.abs(to - from); i++) await press(page, to > from ? 'j' : 'k');
  expect(await focused(page)).toBe(id);
}

test('paste a text, add a checkpoint, compare three soups, reorder, undo, export, copy the link, open it elsewhere, reproduce it', async ({ page, another, context }) => {
  test.setTimeout(6 * 60_000);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const own = `${shortText} ${shortText.replace('old man', 'young woman')} `.repeat(3);
  await openPage(page);
  await press(page, '?');
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible();
  await expectAccessible(page, 'the keyboard map');
  await press(page, 'Escape');

  // paste a text
  await press(page, 'j');
  await goTo(page, 'text');
  await press(page, 'Enter');
  await page.evaluate((text) => navigator.clipboard.writeText(text), own);
  await press(page, 'ControlOrMeta+A', 'ControlOrMeta+V');
  await expect(page.getByRole('textbox', { name: 'A text, without labels' })).toHaveValue(own);

  // add a checkpoint
  await goTo(page, 'checkpoints');
  await tabTo(page, page.getByRole('checkbox', { name: /step 6000/ }));
  await press(page, 'Space');
  await expect(page.getByRole('checkbox', { name: /step 6000/ })).toBeChecked();

  // three soups: the two that are there, and a third one of the last two checkpoints
  await goTo(page, 'uniform');
  await press(page, 'd');
  await expect(cell(page, 'uniform-2')).toBeFocused();
  await tabTo(page, cell(page, 'uniform-2').locator('summary', { hasText: 'Ingredients' }));
  await press(page, 'Enter');
  await tabTo(page, cell(page, 'uniform-2').getByRole('button', { name: 'The last two' }));
  await press(page, 'Enter');
  await goTo(page, 'perplexity');
  await tabTo(page, cell(page, 'perplexity').locator('summary', { hasText: 'Models' }));
  await press(page, 'Enter');
  await tabTo(page, cell(page, 'perplexity').getByRole('button', { name: 'uniform-2', exact: true }));
  await press(page, 'Enter');

  // reorder, undo
  await goTo(page, 'perplexity');
  const before = await order(page);
  await press(page, 'Alt+ArrowUp', 'Alt+ArrowUp');
  await expect(cell(page, 'perplexity')).toBeFocused();
  expect(await order(page)).not.toEqual(before);
  await press(page, 'z', 'z');
  expect(await order(page)).toEqual(before);
  await press(page, 'x');
  expect(await order(page)).not.toContain('perplexity');
  await press(page, 'ControlOrMeta+Z');
  expect(await order(page)).toEqual(before);

  // run: the sweep goes from the first checkpoint to the last
  await press(page, 'ControlOrMeta+Shift+Enter');
  await untilIdle(page);
  expect((await readTable(page, 'perplexity')).map(([model]) => model)).toEqual(['step6000', 'step7000', 'step8000', 'weighted', 'uniform', 'uniform-2']);
  expect(await staleCells(page)).toEqual([]);

  // export
  await press(page, 'l');
  const dialog = page.getByRole('dialog', { name: 'Share and take along' });
  await expectAccessible(page, 'sharing');
  await tabTo(page, dialog.getByRole('button', { name: 'Results (.csv)' }));
  const download = page.waitForEvent('download');
  await press(page, 'Enter');
  expect((await download).suggestedFilename()).toMatch(/\.csv$/);

  // copy the link, with the text
  await tabTo(page, dialog.getByRole('checkbox', { name: /^Send the words of “A text, without labels” along/ }), 'Shift+Tab');
  await expect(dialog.getByRole('checkbox', { name: /^Send the words/ }), 'the reader’s own text stays behind unless it is let go').not.toBeChecked();
  await press(page, 'Space');
  await tabTo(page, dialog.getByRole('button', { name: 'Copy link' }));
  await page.waitForTimeout(300);
  await press(page, 'Enter');
  await expect(dialog.getByRole('status')).toContainText('clipboard');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  console.log(`      the link has ${link.length} characters`);

  // open it in a fresh profile, reproduce it
  const other = await another('fresh profile');
  await other.goto(link);
  await expect(other.getByText('This notebook came by a link.')).toBeVisible();
  await tabTo(other, other.getByRole('button', { name: 'Run and compare' }));
  await press(other, 'Enter');
  await untilIdle(other);
  expect(await verdicts(other)).toEqual({ weighted: 'reproduced', uniform: 'reproduced', 'uniform-2': 'reproduced', line: 'reproduced', perplexity: 'reproduced', evaluation: 'reproduced' });
  await expectAccessible(other, 'a reproduced notebook');
});

test('keys do what the map says, and nothing while somebody types', async ({ page }) => {
  await openPage(page);
  const before = await order(page);
  await page.getByLabel('Title of the notebook').focus();
  await page.keyboard.type('jkxdz?');
  expect(await order(page)).toEqual(before);
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await page.getByRole('heading', { name: 'A text, without labels' }).click();
  await press(page, 'j');
  await goTo(page, 'text');
  await press(page, 'a');
  const kinds = page.getByRole('dialog', { name: 'Add a cell above “A text, without labels”' });
  await expect(kinds.getByRole('button', { name: /^Note/ })).toBeFocused();
  await press(page, 'Enter');
  await expect(cell(page, 'note').locator('textarea'), 'who adds a note wants to write').toBeFocused();
  expect(await order(page)).toEqual([...before.slice(0, 2), 'note', ...before.slice(2)]);
  await page.keyboard.type('A **note** of mine');
  await press(page, 'Escape', 'x');
  expect(await order(page)).toEqual(before);
  await press(page, 'z');
  await expect(cell(page, 'note')).toContainText('A note of mine');
  await expect(cell(page, 'note')).toBeFocused();

  await press(page, '?');
  await page.getByLabel('Letters alone are shortcuts').uncheck();
  await press(page, 'Escape');
  await goTo(page, 'note').catch(() => undefined);
  await press(page, 'x', 'x');
  expect(await order(page), 'letters are switched off').toContain('note');
});

test('one of several is stopped, and the rest runs on; what waits says when', async ({ page }) => {
  await openPage(page);
  await page.getByRole('textbox', { name: 'A text, without labels' }).fill(Array.from({ length: 150 }, (_, i) => `Sentence ${i}. ${shortText}`).join(' '));
  await runButton(page).click();
  const yes = page.getByRole('alertdialog').getByRole('button', { name: 'Run', exact: true });
  await expect(page.locator('[data-outlook]').filter({ hasText: 'left' }).or(yes).first()).toBeVisible();
  if (await yes.isVisible()) await yes.click(); // a slow machine asks first
  await expect(cell(page, 'evaluation')).toContainText(/Number \d in the queue/);
  await expect(page.locator('[data-outlook]')).toContainText(/of 6, about .* left/);
  await page.getByRole('button', { name: 'Stop A soup weighted by perplexity' }).click();
  await expect(cell(page, 'uniform').locator('table')).toBeVisible();
  await expect(cell(page, 'weighted').locator('table')).toHaveCount(0);
  await untilIdle(page);
  await expect(page.locator('[data-status=failed]')).toHaveCount(0);
  await cell(page, 'uniform').getByRole('button', { name: /^Run/ }).first().click();
  await untilIdle(page);
});
