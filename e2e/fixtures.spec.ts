/** That the tests' own alarm rings: each of these causes what must fail a test, and says so beforehand. */
import { expect, test } from './fixtures';
import { smallNotebook } from './notebooks';
import { engineWorker, importNotebook, openPage, runAll } from './page';

test('errors on the page, in the worker, of the policy, and a request to a stranger are noticed', async ({ page, expected }) => {
  expected.push(/console error: on the page/, /console error: in the worker/, /uncaught: Error: thrown/, /Content Security Policy/, /request to another origin: https:\/\/example\.invalid\/pixel/, /net::ERR/);
  await openPage(page);
  await importNotebook(page, smallNotebook());
  await runAll(page);
  await page.evaluate(() => {
    console.error('on the page');
    setTimeout(() => {
      throw new Error('thrown');
    });
    const inline = document.createElement('script');
    inline.textContent = 'globalThis.ran = true';
    document.head.append(inline);
  });
  await engineWorker(page).evaluate(() => console.error('in the worker'));
  await page.evaluate(() => fetch('https://example.invalid/pixel').catch(() => undefined));
  expect(await page.evaluate(() => 'ran' in globalThis), 'an inline script').toBe(false);
});
