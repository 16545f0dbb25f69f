import { expect, test } from 'vitest';
import { MemoryDisk } from './memory-disk';

test('a file in memory is copied once, and anew after each change', async () => {
  const disk = new MemoryDisk();
  const file = await disk.open('a');
  await file.write(0, Uint8Array.of(1, 2, 3));
  const blob = await disk.blob('a');
  expect(await disk.blob('a')).toBe(blob);
  await file.write(1, Uint8Array.of(9));
  expect([...new Uint8Array((await (await disk.blob('a'))?.arrayBuffer()) ?? [])]).toEqual([1, 9, 3]);
  await file.truncate(2);
  expect((await disk.blob('a'))?.size).toBe(2);
});
