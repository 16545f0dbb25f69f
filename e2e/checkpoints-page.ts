/** What tests do with checkpoints that are not bundled, in a reader's words. */
import { expect, type Locator, type Page } from '@playwright/test';
import { cell } from './page';

/** What a page asks of the double of the Hub, as `fixtures.ts` tells it. */
export const doubleRequests = /^request to another origin: https:\/\/localhost:\d+\//m;
/** What Chromium writes on the console when a server refuses, or does not answer. */
export const refusedRequests = /^console error: Failed to load resource/m;

export const sources = (page: Page): Locator => page.getByRole('dialog', { name: 'Other checkpoints' });

export async function openSources(page: Page): Promise<void> {
  await cell(page, 'checkpoints').getByRole('button', { name: 'Other checkpoints' }).click();
  await expect(sources(page)).toBeVisible();
}

/** Looks a repository up at this address of the Hub. */
export async function lookUp(page: Page, endpoint: string, repo: string): Promise<void> {
  const dialog = sources(page);
  await dialog.getByText('Mirror and access token').click();
  const field = dialog.getByLabel('The Hub, or a mirror of it');
  await field.fill(endpoint);
  await field.blur();
  await dialog.getByLabel('Repository').fill(repo);
  await dialog.getByRole('button', { name: 'Look up its steps' }).click();
}

export const step = (page: Page, name: string): Locator => sources(page).getByRole('option', { name: new RegExp(`^${name}(:|$)`) });

/** Chooses revisions and puts them in the place of what the cell has. */
export async function useSteps(page: Page, names: string[]): Promise<void> {
  for (const name of names) await step(page, name).click();
  const use = sources(page).getByRole('button', { name: names.length === 1 ? `Use ${names[0]}` : `Use these ${names.length}` });
  await expect(use).toBeEnabled();
  await use.click();
  await expect(sources(page)).toHaveCount(0);
}

/** The checkpoints of the cell that are not bundled, each as its line says it. */
export async function listed(page: Page): Promise<string[]> {
  const lines = cell(page, 'checkpoints').getByRole('list', { name: 'The checkpoints' }).getByRole('listitem');
  return (await lines.allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));
}

/** Opens the panel of kept files. */
export async function openStorage(page: Page): Promise<Locator> {
  await page.getByText('More', { exact: true }).click();
  await page.getByRole('button', { name: 'Checkpoints kept in this browser' }).click();
  const panel = page.getByRole('dialog', { name: 'Checkpoints kept in this browser' });
  await expect(panel).toBeVisible();
  return panel;
}
