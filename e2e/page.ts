/** What tests do with the page, in a reader's words, and what it keeps. */
import { readFile } from 'node:fs/promises';
import { expect, type Locator, type Page, type Worker } from '@playwright/test';
import type { Notebook } from '../src/core/notebook/document';
import type { CellResult, KeptResult, ResultOf } from '../src/core/notebook/results';

type ResultKind = CellResult['kind'];

export const cell = (page: Page, id: string): Locator => page.locator(`[data-cell="${id}"]`);
export const runButton = (page: Page): Locator => page.getByRole('button', { name: 'Run all', exact: true });
export const stopButton = (page: Page): Locator => page.getByRole('banner').getByRole('button', { name: 'Stop', exact: true });
export const alert = (within: Page | Locator): Locator => within.getByRole('alert');

export function engineWorker(page: Page): Worker {
  const worker = page.workers().findLast((candidate) => candidate.url().includes('engine.worker'));
  if (!worker) throw new Error('no engine worker runs');
  return worker;
}

export async function openPage(page: Page, query = ''): Promise<void> {
  await page.goto(`/${query}`);
  await expect(page.locator('[data-cell]').first()).toBeVisible();
}

/** Waits until nothing runs; says yes to a long run. */
export async function untilIdle(page: Page, timeout = 120_000): Promise<void> {
  const yes = page.getByRole('alertdialog').getByRole('button', { name: 'Run', exact: true });
  await expect(runButton(page).or(yes).first()).toBeVisible({ timeout });
  if (await yes.isVisible()) await yes.click();
  await expect(runButton(page)).toBeVisible({ timeout });
  await expect(page.locator('[data-status=running], [data-status=queued]')).toHaveCount(0);
}

/** Waits until what was written is kept. */
export async function untilSaved(page: Page): Promise<void> {
  await expect(page.locator('[data-saved=yes]')).toBeVisible();
}

/** Presses Run all and waits; @returns seconds */
export async function runAll(page: Page, timeout?: number): Promise<number> {
  const start = performance.now();
  await runButton(page).click();
  await untilIdle(page, timeout);
  return (performance.now() - start) / 1000;
}

/** Opens the menu, does something in it, and sees it closed again. */
export async function inMenu<T>(page: Page, act: () => Promise<T>): Promise<T> {
  const menu = page.getByText('More', { exact: true });
  await menu.click();
  const done = await act();
  await page.keyboard.press('Escape');
  await expect(page.getByLabel('Compute on')).toHaveCount(0);
  return done;
}

export async function chooseDevice(page: Page, value: 'automatic' | 'wasm'): Promise<void> {
  await inMenu(page, () => page.getByLabel('Compute on').selectOption(value));
}

export async function importFile(page: Page, name: string, content: string): Promise<void> {
  await inMenu(page, () => page.getByLabel('Open a notebook').setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(content) }));
}

export async function openLesson(page: Page, title: string): Promise<void> {
  await inMenu(page, () => page.getByRole('button', { name: `Lesson: ${title}` }).click());
}

export async function importNotebook(page: Page, notebook: Notebook): Promise<void> {
  await importFile(page, 'notebook.json', JSON.stringify(notebook));
  await expect(page.getByLabel('Title of the notebook')).toHaveValue(notebook.title);
  await expect(page.locator('[data-cell]')).toHaveCount(notebook.cells.length);
}

/** Drops a file onto the page, as from a file manager. */
export function drop(page: Page, name: string, content: Buffer): Promise<void> {
  return dropFiles(page, [{ name, content }]);
}

/** The same for several files at once. */
export async function dropFiles(page: Page, files: { name: string; content: Buffer }[]): Promise<void> {
  const transfer = await page.evaluateHandle(
    (files) => {
      const data = new DataTransfer();
      for (const [name, base64] of files) data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
      return data;
    },
    files.map(({ name, content }) => [name, content.toString('base64')] as const),
  );
  await page.locator('main').dispatchEvent('drop', { dataTransfer: transfer });
}

