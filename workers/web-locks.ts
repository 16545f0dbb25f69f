/** The browser's own locks, which all tabs share and a closed one gives back: https://developer.mozilla.org/en-US/docs/Web/API/Web_Locks_API */
import { failure } from '../src/core/errors';
import { ownLocks, type Locks } from '../src/core/store/locks';

export function webLocks(): Locks {
  if (!('locks' in navigator)) return ownLocks(); // an insecure page, which has no private file system either
  return {
    async hold(name, mode, work, { signal, onWait } = {}) {
      const atOnce = await navigator.locks.request(name, { mode, ifAvailable: true }, async (lock) => lock && { done: await work() });
      if (atOnce) return atOnce.done;
      onWait?.();
      let begun = false;
      try {
        return await navigator.locks.request(name, { mode, signal }, () => {
          begun = true;
          return work();
        });
      } catch (thrown) {
        if (!begun && signal?.aborted) throw failure('stopped');
        throw thrown;
      }
    },
  };
}
