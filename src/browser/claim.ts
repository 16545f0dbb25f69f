/**
 * One tab at a time writes a notebook: a lock that the browser keeps for as long as the tab lives, so that a crash gives it back.
 * https://developer.mozilla.org/en-US/docs/Web/API/Web_Locks_API
 */

/** How long the tab that has a notebook may take to save and let go of it before it is taken. Milliseconds. */
const patience = 2_000;

/** What a tab says to the one that has a notebook; a tab that slept must not obey later. */
interface Wish {
  id: string;
  /** Date.now() */
  until: number;
}

const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('stockpot-claims') : null;

export interface Claim {
  release(): void;
}

type OnLost = (maySave: boolean) => Promise<void>;

/**
 * Claims a notebook for this tab.
 * @param onLost another tab gets it; told whether what is not saved yet may still be saved before it is let go
 * @returns null where another tab has it
 */
export function claim(id: string, onLost: OnLost): Promise<Claim | null> {
  return hold(id, { ifAvailable: true }, onLost);
}

/** Claims a notebook that another tab has: asks it to let go, and takes it where there is no answer. */
export async function takeOver(id: string, onLost: OnLost): Promise<Claim | null> {
  channel?.postMessage({ id, until: Date.now() + patience } satisfies Wish);
  try {
    return await hold(id, { signal: AbortSignal.timeout(patience) }, onLost);
  } catch {
    return hold(id, { steal: true }, onLost);
  }
}

function hold(id: string, options: LockOptions, onLost: OnLost): Promise<Claim | null> {
  if (!('locks' in navigator)) return Promise.resolve({ release: () => undefined }); // nothing to be had: the last edit wins
  return new Promise((resolve, reject) => {
    let held: { let: () => void } | null = null;
    const asked = ({ data }: MessageEvent<Wish>): void => {
      if (data.id === id && Date.now() < data.until) void onLost(true).finally(() => held?.let());
    };
    navigator.locks
      .request(`stockpot-notebook-${id}`, options, (lock) => {
        if (!lock) return resolve(null);
        return new Promise<void>((release) => {
          held = { let: release };
          channel?.addEventListener('message', asked);
          resolve({ release });
        });
      })
      .catch((thrown: unknown) => {
        if (!held) reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
        else void onLost(false);
      })
      .finally(() => channel?.removeEventListener('message', asked));
  });
}
