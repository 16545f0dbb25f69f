/** A clock that stands still until somebody waits. For tests. */
import type { Clock } from './back-off';

export interface FakeClock extends Clock {
  /** seconds waited so far */
  readonly waited: number;
}

export function fakeClock(): FakeClock {
  const start = Date.UTC(2026, 0, 1);
  let now = start;
  return {
    now: () => now,
    wait: (milliseconds) => {
      now += milliseconds;
      return Promise.resolve();
    },
    random: () => 0,
    get waited() {
      return (now - start) / 1000;
    },
  };
}
