/** The double of the Hub itself: that a page meets what it would meet there. */
import type { Page } from '@playwright/test';
import { fakeCommit } from '../src/core/hub/fake-hub';
import { expect, test } from './fixtures';
import { hubRequests, serveHub } from './hub';
import { openPage } from './page';

const rows = [{ question: 'Hot or cold?', choices: { text: ['hot', 'cold'], label: ['A', 'B'] }, answerKey: 'A' }];
const dataset = { dataset: 'kitchen/soups', config: 'Soup-Easy', splits: { test: rows, train: [...rows, ...rows] } };

const api = 'https://huggingface.co/api/datasets/kitchen/soups';
const file = `https://huggingface.co/datasets/kitchen/soups/resolve/${fakeCommit}/Soup-Easy/test/0000.parquet`;

/** What a page's own fetch makes of an address, by the rules for other origins. */
function ask(page: Page, address: string): Promise<{ status: number; link: string | null; from: string; text: string } | string> {
  return page.evaluate(async (address) => {
    try {
      const response = await fetch(address, { credentials: 'omit' });
      return { status: response.status, link: response.headers.get('link'), from: new URL(response.url).origin, text: (await response.text()).slice(0, 400) };
    } catch (thrown) {
      return String(thrown);
    }
  }, address);
}

test.use({ expected: async ({}, use) => use([hubRequests, /Failed to load resource/]) }); // eslint-disable-line no-empty-pattern -- Playwright reads the pattern

test('answers as the Hub does, sends downloads on to another origin, and fails when told to', async ({ page }) => {
  const hub = await serveHub(page, dataset);
  await openPage(page);
  expect(await ask(page, `${api}/revision/refs%2Fconvert%2Fparquet`)).toMatchObject({ status: 200, text: expect.stringContaining(fakeCommit) });
  for (const split of ['test', 'train']) expect(await ask(page, `${api}/tree/${fakeCommit}/Soup-Easy/${split}`)).toMatchObject({ status: 200, text: expect.stringContaining(`Soup-Easy/${split}/0000.parquet`) });
  const whole = await ask(page, file);
  expect(whole).toMatchObject({ status: 200, from: 'https://cdn-lfs.example', text: expect.stringMatching(/^PAR1/) });
  expect(hub.asked.at(-1)).toMatch(/^https:\/\/cdn-lfs\.example\/Soup-Easy\/test\/0000\.parquet/);

  hub.changed = true;
  expect(await ask(page, file)).not.toEqual(whole);
  hub.changed = false;
  expect(await ask(page, file)).toEqual(whole);
  expect(await ask(page, `${api}/tree/${fakeCommit}/Soup-Easy/validation`)).toMatchObject({ status: 404 });
  hub.refuses = 429;
  expect(await ask(page, file)).toMatchObject({ status: 429 });
  hub.offline = true;
  expect(await ask(page, file)).toBe('TypeError: Failed to fetch');
});
