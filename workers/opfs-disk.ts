/**
 * The browser's private file system: https://developer.mozilla.org/en-US/docs/Web/API/File_System_API/Origin_private_file_system
 * Written through synchronous handles, which only a worker has and which can write at any place; read through Blobs, which lock
 * nothing.
 */
import type { Disk, DiskFile } from '../src/core/store/disk';

const folder = 'stockpot-files';

/** @throws where the browser has no such file system, or refuses it, as private windows of some do */
export async function openOpfs(): Promise<Disk> {
  const root = await navigator.storage.getDirectory();
  const disk = new OpfsDisk(await root.getDirectoryHandle(folder, { create: true }));
  const probe = `probe-${crypto.randomUUID()}`; // of one name, two tabs that start together would refuse each other
  await (await disk.open(probe)).close(); // some give the folder and refuse the handles
  await disk.remove(probe);
  return disk;
}

class OpfsDisk implements Disk {
  readonly lasting = true;

  constructor(private readonly directory: FileSystemDirectoryHandle) {}

  async names(): Promise<string[]> {
    const names: string[] = [];
    for await (const name of this.directory.keys()) names.push(name);
    return names;
  }

  async blob(name: string): Promise<Blob | null> {
    const handle = await this.directory.getFileHandle(name).catch(nullIfAbsent);
    return handle && handle.getFile();
  }

  async open(name: string): Promise<DiskFile> {
    const handle = await this.directory.getFileHandle(name, { create: true });
    return opfsFile(await handle.createSyncAccessHandle());
  }

  async remove(name: string): Promise<void> {
    await this.directory.removeEntry(name).catch(nullIfAbsent);
  }

  async free(): Promise<number | null> {
    const { quota, usage } = await navigator.storage.estimate();
    return quota === undefined || usage === undefined ? null : Math.max(0, quota - usage);
  }
}

function nullIfAbsent(thrown: unknown): null {
  if (thrown instanceof DOMException && thrown.name === 'NotFoundError') return null;
  throw thrown;
}

/** A handle may take bytes for which there is no room, and say nothing: Chromium's does in private windows. The size tells. */
function opfsFile(handle: FileSystemSyncAccessHandle): DiskFile {
  let expected = 0;
  const refuseShort = (found: number, wanted: number): void => {
    if (found < wanted) throw new DOMException(`${found} of ${wanted} bytes were written`, 'QuotaExceededError');
  };
  return {
    size: async () => handle.getSize(),
    async read(at, length) {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, handle.read(bytes, { at }));
    },
    async write(at, bytes) {
      refuseShort(handle.write(bytes, { at }), bytes.length);
      expected = Math.max(expected, at + bytes.length);
    },
    async truncate(bytes) {
      handle.truncate(bytes);
      expected = Math.min(expected, bytes);
    },
    async flush() {
      handle.flush();
      refuseShort(handle.getSize(), expected);
    },
    close: async () => handle.close(),
  };
}
