/** A page that is reloaded, a tab that crashes, an engine that dies, two tabs: what was written and what was finished stay. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { shortText, smallNotebook } from './notebooks';
import { cell, downloadFrom, engineWorker, importNotebook, keptNotebooks, measurements, openPage, readTable, runAll, runButton, staleCells, stopButton, untilIdle, untilSaved } from './page';

const title = (page: Page) => page.getByLabel('Title of the notebook');
const text = (page: Page) => page.getByRole('textbox', { name: 'My text' });

/** The cells whose numbers are there and hold, as the page shows them. */
function finished(page: Page): Promise<string[]> {
  return page.locator('[data-cell][data-stale=false]:has(.computed)').evaluateAll((cells) => cells.map((element) => element.getAttribute('data-cell') ?? ''));
}

/** Types into the title until it is told to stop; remembers when it had how many characters. */
class Typist {
  readonly #typed: { at: number; length: number }[] = [];
  #stop = false;
  #work: Promise<void> = Promise.resolve();

  start(page: Page): void {
    this.#work = (async () => {
      await title(page).focus();
      for (let length = 1; !this.#stop; length++) {
        await page.keyboard.type('x');
        this.#typed.push({ at: performance.now(), length });
        await page.waitForTimeout(15);
      }
    })().catch(() => undefined); // the page goes away under it
  }

  stop(): void {
    this.#stop = true;
  }

  ended(): Promise<void> {
    return this.#work;
  }

  /** How many characters had been typed at a moment. */
  at(moment: number): number {
    return this.#typed.filter(({ at }) => at <= moment).at(-1)?.length ?? 0;
  }
}

type Blow = 'reload' | 'crash of the tab' | 'crash of the engine';

/** @returns the page that is there afterwards */
async function strike(blow: Blow, page: Page, another: (where: 'tab') => Promise<Page>): Promise<Page> {
  if (blow === 'crash of the engine') {
    await engineWorker(page).evaluate(() => void setTimeout(() => { throw new Error('a fault of the engine'); })); // prettier-ignore
    return page;
  }
  if (blow === 'reload') {
    await page.reload();
    return page;
  }
  const address = page.url();
  const crashed = page.waitForEvent('crash');
  const session = await page.context().newCDPSession(page);
  void session.send('Page.crash').catch(() => undefined);
  await crashed;
  const next = await another('tab');
  await next.goto(address);
  return next;
}

test('20 blows at random moments of a run: at most 500 ms of typing lost, what was finished kept, and the notebook goes on', async ({ page: first, another }) => {
  test.setTimeout(10 * 60_000);
  let page = first;
  await openPage(page);
  await importNotebook(page, smallNotebook());
  await runAll(page);
  const blows: Blow[] = ['reload', 'crash of the tab', 'crash of the engine'];
  let [lostMost, goneOn] = [0, 0];
  for (let round = 0; round < 20; round++) {
    const blow = blows[round % blows.length];
    await text(page).fill(`Round ${round}. The old man put down his lamp and listened. `.repeat(40));
    const moment = Math.round(Math.random() * 1500);
    await title(page).fill('');
    await untilSaved(page);
    const typist = new Typist();
    await runButton(page).click();
    await expect(stopButton(page)).toBeVisible();
    typist.start(page);
    await page.waitForTimeout(moment);
    const shown = await finished(page);
    const struck = performance.now();
    page = await strike(blow, page, another);
    typist.stop();
    await typist.ended();

    await expect(page.locator('[data-cell]').first()).toBeVisible();
    const said = `round ${round}: ${blow} after ${moment} ms`;
    const kept = (await title(page).inputValue()).length;
    expect(kept, said).toBeGreaterThanOrEqual(typist.at(struck - 500));
    lostMost = Math.max(lostMost, typist.at(struck) - kept);
    const after = await finished(page);
    expect(shown.filter((id) => !after.includes(id)), said).toEqual([]);

    const goOn = page.getByRole('button', { name: 'Go on' });
    if (await goOn.isVisible()) {
      goneOn++;
      await goOn.click();
      await expect(goOn).toHaveCount(0);
    } else if (blow === 'crash of the engine') await untilIdle(page);
    await runAll(page);
    await expect(page.locator('[data-status=failed], [data-stale=true]'), said).toHaveCount(0);
    expect(await readTable(page, 'perplexity'), said).toHaveLength(3);
  }
  console.log(`      at most ${lostMost} characters lost; the page offered ${goneOn} times to go on`);
  expect(goneOn, 'runs that were really under way').toBeGreaterThan(3);
});

