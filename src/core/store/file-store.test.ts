import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { PinnedFile } from '../checkpoint/source';
import { stoppedBy, unwatched, type Progress, type Watch } from '../scoring/watch';
import { FakeServer, type Behaviour } from './fake-server';
import { FaultyDisk } from './faulty-disk';
import { FileStore } from './file-store';
import { ownLocks } from './locks';
import { MemoryDisk } from './memory-disk';
import { dataName, journalName } from './part';
import { pieceBytes } from './pieces';

type Bytes = Uint8Array<ArrayBuffer>;

/** Node's own, which is quicker than ours. */
const hashOf = (bytes: Bytes): string => createHash('sha256').update(bytes).digest('hex');

/** Bytes without a pattern. */
function noise(length: number, seed = 1): Bytes {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = seed;
  for (let i = 0; i < words.length; i++) words[i] = state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return new Uint8Array(words.buffer, 0, length);
}

/** Two pieces and a half. */
const content = noise(2.5 * pieceBytes);
const file: PinnedFile = { path: 'model.bin', bytes: content.length, sha256: hashOf(content) };
const flipped = content.slice();
flipped[pieceBytes + 5] ^= 1;

async function expectContent(blob: Blob | null, expected: Bytes = content): Promise<void> {
  expect(Buffer.from((await blob?.arrayBuffer()) ?? new ArrayBuffer(0)).equals(expected), 'the bytes are those of the file').toBe(true);
}

interface Setting {
  disk: FaultyDisk;
  store: FileStore;
  server: FakeServer;
  obtain(watch?: Watch): Promise<Blob>;
}

function setting(behave?: (request: number) => Behaviour, served = content): Setting {
  const disk = new FaultyDisk();
  const server = new FakeServer(served, behave);
  const store = new FileStore(disk);
  return { disk, store, server, obtain: (watch = unwatched) => store.obtain(file, server.origin(), watch) };
}

/** The same disk after a reload. */
function reopened({ disk }: Setting): FileStore {
  return new FileStore(disk);
}

describe('a file is fetched once', () => {
  test('in one request, verified, and found from then on', async () => {
    const s = setting();
    expect(await s.store.find(file.sha256)).toBeNull();
    await expectContent(await s.obtain());
    await expectContent(await s.obtain());
    expect(s.server.ranges).toEqual([null]);
    await expectContent(await reopened(s).find(file.sha256));
  });

  test('telling how far it is, and how long it takes', async () => {
    const told: Progress[] = [];
    await setting().obtain({ ...unwatched, onProgress: (progress) => void told.push(progress) });
    expect(told.every(({ doing }) => doing === 'Fetching step9')).toBe(true);
    expect(told[0]).toMatchObject({ done: 0, secondsLeft: null });
    expect(told.at(-1)).toMatchObject({ done: 1, secondsLeft: 0 });
    expect(told.map(({ done }) => done)).toEqual(told.map(({ done }) => done).sort((a, b) => Number(a) - Number(b)));
  });

  test('an empty file too', async () => {
    const empty = { path: 'empty', bytes: 0, sha256: hashOf(noise(0)) };
    expect((await setting().store.obtain(empty, new FakeServer(noise(0)).origin(), unwatched)).size).toBe(0);
  });
});

