/** The double of the Hub as a browser sees it: which headers a page of another origin may read, and what goes where. */
import { expect, test, type Page } from '@playwright/test';
import { bytesSent, commitOf, inMemory, picoFiles, startHub, type RunningHub } from './hub-server';

const weights = inMemory(Uint8Array.from({ length: 2_000_000 }, (_, i) => i % 251));
const files = { ...picoFiles(), 'model.safetensors': weights, 'notes.md': inMemory('one file more than a page of the list has') };
const commit = commitOf('kitchen/soup', 'main');
let hub: RunningHub;

// a page without a site: its origin is another one than the double's, and it has no policy of its own
test.use({ ignoreHTTPSErrors: true });
test.beforeEach(async () => {
  hub = await startHub([
    { repo: 'kitchen/soup', revisions: [{ name: 'main', files }] },
    { repo: 'kitchen/secret', revisions: [{ name: 'main', files }], shown: 'private' },
  ]);
  hub.tokens.add('hf_mine');
});
test.afterEach(() => hub.close());

interface Seen {
  status: number;
  bytes: number;
  headers: Record<string, string>;
  from: string;
  failed: string | null;
}

/** What a page's own fetch makes of an address. */
function ask(page: Page, address: string, headers: Record<string, string> = {}): Promise<Seen> {
  return page.evaluate(async ([address, headers]) => {
    const seen = { status: 0, bytes: 0, headers: {} as Record<string, string>, from: '', failed: null as string | null };
    try {
      const response = await fetch(address, { credentials: 'omit', cache: 'no-store', headers });
      Object.assign(seen, { status: response.status, headers: Object.fromEntries(response.headers), from: new URL(response.url).origin });
      const reader = response.body?.getReader();
      for (let chunk = await reader?.read(); chunk && !chunk.done; chunk = await reader?.read()) seen.bytes += chunk.value.byteLength;
    } catch (thrown) {
      seen.failed = String(thrown);
    }
    return seen;
  }, [address, headers] as const);
}
const file = (repo = 'kitchen/soup'): string => `${hub.endpoint}/${repo}/resolve/main/model.safetensors`;

test('a page reads what the Hub exposes, and not when it may ask again', async ({ page }) => {
  const list = await ask(page, `${hub.endpoint}/api/models/kitchen/soup/tree/main`);
  expect(list.headers.link).toMatch(/rel="next"/);
  expect(Object.keys(list.headers)).not.toContain('ratelimit');
  hub.switches.refuse = { from: 'hub', status: 429, times: 1, retryAfter: '7' };
  const refused = await ask(page, file());
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, undefined]);
  expect((await ask(page, `${hub.endpoint}/api/models/kitchen/soup/tree/none`)).headers['x-error-code']).toBe('RevisionNotFound');
});

test('a range is asked for without leave, a version is not', async ({ page }) => {
  const part = await ask(page, file(), { Range: 'bytes=100-299' });
  expect([part.status, part.bytes, part.headers['content-range'], part.from]).toEqual([206, 200, 'bytes 100-299/2000000', hub.storage]);
  expect(hub.log.map(({ method }) => method)).toEqual(['GET', 'GET']);
  hub.switches.noPreflight = true;
  expect((await ask(page, file(), { Range: 'bytes=100-299' })).status).toBe(206);
  expect((await ask(page, file(), { Range: 'bytes=100-299', 'If-Range': '"a"' })).failed).toMatch(/Failed to fetch/);
});

test('a token goes to the Hub, and no further', async ({ page }) => {
  expect((await ask(page, file('kitchen/secret'))).status).toBe(401);
  const opened = await ask(page, file('kitchen/secret'), { Authorization: 'Bearer hf_mine' });
  expect([opened.status, opened.bytes, opened.from]).toEqual([200, weights.bytes, hub.storage]);
  const storage = hub.log.filter(({ from, method }) => from === 'storage' && method === 'GET');
  expect(storage.map(({ authorization }) => authorization)).toEqual([null]);
});

test('a cut connection is an error, after so many bytes and no more', async ({ page }) => {
  hub.switches.cut = { after: 1_500_000 };
  const { bytes, failed } = await ask(page, `${hub.endpoint}/kitchen/soup/resolve/${commit}/model.safetensors`);
  expect(failed).toBe('TypeError: network error');
  // No lower bound: what the browser had received and not yet handed on when the connection broke, it drops, which was up to
  // 0.6 MB on a busy machine.
  expect(bytes).toBeLessThanOrEqual(1_500_000);
  expect(bytesSent(hub, 'model.safetensors')).toBe(1_500_000);
});
