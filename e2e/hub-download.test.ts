/** From a repository's name to weights in a store, over https from the double of the Hub, with what can happen on the way. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { realClock } from '../src/core/hub/back-off';
import { hubSource, type HubCheckpoint } from '../src/core/hub/models';
import type { Line } from '../src/core/hub/request';
import { unwatched, type Watch } from '../src/core/scoring/watch';
import { FileStore } from '../src/core/store/file-store';
import { libraryOf } from '../src/core/store/library';
import { MemoryDisk } from '../src/core/store/memory-disk';
import { pieceBytes } from '../src/core/store/pieces';
import { sha256OfWeights } from '../src/core/checkpoint/source';
import { bytesSent, inMemory, picoFiles, sha256Of, startHub, type RunningHub } from './hub-server';
import { madeUpHalves } from './hub-double/content';

/** A piece and a half; what is cut, is cut where a quarter is missing. */
const weights = inMemory(madeUpHalves(1.5 * pieceBytes, 1).read(0, 1.5 * pieceBytes));
const cutAt = 1.25 * pieceBytes;
const [repo, path] = ['kitchen/soup', 'pytorch_model.bin'];
let hub: RunningHub;

beforeAll(async () => {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'; // its certificate is its own
  hub = await startHub([{ repo, revisions: [{ name: 'step1000', files: { ...picoFiles(), [path]: weights } }] }]);
});
afterEach(() => {
  Object.assign(hub.switches, { offline: false, refuse: null, cut: null, flip: null, ignoreRange: false, etag: '', slow: 0 });
  hub.log.length = 0;
});
afterAll(() => hub.close());

/** Waits a thousandth of what it is asked to. */
const hasty = { ...realClock, wait: (milliseconds: number) => realClock.wait(milliseconds / 1000) };

/** Everything but the weights, which are obtained by what is returned; the store is new. */
async function chosen(): Promise<{ found: HubCheckpoint; obtain(watch?: Watch): Promise<Blob>; disk: MemoryDisk }> {
  const fetched: Line['fetch'] = (address, init) => fetch(address, init);
  const found = await hubSource({ endpoint: hub.endpoint, fetch: fetched, watch: unwatched, clock: hasty }, repo, 'step1000');
  const disk = new MemoryDisk();
  const ref = { id: 'step1000', source: found.source, sha256: sha256OfWeights(found.source.weights) };
  const obtain = async (watch: Watch = unwatched): Promise<Blob> => {
    const missing = (): never => {
      throw new Error('nothing is bundled here');
    };
    const library = libraryOf({ store: new FileStore(disk), catalog: missing, bundled: missing, settings: () => ({ endpoint: hub.endpoint }), fetch: fetched, mayFetch: true });
    const [blob] = await library.weights(ref, watch);
    return blob;
  };
  return { found, obtain, disk };
}

async function expectWhole(blob: Blob): Promise<void> {
  expect(Buffer.from(await blob.arrayBuffer()).equals(weights.read(0, weights.bytes))).toBe(true);
}

test('a checkpoint is fetched once, and pinned by what the Hub announced', async () => {
  const { found, obtain } = await chosen();
  expect(found.source.weights).toEqual([{ path, bytes: weights.bytes, sha256: sha256Of(weights) }]);
  await expectWhole(await obtain());
  await expectWhole(await obtain());
  expect(bytesSent(hub, path)).toBe(weights.bytes);
});

test('a connection that is cut is made again, and nothing comes twice but what was not kept', async () => {
  const { obtain } = await chosen();
  hub.switches.cut = { after: cutAt };
  await expectWhole(await obtain());
  expect(bytesSent(hub, path) - weights.bytes).toBeLessThanOrEqual(pieceBytes);
});

test('cut and gone on with later, at most one piece of it comes twice', async () => {
  const { obtain } = await chosen();
  hub.switches.cut = { after: cutAt, thenOffline: true };
  await expect(obtain()).rejects.toMatchObject({ code: expect.stringMatching(/^(download-failed|hub-unreachable)$/) as string });
  hub.switches.offline = false;
  await expectWhole(await obtain());
  expect(bytesSent(hub, path) - weights.bytes).toBeLessThanOrEqual(pieceBytes);
});

describe('ridden out:', () => {
  test.each([
    ['an address that the storage says has expired', () => (hub.switches.refuse = { from: 'storage', status: 403, times: 1 })],
    ['a storage that is busy', () => (hub.switches.refuse = { from: 'storage', status: 503, times: 1, retryAfter: '1' })],
    ['a Hub that was asked too often', () => (hub.switches.refuse = { from: 'hub', status: 429, times: 1, retryAfter: '1' })],
    ['ranges that are not heard any more', () => (hub.switches.ignoreRange = true)],
    ['another version of the same bytes', () => (hub.switches.etag = '-2')],
  ])('%s, in the middle', async (_, happens) => {
    const { obtain } = await chosen();
    hub.switches.cut = { after: cutAt, thenOffline: true };
    await expect(obtain()).rejects.toThrow();
    hub.switches.offline = false;
    happens();
    await expectWhole(await obtain());
  });
});

test('a bit that is flipped on the way is caught, each time', async () => {
  const { obtain } = await chosen();
  hub.switches.flip = pieceBytes + 1;
  await expect(obtain()).rejects.toMatchObject({ code: 'checkpoint-changed', facts: { expected: sha256Of(weights) } });
  hub.switches.flip = null;
  await expectWhole(await obtain());
});
