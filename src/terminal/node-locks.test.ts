import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { nodeLocks } from './node-locks';

const folder = mkdtempSync(join(tmpdir(), 'stockpot-locks-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string): string => join(folder, `${name}.lock`);

test('a writer is alone, across processes, and lets go', async () => {
  writeFileSync(path('a'), `${process.ppid}`); // as another process that is at work would leave it
  let begun = false;
  const waited = new Promise<void>((resolve) => {
    void nodeLocks(folder).hold('a', 'exclusive', async () => void (begun = true), { onWait: resolve }).then(() => (begun = true));
  });
  await waited;
  expect(begun).toBe(false);
  rmSync(path('a'));
  await expect.poll(() => begun && !existsSync(path('a')), { timeout: 10_000 }).toBe(true);
});

test('one that waits can be stopped', async () => {
  writeFileSync(path('b'), `${process.ppid}`);
  const stopping = new AbortController();
  const holding = nodeLocks(folder).hold('b', 'exclusive', () => Promise.resolve(), { signal: stopping.signal, onWait: () => stopping.abort() });
  await expect(holding).rejects.toMatchObject({ code: 'stopped' });
  expect(existsSync(path('b')), 'it is the other one\'s').toBe(true);
});

test.each([['is gone', spawnSync(process.execPath, ['-e', '']).pid], ['had our number', process.pid]])('the file of a process that %s counts for nothing', async (_, gone) => {
  writeFileSync(path('c'), `${gone}`);
  await expect(nodeLocks(folder).hold('c', 'exclusive', () => Promise.resolve(existsSync(path('c'))))).resolves.toBe(true);
  expect(existsSync(path('c'))).toBe(false);
});
