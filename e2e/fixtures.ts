/** The page as every test gets it: any error, warning, CSP violation or request to a stranger fails the test at its end. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test as base, type Page } from '@playwright/test';

export { expect };

interface Watched {
  /** what this test causes on purpose; each pattern must then really occur */
  expected: RegExp[];
}

/** Collects what must not happen on a page. */
function watch(page: Page, origin: string): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.stack ?? error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (!['blob:', 'data:'].includes(url.protocol) && url.origin !== origin) complaints.push(`request to another origin: ${url.href}`);
  });
  return complaints;
}

export const test = base.extend<Watched>({
  expected: async ({}, use) => use([]), // eslint-disable-line no-empty-pattern -- Playwright reads the pattern

  page: async ({ page, baseURL, expected }, use) => {
    const complaints = watch(page, new URL(baseURL ?? '').origin);
    await use(page);
    expect(complaints.filter((complaint) => !expected.some((pattern) => pattern.test(complaint)))).toEqual([]);
    for (const pattern of expected) expect(complaints.join('\n'), 'what the test said it would cause').toMatch(pattern);
  },
});

/** Fails on every accessibility violation that axe finds, naming rule and element. */
export async function expectAccessible(page: Page, when: string): Promise<void> {
  const { violations, passes } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  const told = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`));
  expect(told, when).toEqual([]);
  expect(passes.length, 'rules that found something to check').toBeGreaterThan(10);
}