/** Does something that hands the reader a file. */
export async function downloadFrom(page: Page, act: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
  const waiting = page.waitForEvent('download');
  await act();
  const download = await waiting;
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

export async function exportNotebook(page: Page): Promise<{ name: string; text: string }> {
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const { name, bytes } = await downloadFrom(page, () => page.getByRole('button', { name: /^Notebook/ }).click());
  await page.keyboard.press('Escape');
  return { name, text: bytes.toString('utf8') };
}

/**
 * The link to the open notebook, as the dialog has it.
 * @param texts titles of the texts whose words go along; all others stay behind
 */
export async function shareLink(page: Page, { texts }: { texts: string[] }): Promise<string> {
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const dialog = page.getByRole('dialog');
  const field = dialog.getByRole('textbox', { name: /link/i });
  await expect(field).toHaveValue(/#v1=/);
  for (const box of await dialog.getByRole('checkbox', { name: /^Send the words of/ }).all()) {
    const label = (await box.locator('xpath=ancestor::label').innerText()).trim();
    await box.setChecked(texts.some((title) => label.includes(title)));
  }
  await expect(field).toHaveValue(/#v1=/); // it follows the checkboxes, and is empty meanwhile
  const link = await field.inputValue();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  return link;
}

/** Opens a link as somebody would who was sent it. */
export async function openLink(page: Page, link: string): Promise<void> {
  await page.goto('about:blank'); // a changed fragment alone would not load the page
  await page.goto(link);
  await expect(page.locator('[data-cell]').first()).toBeVisible();
}

/** What is said of each cell's reported numbers. */
export async function verdicts(page: Page): Promise<Record<string, string>> {
  const told = page.locator('[data-cell]:has([data-verdict])');
  await expect(told.first()).toBeVisible();
  return Object.fromEntries(await told.evaluateAll((cells) => cells.map((element) => [element.getAttribute('data-cell'), element.querySelector('[data-verdict]')?.getAttribute('data-verdict')]))) as Record<string, string>;
}

/** Everything in one of the page's stores; typed arrays come back as plain ones. */
function readStore(page: Page, database: string, store: string): Promise<[string, unknown][]> {
  return page.evaluate(
    async ([database, store]) => {
      const settled = <T>(request: IDBRequest<T>): Promise<T> =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      if (!(await indexedDB.databases()).some(({ name }) => name === database)) return [];
      const db = await settled(indexedDB.open(database));
      const kept = db.transaction(store).objectStore(store);
      const [keys, values] = await Promise.all([settled(kept.getAllKeys()), settled(kept.getAll())]);
      db.close();
      const plain = JSON.stringify(values, (_, value: unknown) => (value instanceof Float32Array ? [...value] : value));
      return (JSON.parse(plain) as unknown[]).map((value, i): [string, unknown] => [String(keys[i]), value]);
    },
    [database, store] as const,
  );
}

/** The exact numbers behind the page: results by cell, once those of `ids` are all there. */
export async function readResults(page: Page, ids: string[]): Promise<Map<string, KeptResult>> {
  await page.waitForTimeout(500); // results are written just after they are shown
  let kept = new Map<string, KeptResult>();
  await expect
    .poll(async () => {
      const all = (await readStore(page, 'stockpot-results', 'results')) as [string, KeptResult][];
      const prefix = `${openId(page)}/`;
      kept = new Map(all.flatMap(([key, result]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), result] as const] : [])));
      return ids.filter((id) => !kept.has(id));
    })
    .toEqual([]);
  return kept;
}

/** The open notebook's, as its address has it. */
function openId(page: Page): string {
  return new URL(page.url()).hash.replace('#notebook=', '');
}

/** The notebooks that this browser keeps, with what was written in them. */
export async function keptNotebooks(page: Page): Promise<{ id: string; title: string; notebook: Notebook }[]> {
  const kept = (await readStore(page, 'stockpot-notebooks', 'notebooks')) as [string, { id: string; title: string; json: string }][];
  return kept.map(([, { id, title, json }]) => ({ id, title, notebook: JSON.parse(json) as Notebook }));
}

/** How many measurements the browser has kept: unchanged after a run means that nothing was computed. */
export async function measurements(page: Page): Promise<number> {
  return (await readStore(page, 'stockpot-measurements', 'measurements')).length;
}

export function resultOf<K extends ResultKind>(results: ReadonlyMap<string, KeptResult>, id: string, kind: K): ResultOf<K> {
  const result = results.get(id)?.result;
  if (result?.kind !== kind) throw new Error(`cell ${id} has no ${kind} result`);
  return result as ResultOf<K>;
}

/** The numbers of a cell's first table, as a reader sees them. */
export async function readTable(page: Page, id: string): Promise<string[][]> {
  const rows = await cell(page, id).locator('table').first().locator('tbody tr').all();
  return Promise.all(rows.map((row) => row.locator('td').allInnerTexts()));
}

/** Which cells are marked stale. */
export function staleCells(page: Page): Promise<string[]> {
  return page.locator('[data-stale=true]').evaluateAll((cells) => cells.map((element) => element.getAttribute('data-cell') ?? ''));
}