test('continuous typing is saved while it goes on', async ({ page, another }) => {
  await openPage(page);
  const typist = new Typist();
  await title(page).fill('');
  typist.start(page);
  await page.waitForTimeout(3000);
  const struck = performance.now();
  const next = await strike('crash of the tab', page, another);
  typist.stop();
  await typist.ended();
  await expect(title(next)).toBeVisible();
  expect((await title(next).inputValue()).length).toBeGreaterThanOrEqual(typist.at(struck - 500));
  expect(typist.at(struck - 500)).toBeGreaterThan(20);
});

test('two tabs on one notebook: one works, the other offers to take over or to copy, and nothing is overwritten', async ({ page, another }) => {
  await openPage(page);
  await title(page).fill('Worked on');
  await expect(page).toHaveURL(/#notebook=/);
  const second = await another('tab');
  await second.goto(page.url());
  await expect(second.getByText('“Worked on” is open in another tab.')).toBeVisible();

  await title(page).fill('Worked on, and on'); // not saved yet when it is taken
  await second.getByRole('button', { name: 'Work on it here' }).click();
  await expect(title(second)).toHaveValue('Worked on, and on');
  await expect(page.getByText('is open in another tab')).toBeVisible();
  await title(second).fill('Taken over');
  await untilSaved(second);

  await page.getByRole('button', { name: 'Open a copy' }).click();
  await expect(title(page)).toHaveValue('Taken over (copy)');
  await title(page).fill('A copy');
  await untilSaved(page);
  expect((await keptNotebooks(page)).map((kept) => kept.title).sort()).toEqual(['A copy', 'Taken over']);
});

test('the list of notebooks: copied, deleted and brought back with its results, a lesson reset and the reset undone', async ({ page }) => {
  await openPage(page);
  await importNotebook(page, smallNotebook());
  await runAll(page);
  const table = await readTable(page, 'perplexity');
  await page.getByRole('link', { name: 'Notebooks' }).click();
  const listed = page.getByRole('link', { name: smallNotebook().title, exact: true });
  await page.getByRole('button', { name: `Copy ${smallNotebook().title}` }).click();
  await expect(page.getByRole('link', { name: `${smallNotebook().title} (copy)` })).toBeVisible();
  await page.getByRole('button', { name: `Delete ${smallNotebook().title}`, exact: true }).click();
  await expect(listed).toHaveCount(0);
  await page.getByRole('button', { name: /^Undo: bring back/ }).click();
  await listed.click();
  await expect.poll(() => readTable(page, 'perplexity'), 'results come after the notebook').toEqual(table);
  expect(await staleCells(page)).toEqual([]);
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'Your notebooks' })).toBeVisible();

  await page.getByRole('button', { name: /^First soup/ }).click();
  await title(page).fill('Changed');
  await page.getByText('More', { exact: true }).click();
  await page.getByRole('button', { name: 'Reset to the lesson' }).click();
  await expect(title(page)).toHaveValue('First soup');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(title(page)).toHaveValue('Changed');
  await expect(cell(page, 'text')).toBeVisible();
});