describe('what was fetched before a cut is not fetched again', () => {
  test('a connection cut after every megabyte', async () => {
    const s = setting(() => ({ cutAfter: 2 ** 20 }));
    await expectContent(await s.obtain());
    expect(s.server.sent).toBe(content.length);
    expect(s.server.ranges).toHaveLength(20);
  });

  test('a connection that brings nothing is not tried for ever', async () => {
    const s = setting((request) => (request === 0 ? { cutAfter: 3 * 2 ** 20 } : { cutAfter: 0 }));
    await expect(s.obtain()).rejects.toMatchObject({ code: 'download-failed', facts: { status: 'the connection was cut' } });
    expect(s.server.ranges).toHaveLength(2);
  });

  test.each([0, 1, 7, 8, 9, 19])('offline after %i MB, and a reload: less than a piece comes twice', async (megabytes) => {
    const s = setting((request) => (request === 0 ? { cutAfter: megabytes * 2 ** 20 } : { absent: true }));
    await expect(s.obtain()).rejects.toMatchObject({ code: 'download-failed' });
    s.server.behave = () => ({});
    await expectContent(await reopened(s).obtain(file, s.server.origin(), unwatched));
    expect(s.server.sent - content.length).toBeLessThan(pieceBytes);
    expect(s.server.sent - content.length).toBe((megabytes * 2 ** 20) % pieceBytes);
  });

  test('Stop pauses: what has come stays', async () => {
    const s = setting();
    const stopping = new AbortController();
    const watch = stoppedBy(stopping.signal, ({ done }) => {
      if (done !== null && done > 0.5) stopping.abort();
    });
    await expect(s.obtain(watch)).rejects.toMatchObject({ code: 'stopped' });
    expect(await s.store.contents()).toMatchObject([{ sha256: file.sha256, name: 'run step9', bytes: content.length, here: pieceBytes, where: 'disk' }]);
    await expectContent(await s.obtain());
    expect(s.server.ranges).toEqual([null, `bytes=${pieceBytes}-${content.length - 1}`]);
  });
});

describe('the tab dies at any moment', () => {
  /** A piece and a little more. */
  const little = content.slice(0, pieceBytes + 1000);
  const pinned: PinnedFile = { path: 'model.bin', bytes: little.length, sha256: hashOf(little) };

  async function callsToDisk(): Promise<number> {
    const s = setting();
    s.disk.failsIn = 1e9;
    await s.store.obtain(pinned, new FakeServer(little).origin(), unwatched);
    return 1e9 - s.disk.failsIn;
  }

  test('whichever call to the disk fails: the next try goes on, and the file is right', async () => {
    const calls = await callsToDisk();
    expect(calls).toBeGreaterThan(10);
    for (let failing = 1; failing <= calls; failing++) {
      const s = setting(undefined, little);
      s.disk.failsIn = failing;
      await expect(s.store.obtain(pinned, s.server.origin(), unwatched), `call ${failing} fails`).rejects.toMatchObject({ code: 'storage-failed', facts: { found: expect.stringContaining('the disk failed') as string } });
      await expectContent(await reopened(s).obtain(pinned, s.server.origin(), unwatched), little);
      expect(s.server.sent - little.length).toBeLessThanOrEqual(pieceBytes);
    }
  });

  test('half a line of the journal is ignored', async () => {
    const s = setting((request) => (request === 0 ? { cutAfter: 9 * 2 ** 20 } : { absent: true }));
    await expect(s.obtain()).rejects.toMatchObject({ code: 'download-failed' });
    await s.disk.damage(journalName(file.sha256), async (journal) => journal.write(await journal.size(), new TextEncoder().encode('{"piece":1,"sha2')));
    s.server.behave = () => ({});
    await expectContent(await s.obtain());
    await expectContent(await reopened(s).find(file.sha256));
    expect(s.server.ranges.at(-1)).toBe(`bytes=${pieceBytes}-${content.length - 1}`);
  });
});

