/** The page without a face on which tests reach the engine itself: opened, with the bundled models, checkpoints that transformers saved and golden tensors served beside it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { root } from './golden';

export async function openEngineRoom(page: Page): Promise<void> {
  await page.route(/\/(models|reference\/(checkpoints|golden))\//, async (route) => {
    const path = join(root, decodeURIComponent(new URL(route.request().url()).pathname));
    await route.fulfill({ body: await readFile(path), contentType: 'application/octet-stream' });
  });
  await page.goto('/');
  await page.waitForFunction(() => 'engineRoom' in window);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
}
