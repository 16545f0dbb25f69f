/** What was dropped on the page, folders with everything in them. */
import type { PickedFile } from '../core/checkpoint/picked-files';
import { failure } from '../core/errors';

/** A folder of more files than this was hardly meant: a home folder, a repository. */
const mostFiles = 10_000;

/**
 * What was dropped, with the places below it.
 * To be called while the event is handled: afterwards its items are gone.
 * https://developer.mozilla.org/en-US/docs/Web/API/DataTransferItem/webkitGetAsEntry
 * @throws too-many-files
 */
export function droppedFiles(transfer: DataTransfer): Promise<(PickedFile & { file: File })[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.every(({ isFile }) => isFile)) return Promise.resolve([...transfer.files].map((file) => ({ path: file.name, file })));
  return filesBelow(entries);
}

async function filesBelow(entries: FileSystemEntry[]): Promise<(PickedFile & { file: File })[]> {
  const found: (PickedFile & { file: File })[] = [];
  const left = [...entries];
  for (let entry = left.shift(); entry; entry = left.shift()) {
    if (found.length === mostFiles) throw failure('too-many-files', { limit: mostFiles });
    if (isFolder(entry)) left.push(...(await childrenOf(entry)));
    else found.push({ path: entry.fullPath.replace(/^\//, ''), file: await fileOf(entry as FileSystemFileEntry) });
  }
  return found;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** A reader gives at most a hundred at once, and nothing when it is through. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return children;
    children.push(...some);
  }
}