describe('the server', () => {
  const cutOnce = (then: Behaviour) => (request: number): Behaviour => (request === 0 ? { cutAfter: 9 * 2 ** 20 } : request === 1 ? then : {});

  test('that forgets about ranges is listened to from the beginning', async () => {
    const s = setting((request) => (request === 0 ? { cutAfter: 9 * 2 ** 20 } : { ignoresRanges: true }));
    await expectContent(await s.obtain());
    expect(s.server.ranges.at(-1)).toBeNull();
  });

  test('that sends another stretch than was asked is asked for all of it', async () => {
    const s = setting(cutOnce({ shift: 1 }));
    await expectContent(await s.obtain());
    expect(s.server.ranges).toEqual([null, `bytes=${9 * 2 ** 20}-${content.length - 1}`, null]);
  });

  test('that has another version by now: nothing of the old one is used', async () => {
    const s = setting((request) => (request === 0 ? { cutAfter: 9 * 2 ** 20, content: flipped } : { etag: '"two"' }));
    await expectContent(await s.store.obtain(file, s.server.origin({ hub: true }), unwatched));
    expect(s.server.ranges).toHaveLength(3);
  });

  test.each([['the Hub, weak or not', true, 'W/"one"'], ['elsewhere, whatever it is', false, '"two"']])('that names the same version differently (%s) is believed', async (_, hub, etag) => {
    const s = setting((request) => (request === 0 ? { cutAfter: 9 * 2 ** 20 } : { etag }));
    await expectContent(await s.store.obtain(file, s.server.origin({ hub }), unwatched));
    expect(s.server.sent).toBe(content.length);
  });

  test('that knows no ranges, and cuts each time, is given up for that', async () => {
    const s = setting(() => ({ ignoresRanges: true, cutAfter: 9 * 2 ** 20 }));
    await expect(s.obtain()).rejects.toMatchObject({ code: 'download-failed', facts: { status: expect.stringContaining('the connection was cut') as string } });
    expect(s.server.ranges.length).toBeLessThan(10);
  });

  test('that has another version each time is given up', async () => {
    const s = setting((request) => ({ etag: `"${request}"`, cutAfter: 2 ** 20 }));
    await expect(s.store.obtain(file, s.server.origin({ hub: true }), unwatched)).rejects.toMatchObject({ code: 'download-failed', facts: { status: 'the server sends another version each time' } });
  });

  test('whose signed address expired is asked for a new one', async () => {
    const s = setting((request) => (request === 0 ? { cutAfter: 9 * 2 ** 20 } : request === 1 ? { status: 403 } : {}));
    await expectContent(await s.obtain());
    expect(s.server.sent).toBe(content.length);
  });

  test.each([401, 403, 404])('that refuses with %i says so, and what has come stays', async (status) => {
    const s = setting((request) => (request === 0 ? { cutAfter: 9 * 2 ** 20 } : { status }));
    await expect(s.store.obtain(file, s.server.origin({ hub: true }), unwatched)).rejects.toMatchObject({ code: 'hub-refused', facts: { status } });
    expect(await s.store.contents()).toMatchObject([{ here: pieceBytes }]);
  });

  test.each([429, 503])('that is busy (%i) is waited for', async (status) => {
    const s = setting((request) => (request < 2 ? { status } : {}));
    await expectContent(await s.obtain());
    expect(s.server.ranges).toHaveLength(3);
  });

  test.each([['a placeholder', new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\n')], ['a longer file', noise(content.length + 1)]])('that has %s in its place is not believed', async (_, instead) => {
    const s = setting(() => ({ content: instead }));
    await expect(s.obtain()).rejects.toMatchObject({ code: 'download-changed', facts: { found: `it has ${instead.length} bytes` } });
  });
});

describe('a bit that turned', () => {
  test('on the way once: the file is thrown away and fetched again', async () => {
    const s = setting((request) => (request === 0 ? { content: flipped } : {}));
    await expectContent(await s.obtain());
    expect(s.server.sent).toBe(2 * content.length);
  });

  test('on the way twice: the file is refused, and nothing of it is kept', async () => {
    const s = setting(() => ({ content: flipped }));
    await expect(s.obtain()).rejects.toMatchObject({ code: 'checkpoint-changed', facts: { checkpoint: 'step9', found: hashOf(flipped), expected: file.sha256 } });
    expect(s.server.sent).toBe(2 * content.length);
    expect(await s.disk.names()).toEqual([]);
  });

  const flip = (at: number) => async (data: { read(at: number, n: number): Promise<Bytes>; write(at: number, b: Bytes): Promise<void> }): Promise<void> => {
    const [byte] = await data.read(at, 1);
    await data.write(at, Uint8Array.of(byte ^ 1));
  };

  test('on the disk between two sessions of a download: that piece alone is fetched again', async () => {
    const s = setting((request) => (request === 0 ? { cutAfter: 17 * 2 ** 20 } : { absent: true }));
    await expect(s.obtain()).rejects.toMatchObject({ code: 'download-failed' });
    await s.disk.damage(dataName(file.sha256), flip(7));
    s.server.behave = () => ({});
    await expectContent(await reopened(s).obtain(file, s.server.origin(), unwatched));
    expect(s.server.ranges.slice(-2)).toEqual([`bytes=0-${pieceBytes - 1}`, `bytes=${2 * pieceBytes}-${content.length - 1}`]);
  });

  test.each<[string, (s: Setting) => Promise<void>]>([
    ['a bit', (s) => s.disk.damage(dataName(file.sha256), flip(pieceBytes + 3))],
    ['a tail of zeros', (s) => s.disk.damage(dataName(file.sha256), (data) => data.write(pieceBytes + 100, new Uint8Array(pieceBytes - 100)))],
  ])('on the disk of a whole file (%s): verifying finds it, and that piece alone is fetched again', async (_, damage) => {
    const s = setting();
    await s.obtain();
    expect(await s.store.verify(file.sha256)).toBe(true);
    await damage(s);
    expect(await s.store.verify(file.sha256)).toBe(false);
    expect(await s.store.find(file.sha256)).toBeNull();
    await expectContent(await s.obtain());
    expect(s.server.ranges).toEqual([null, `bytes=${pieceBytes}-${2 * pieceBytes - 1}`]);
    expect(await s.store.verify(file.sha256)).toBe(true);
  });

  test('is looked for once in the life of a page, and not in what just came', async () => {
    const s = setting();
    await s.obtain();
    await s.disk.damage(dataName(file.sha256), flip(3));
    expect(await s.store.checked(file.sha256), 'it came since the page was opened').toBe(true);
    const store = reopened(s);
    expect(await Promise.all([store.checked(file.sha256), store.checked(file.sha256)])).toEqual([false, false]);
    await expectContent(await store.obtain(file, s.server.origin(), unwatched));
    expect(await store.checked(file.sha256)).toBe(true);
    expect(s.server.ranges).toHaveLength(2);
  });

  test('is told to one who reads the file, which is forgotten once they let go', async () => {
    const s = setting();
    await s.obtain();
    await s.disk.damage(dataName(file.sha256), flip(3));
    const store = reopened(s);
    const letGo = await store.reading(file.sha256);
    expect(await store.checked(file.sha256)).toBe(false);
    expect(await store.find(file.sha256), 'it is still there, and found no more').toBeNull();
    expect(await store.has(file.sha256)).toBe(false);
    const obtaining = store.obtain(file, s.server.origin(), unwatched);
    letGo();
    await expectContent(await obtaining);
    expect(s.server.ranges).toEqual([null, `bytes=0-${pieceBytes - 1}`]);
    expect(await store.has(file.sha256)).toBe(true);
  });

  test('a file cut short on the disk is not taken for whole', async () => {
    const s = setting();
    await s.obtain();
    await s.disk.damage(dataName(file.sha256), (data) => data.truncate(2 * pieceBytes));
    expect(await s.store.find(file.sha256)).toBeNull();
    await expectContent(await s.obtain());
    expect(s.server.ranges).toEqual([null, `bytes=${2 * pieceBytes}-${content.length - 1}`]);
  });

  test('a lost journal: the file is read again, not fetched', async () => {
    const s = setting();
    await s.obtain();
    await s.disk.remove(journalName(file.sha256));
    await expectContent(await s.obtain());
    expect(s.server.ranges).toEqual([null]);
  });

  test('what has lost its journal is shown, and can be deleted', async () => {
    const s = setting();
    await s.obtain();
    await s.disk.damage(journalName(file.sha256), (journal) => journal.truncate(3));
    expect(await s.store.contents()).toMatchObject([{ sha256: file.sha256, here: content.length }]);
    await s.disk.remove(journalName(file.sha256));
    expect(await s.store.contents()).toMatchObject([{ sha256: file.sha256, here: content.length }]);
    await s.store.remove(file.sha256);
    expect(await s.store.contents()).toEqual([]);
    expect(await s.disk.names()).toEqual([]);
  });

  test('a lost journal of a file that is not right: it is fetched', async () => {
    const s = setting();
    await s.obtain();
    await s.disk.remove(journalName(file.sha256));
    await s.disk.damage(dataName(file.sha256), flip(9));
    await expectContent(await s.obtain());
    expect(s.server.ranges).toEqual([null, null]);
  });

  test('lost bytes beside a journal that is there: they are fetched', async () => {
    const s = setting();
    await s.obtain();
    await s.disk.remove(dataName(file.sha256));
    expect(await s.store.find(file.sha256)).toBeNull();
    await expectContent(await s.obtain());
  });
});

describe('a full disk', () => {
  test('is told with what is needed and free; what has come stays, and with room the rest comes', async () => {
    const s = setting();
    s.disk.room = pieceBytes + 100_000;
    await expect(s.obtain()).rejects.toMatchObject({ code: 'storage-full', facts: { file: 'step9', needed: content.length - pieceBytes } });
    expect((await s.store.contents())[0].here).toBe(pieceBytes);
    s.disk.room = Infinity;
    await expectContent(await reopened(s).obtain(file, s.server.origin(), unwatched));
    expect(s.server.ranges.at(-1)).toBe(`bytes=${pieceBytes}-${content.length - 1}`);
  });

  test('loses nothing that was there before', async () => {
    const s = setting();
    await s.obtain();
    const other = noise(pieceBytes, 2);
    s.disk.room = 1000;
    await expect(s.store.obtain({ path: 'b', bytes: other.length, sha256: hashOf(other) }, new FakeServer(other).origin(), unwatched)).rejects.toMatchObject({ code: 'storage-full' });
    await expectContent(await s.store.find(file.sha256));
  });
});

describe('two tabs', () => {
  test('that want one file: one fetches, the other waits and says so', async () => {
    const s = setting();
    const locks = ownLocks();
    const told: string[] = [];
    const [first, second] = [new FileStore(s.disk, locks), new FileStore(s.disk, locks)];
    const blobs = await Promise.all([first.obtain(file, s.server.origin(), unwatched), second.obtain(file, s.server.origin(), { ...unwatched, onProgress: ({ doing }) => void told.push(doing) })]);
    for (const blob of blobs) await expectContent(blob);
    expect(s.server.ranges).toEqual([null]);
    expect(told).toEqual(['Waiting for another download of step9']);
  });

  test('the one that waits can be stopped, and fetches on where the other was', async () => {
    const s = setting();
    const locks = ownLocks();
    const [first, second] = [new FileStore(s.disk, locks), new FileStore(s.disk, locks)];
    const stopping = new AbortController();
    const fetching = first.obtain(file, s.server.origin(), stoppedBy(stopping.signal, ({ done }) => Number(done) > 0.5 && stopping.abort()));
    const impatient = new AbortController();
    const waiting = second.obtain(file, s.server.origin(), stoppedBy(impatient.signal, () => impatient.abort()));
    const patient = second.obtain(file, s.server.origin(), unwatched);
    const stopped = { status: 'rejected', reason: { code: 'stopped' } };
    expect(await Promise.allSettled([fetching, waiting, patient])).toMatchObject([stopped, stopped, { status: 'fulfilled' }]);
    await expectContent(await patient);
    expect(s.server.ranges).toEqual([null, `bytes=${pieceBytes}-${content.length - 1}`]);
  });

  test('read one file at once, also where one of them has just opened the page', async () => {
    const s = setting();
    await s.obtain();
    const locks = ownLocks();
    const [first, second] = [new FileStore(s.disk, locks, () => new Date(0)), new FileStore(s.disk, locks, () => new Date(1))];
    const letGo = [await first.reading(file.sha256)];
    await expectContent(await second.find(file.sha256));
    letGo.push(await second.reading(file.sha256));
    for (const release of letGo) release();
    await expect.poll(async () => (await first.contents())[0].used).toBe(new Date(1).toISOString());
  });

  test('to ask whether a file is here is no use of it', async () => {
    const s = setting();
    await s.obtain();
    const [before] = await s.store.contents();
    const locks = ownLocks();
    const later = new FileStore(s.disk, locks, () => new Date(1e15));
    expect([await later.has(file.sha256), await later.has('0'.repeat(64))]).toEqual([true, false]);
    await locks.hold(`stockpot-file-${file.sha256}`, 'exclusive', () => Promise.resolve()); // whoever notes something has done so
    expect(await later.contents()).toEqual([before]);
  });

  test('deletion waits for one who reads, and for one who fetches', async () => {
    const s = setting();
    await s.obtain();
    const letGo = await s.store.reading(file.sha256);
    let deleted = false;
    const deleting = s.store.remove(file.sha256).then(() => (deleted = true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(deleted).toBe(false);
    await expectContent(await s.store.find(file.sha256));
    letGo();
    await deleting;
    expect(await s.disk.names()).toEqual([]);
    let removing: Promise<void> | undefined;
    await expectContent(await s.obtain({ ...unwatched, onProgress: () => void (removing ??= s.store.remove(file.sha256)) }));
    await removing;
    expect(await s.store.find(file.sha256)).toBeNull();
  });
});

describe('a picked file', () => {
  test('is copied, pinned, and there after a reload', async () => {
    const s = setting();
    const taken = await s.store.take(new Blob([content]), 'model.bin', 'my model', unwatched);
    expect(taken).toEqual({ file, kept: true });
    await expectContent(await reopened(s).find(file.sha256));
    expect(await s.store.contents()).toMatchObject([{ name: 'my model', here: content.length, where: 'disk' }]);
  });

  test('is used where it lies where there is no room for it', async () => {
    const s = setting();
    s.disk.room = pieceBytes + 100_000;
    expect(await s.store.take(new Blob([content]), 'model.bin', 'my model', unwatched)).toEqual({ file, kept: false });
    await expectContent(await s.store.find(file.sha256));
    expect(await s.disk.names()).toEqual([]);
    expect(await s.store.contents()).toMatchObject([{ name: 'my model', where: 'in place' }]);
    expect(await reopened(s).find(file.sha256)).toBeNull();
  });

  test('is used where it lies where the browser keeps nothing', async () => {
    const store = new FileStore(new MemoryDisk());
    const picked = new Blob([content]);
    expect((await store.take(picked, 'model.bin', 'my model', unwatched)).kept).toBe(false);
    expect(await store.find(file.sha256)).toBe(picked);
    await store.remove(file.sha256);
    expect(await store.find(file.sha256)).toBeNull();
  });

  test('that was replaced since is to be picked again', async () => {
    const gone = new Blob([content]);
    const broken = (): ReadableStream => new ReadableStream({ start: (stream) => stream.error(new DOMException('gone', 'NotReadableError')) });
    gone.slice = (begin, end) => Object.assign(new Blob([content.subarray(begin, end)]), { stream: broken });
    await expect(setting().store.take(gone, 'model.bin', 'my model', unwatched)).rejects.toMatchObject({ code: 'file-unreadable', facts: { file: 'my model', found: 'NotReadableError' } });
  });
});

test('a store that keeps nothing fetches into memory, and says so', async () => {
  const store = new FileStore(new MemoryDisk());
  const server = new FakeServer(content);
  await expectContent(await store.obtain(file, server.origin(), unwatched));
  await expectContent(await store.obtain(file, server.origin(), unwatched));
  expect(server.ranges).toEqual([null]);
  expect(store.lasting).toBe(false);
  expect(await store.contents()).toMatchObject([{ where: 'memory', here: content.length }]);
  expect(await store.usage()).toEqual({ bytes: 0, free: null });
});
