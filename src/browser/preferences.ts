/** The reader's choices for this browser. */
import type { BridgeOptions, DevicePreference } from '../bridge';

export function readPreference<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
  return allowed.find((choice) => choice === read(name)) ?? fallback;
}

/** The id of the notebook that was open last; empty where there was none. */
export function readLast(): string {
  return read('last') ?? '';
}

function read(name: string): string | null {
  try {
    return localStorage.getItem(`stockpot-${name}`);
  } catch {
    return null; // storage can be refused as a whole
  }
}

export function writePreference(name: string, value: string): void {
  try {
    localStorage.setItem(`stockpot-${name}`, value);
  } catch {
    // it lasts as long as the page, then
  }
}

/** `?subgroups=always` gives the graphics device its subgroups however narrow: to see the self-test refuse it. */
export function startOptions(preference: DevicePreference): BridgeOptions {
  const always = new URLSearchParams(location.search).get('subgroups') === 'always';
  return { preference, subgroups: always ? 'always' : 'when-wide' };
}
