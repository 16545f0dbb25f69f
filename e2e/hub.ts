/** A local double of the Hugging Face Hub for browser tests: it answers in the Hub's place, and nothing leaves the machine. */
import type { CDPSession, Page, Route } from '@playwright/test';
import type { Row } from '../src/core/evaluation/task';
import { fakeHost, fakeHub, fakeStorage, type FakeAnswer, type FakeDataset } from '../src/core/hub/fake-hub';
import { makeParquet } from '../src/core/hub/make-parquet';

export interface ServedDataset extends Pick<FakeDataset, 'dataset' | 'config' | 'commit'> {
  /** the rows of each split */
  splits: Record<string, Row[]>;
}

/** What can go wrong; each holds from the next request on. */
export interface HubSwitches {
  /** a byte of every file differs from what is announced */
  changed: boolean;
  /** nobody answers */
  offline: boolean;
  /** every request is answered with this status */
  refuses: number | null;
  /** milliseconds before each answer */
  slow: number;
}

export interface ServedHub extends HubSwitches {
  /** every address asked for, those it sent on to included */
  readonly asked: string[];
}

/** What a test expects to be asked for by the page, as `fixtures.ts` wants it told. */
export const hubRequests = /^request to another origin: https:\/\/(huggingface\.co|cdn-lfs\.example)\//m;

/** Serves datasets as the Hub does: parquet made of the rows, kept on a storage of another origin to which each download is sent on. */
export async function serveHub(page: Page, ...datasets: ServedDataset[]): Promise<ServedHub> {
  const hub: ServedHub = { asked: [], changed: false, offline: false, refuses: null, slow: 0 };
  const places = datasets.flatMap(({ splits, ...dataset }) => Object.entries(splits).map(([split, rows]) => place({ ...dataset, split, files: [makeParquet(rows)] }, hub)));
  const answer = async (address: string): Promise<FakeAnswer | null> => {
    hub.asked.push(address);
    if (hub.slow > 0) await new Promise((resolve) => setTimeout(resolve, hub.slow));
    if (hub.offline) return null;
    const answers = places.map((place) => place(address));
    const known = answers.find(({ status }) => status !== 404) ?? answers[0];
    return hub.refuses === null ? known : { ...known, status: hub.refuses, body: '{"error":"refused"}' };
  };
  await page.route(`${fakeHost}/**`, async (route) => fulfil(route, await answer(route.request().url())));
  await serveStorage(page, answer);
  return hub;
}

function place(dataset: FakeDataset, hub: HubSwitches): (address: string) => FakeAnswer {
  return fakeHub({ ...dataset, send: (bytes) => (hub.changed ? bytes.map((byte, i) => (i === 8 ? byte ^ 1 : byte)) : bytes) });
}

async function fulfil(route: Route, answer: FakeAnswer | null): Promise<void> {
  await (answer ? route.fulfill({ ...answer, body: Buffer.from(answer.body) }) : route.abort('internetdisconnected')).catch(() => undefined); // the page may be gone, or have stopped it
}

/** Playwright's routes do not see where a request was redirected to; the browser's own protocol does. */
async function serveStorage(page: Page, answer: (address: string) => Promise<FakeAnswer | null>): Promise<void> {
  const session: CDPSession = await page.context().newCDPSession(page);
  session.on('Fetch.requestPaused', ({ requestId, request }) => {
    const reply = async (): Promise<void> => {
      const given = await answer(request.url);
      if (!given) return void (await session.send('Fetch.failRequest', { requestId, errorReason: 'InternetDisconnected' }));
      const responseHeaders = Object.entries(given.headers).map(([name, value]) => ({ name, value }));
      await session.send('Fetch.fulfillRequest', { requestId, responseCode: given.status, responseHeaders, body: Buffer.from(given.body).toString('base64') });
    };
    reply().catch(() => undefined); // the page may be gone, or have stopped it
  });
  await session.send('Fetch.enable', { patterns: [{ urlPattern: `${fakeStorage}/*` }] });
}
