/** The page as every test gets it: any error, warning, CSP violation or request to a stranger fails the test at its end. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test as base, type BrowserContext, type Page } from '@playwright/test';

export { expect };

interface Watched {
  /** what this test causes on purpose; each pattern must then really occur */
  expected: RegExp[];
  /** what happened on any of the test's pages that must not */
  complaints: string[];
  /** one more page, watched as well: a tab beside the others, or in a browser that has never been here */
  another: (where: 'tab' | 'fresh profile') => Promise<Page>;
}

/** Collects what must not happen on a page. */
function watch(page: Page, origin: string, complaints: string[]): void {
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.stack ?? error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (!['blob:', 'data:'].includes(url.protocol) && url.origin !== origin) complaints.push(`request to another origin: ${url.href}`);
  });
}

export const test = base.extend<Watched>({
  expected: async ({}, use) => use([]), // eslint-disable-line no-empty-pattern -- Playwright reads the pattern

  complaints: async ({ expected }, use) => {
    const complaints: string[] = [];
    await use(complaints);
    expect(complaints.filter((complaint) => !expected.some((pattern) => pattern.test(complaint)))).toEqual([]);
    for (const pattern of expected) expect(complaints.join('\n'), 'what the test said it would cause').toMatch(pattern);
  },

  page: async ({ page, baseURL, complaints }, use) => {
    watch(page, new URL(baseURL ?? '').origin, complaints);
    await use(page);
  },

  another: async ({ page, browser, baseURL, complaints }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (where) => {
      const context = where === 'tab' ? page.context() : await browser.newContext({ baseURL, serviceWorkers: 'block', ignoreHTTPSErrors: true, viewport: page.viewportSize() });
      if (where === 'fresh profile') contexts.push(context);
      const other = await context.newPage();
      watch(other, new URL(baseURL ?? '').origin, complaints);
      return other;
    });
    for (const context of contexts) await context.close();
  },
});

/** Fails on every accessibility violation that axe finds, naming rule and element. */
export async function expectAccessible(page: Page, when: string): Promise<void> {
  const { violations, passes } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  const told = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`));
  expect(told, when).toEqual([]);
  expect(passes.length, 'rules that found something to check').toBeGreaterThan(10);
}
