/** Locks between the terminal's processes: two runs that want one file fetch it once. */
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { failure } from '../core/errors';
import { ownLocks, type Locks, type Waiting } from '../core/store/locks';

const askEvery = 500; // ms

/**
 * A writer makes a file beside the store's, with its process's number in it; one whose process is gone counts for nothing. Node
 * has no flock, and so two that find a dead one's file at the same moment may both begin: they write the same bytes, and the
 * sha256 decides. Readers make none: in the terminal nothing is deleted that is whole and right.
 */
export function nodeLocks(folder: string): Locks {
  const own = ownLocks();
  return {
    hold: (name, mode, work, waiting = {}) =>
      own.hold(name, mode, async () => {
        if (mode === 'shared') return work();
        const path = join(folder, `${name}.lock`);
        await mkdir(folder, { recursive: true });
        await enter(path, waiting);
        try {
          return await work();
        } finally {
          await rm(path, { force: true });
        }
      }, waiting),
  };
}

/** @throws stopped */
async function enter(path: string, { signal, onWait }: Waiting): Promise<void> {
  for (let told = false; !(await made(path)); ) {
    if (signal?.aborted) throw failure('stopped');
    if (await isLeft(path)) {
      await rm(path, { force: true });
      continue;
    }
    if (!told) onWait?.();
    told = true;
    await wait(askEvery);
  }
}

async function made(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(`${process.pid}`).finally(() => file.close());
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw thrown;
  }
}

/**
 * Whether the process that made it is gone. One that has not written its number yet is there. Our own number was another's before:
 * in a container it is the same each time, and within this process the file is nobody else's.
 */
async function isLeft(path: string): Promise<boolean> {
  const pid = Number(await readFile(path, 'utf8').catch(() => ''));
  if (!(pid > 0)) return false;
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0); // sends nothing: asks whether it is there
    return false;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
