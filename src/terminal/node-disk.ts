/** A folder of Node's file system as the store's disk. */
import { constants, openAsBlob } from 'node:fs';
import { mkdir, open, readdir, rm, stat, statfs, type FileHandle } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Disk, DiskFile } from '../core/store/disk';

/** Where the terminal keeps what it fetched: https://specifications.freedesktop.org/basedir-spec/latest/ */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'stockpot');
}

/** @param folder made when something is first written */
export function nodeDisk(folder: string): Disk {
  const at = (name: string): string => join(folder, name);
  return {
    lasting: true,
    names: () => readdir(folder).catch(unlessAbsent([])),
    async blob(name) {
      const there = await stat(at(name)).catch(unlessAbsent(null));
      return there && openAsBlob(at(name));
    },
    async open(name) {
      await mkdir(folder, { recursive: true });
      return fileOf(await open(at(name), constants.O_RDWR | constants.O_CREAT));
    },
    remove: (name) => rm(at(name), { force: true }),
    free: () => statfs(folder).then(({ bavail, bsize }) => bavail * bsize, () => null),
  };
}

function unlessAbsent<T>(instead: T): (thrown: unknown) => T {
  return (thrown) => {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return instead;
    throw thrown;
  };
}

function fileOf(handle: FileHandle): DiskFile {
  return {
    size: async () => (await handle.stat()).size,
    async read(at, length) {
      const bytes = new Uint8Array(length);
      let read = 0;
      for (let more = 1; more > 0 && read < length; read += more) more = (await handle.read(bytes, read, length - read, at + read)).bytesRead;
      return bytes.subarray(0, read);
    },
    async write(at, bytes) {
      for (let written = 0; written < bytes.length; ) written += (await handle.write(bytes, written, bytes.length - written, at + written)).bytesWritten;
    },
    truncate: (bytes) => handle.truncate(bytes),
    flush: () => handle.datasync(),
    close: () => handle.close(),
  };
}
