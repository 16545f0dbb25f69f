import { expect, test } from 'vitest';
import { droppedFiles } from './dropped-files';

const empty = new File([], 'empty');
const file = (fullPath: string) => ({ isFile: true, isDirectory: false, fullPath, file: (done: (file: File) => void) => done(empty) });

/** A folder of so many files, of which a browser gives a hundred at once. */
function folderOf(count: number): DataTransfer {
  const left = Array.from({ length: count }, (_, i) => file(`/run/${i}.bin`));
  const readEntries = (done: (entries: unknown[]) => void): void => done(left.splice(0, 100));
  const entry = { isFile: false, isDirectory: true, fullPath: '/run', createReader: () => ({ readEntries }) };
  return { items: [{ webkitGetAsEntry: () => entry }], files: [] } as unknown as DataTransfer;
}

test('a folder gives all its files, with their places', async () => {
  const found = await droppedFiles(folderOf(10_000));
  expect(found).toHaveLength(10_000);
  expect(found[250].path).toBe('run/250.bin');
});

test('one file more is told, and nothing is taken in part', async () => {
  await expect(droppedFiles(folderOf(10_001))).rejects.toMatchObject({ code: 'too-many-files', facts: { limit: 10_000 } });
});
