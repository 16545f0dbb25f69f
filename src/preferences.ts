/** The reader's choices for this browser. */
import type { BridgeOptions, DevicePreference } from './bridge';

export function readPreference<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
  try {
    const value = localStorage.getItem(`stockpot-${name}`);
    return allowed.find((choice) => choice === value) ?? fallback;
  } catch {
    return fallback; // storage can be refused as a whole
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
