/** The page for everyone: axe, narrow screens, and the whole story from the keyboard. */
import type { Page } from '@playwright/test';
import { expect, expectAccessible, test } from './fixtures';
import { alert, cell, openPage, runAll, runButton, stopButton, untilIdle } from './page';

async function expectAccessibleInBothThemes(page: Page, when: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expectAccessible(page, `${when}, ${colorScheme}`);
  }
}

/** What makes the page scroll sideways: the innermost elements that reach past the screen and that nothing scrolls or clips. */
function overflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const clipped = (element: Element): boolean => {
      for (let outer = element.parentElement; outer && outer !== document.body; outer = outer.parentElement) {
        if (getComputedStyle(outer).overflowX !== 'visible') return true;
      }
      return false;
    };
    const past = [...document.body.querySelectorAll('*')].filter((element) => element.getBoundingClientRect().right > clientWidth + 0.5 && !clipped(element));
    const innermost = past.filter((element) => !past.some((other) => other !== element && element.contains(other)));
    return [`${scrollWidth} of ${clientWidth} pixels`, ...innermost.map(({ outerHTML }) => outerHTML.slice(0, 160))];
  });
}

test('axe finds nothing: before a run, after it, with everything open, stale, failed, light and dark', async ({ page }) => {
  await openPage(page);
  await expectAccessibleInBothThemes(page, 'before a run');
  await runAll(page);
  await expectAccessibleInBothThemes(page, 'after a run');
  await page.locator('details').evaluateAll((all) => all.forEach((details) => details.setAttribute('open', '')));
  await expectAccessibleInBothThemes(page, 'with everything open');
  await page.locator('header details').evaluateAll((all) => all.forEach((details) => details.removeAttribute('open')));
  await page.getByRole('textbox', { name: 'A text, without labels' }).fill('');
  await runAll(page);
  await expect(alert(page).first()).toContainText('is empty');
  await expect(page.locator('[data-stale=true]').first()).toBeVisible();
  await expectAccessibleInBothThemes(page, 'stale and failed');
});

for (const width of [320, 360, 768]) {
  test(`nothing reaches past a screen of ${width} pixels`, async ({ page }) => {
    await page.setViewportSize({ width, height: 740 });
    await openPage(page);
    expect(await overflow(page), 'before a run').toEqual([]);
    await runAll(page);
    expect(await overflow(page), 'after it').toEqual([]);
    await page.locator('details').evaluateAll((all) => all.forEach((details) => details.setAttribute('open', '')));
    expect(await overflow(page), 'with everything open').toEqual([]);
    if (width === 360) await expectAccessible(page, `at ${width} pixels`); // axe takes ten seconds
  });
}

/** Presses Tab until something with this name has the focus. */
async function tabTo(page: Page, role: string, name: RegExp, limit = 80): Promise<void> {
  for (let presses = 0; presses < limit; presses++) {
    await page.keyboard.press('Tab');
    const found = await page.getByRole(role as 'button', { name }).evaluateAll((all) => all.includes(document.activeElement as HTMLElement & SVGElement));
    if (found) return;
  }
  throw new Error(`no ${role} ${String(name)} within ${limit} presses of Tab`);
}

test('the story from the keyboard alone', async ({ page }) => {
  await openPage(page);
  await tabTo(page, 'button', /^Run all$/, 10);
  await page.keyboard.press('Enter');
  await expect(stopButton(page)).toBeVisible();
  await expect(stopButton(page), 'the focus stays where the key was pressed').toBeFocused();
  await untilIdle(page);
  await expect(runButton(page)).toBeFocused();

  await tabTo(page, 'slider', /Share of step8000/);
  const told = cell(page, 'line').locator('[aria-live]').filter({ hasText: /perplexity \d+\.\d\d ± \d+\.\d\d/i });
  await page.keyboard.press('ArrowRight');
  await expect(told).toContainText('0.51');
  for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowLeft');
  await expect(told).toContainText('0.46');
  await expect(page.getByRole('slider'), 'measuring does not take the focus away').toBeFocused();

  await page.getByRole('checkbox', { name: /step 8000/ }).focus();
  await page.keyboard.press('Space');
  await expect(page.getByRole('checkbox', { name: /step 8000/ })).not.toBeChecked();
});