/** Puts what an older page kept into this browser, before this page looks. */
async function keptByAnOlderPage(page: Page, kept: Record<string, string>): Promise<void> {
  await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }));
  await page.goto('/icon.svg'); // of the same origin, and not the page
  await page.evaluate(
    (kept) =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.open('stockpot-notebooks');
        request.onupgradeneeded = () => void request.result.createObjectStore('notebooks');
        request.onerror = () => reject(request.error);
        request.onsuccess = () => {
          const transaction = request.result.transaction('notebooks', 'readwrite');
          for (const [key, value] of Object.entries(kept)) transaction.objectStore('notebooks').put(value, key);
          transaction.oncomplete = () => resolve(request.result.close());
        };
      }),
    kept,
  );
}

test('the notebook that an older page kept opens, in the present format; one that cannot be opened stays, and can be saved', async ({ page }) => {
  const older = { stockpot: 1, title: 'Of last week', cells: [{ id: 'text', kind: 'text', title: 'My text', text: shortText }] };
  await keptByAnOlderPage(page, { open: JSON.stringify(older), 'set-aside': '{"stockpot": 77}' });
  await openPage(page);
  await expect(title(page)).toHaveValue('Of last week');
  await expect(text(page)).toHaveValue(shortText);
  await title(page).fill('Of this week');
  await untilSaved(page);
  await page.reload();
  await expect(title(page)).toHaveValue('Of this week');

  await page.getByRole('link', { name: 'Notebooks' }).click();
  await page.getByRole('link', { name: 'A notebook set aside' }).click();
  await expect(page.getByRole('alert')).toContainText('was written in format 77; this page knows formats up to 4');
  const { bytes } = await downloadFrom(page, () => page.getByRole('button', { name: 'Save A notebook set aside as a file' }).click());
  expect(bytes.toString()).toBe('{"stockpot": 77}');
});

test('nothing is computed twice: undo, a copy, a second cell that asks the same, and a run of what is up to date', async ({ page }) => {
  await openPage(page);
  await importNotebook(page, smallNotebook());
  await runAll(page);
  const before = await readTable(page, 'perplexity');
  const done = await measurements(page);
  expect(done).toBe(3);

  await text(page).fill('Another text.');
  expect(await staleCells(page)).toEqual(['perplexity']);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(text(page)).toHaveValue(shortText);
  expect(await staleCells(page), 'the old result holds again').toEqual([]);
  expect(await readTable(page, 'perplexity')).toEqual(before);
  await runAll(page);

  await cell(page, 'perplexity').getByText('⋯').click();
  await page.getByRole('button', { name: 'Duplicate' }).click();
  await cell(page, 'perplexity-2').getByRole('button', { name: /^Run/ }).click();
  await untilIdle(page);
  expect(await readTable(page, 'perplexity-2')).toEqual(before);
  expect(await measurements(page), 'measurements').toBe(done);
});

test('back and forward lead where one was; leaving a run offers to go on with it', async ({ page }) => {
  await page.goto('about:blank');
  await openPage(page);
  await title(page).fill('Mine');
  await expect(page).toHaveURL(/#notebook=/);
  await page.getByRole('link', { name: 'Notebooks' }).click();
  await page.getByRole('button', { name: /^What scores say/ }).click();
  await expect(title(page)).toHaveValue('What scores say');
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'Your notebooks' })).toBeVisible();
  await page.goForward();
  await expect(title(page)).toHaveValue('What scores say');
  await page.goBack();
  await page.goBack();
  await expect(title(page)).toHaveValue('Mine');

  await runButton(page).click();
  await expect(stopButton(page)).toBeVisible();
  await page.getByRole('link', { name: 'Notebooks' }).click();
  await expect(page.getByRole('heading', { name: 'Your notebooks' }), 'it was left').toBeVisible();
  await page.goBack();
  await expect(page.getByText(/The last run of this notebook was cut short/)).toBeVisible();
  await page.getByRole('button', { name: 'Leave it' }).click();
  await expect(page.getByText(/was cut short/)).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(title(page), 'undo knows what was done before').toHaveValue('First soup');
  await page.goBack();
  expect(page.url(), 'the way out of the site').toBe('about:blank');
});
