/** The reader's choices for this browser. */
import type { BridgeOptions, DevicePreference, WeightPreference } from '../bridge';
import { precisions } from '../core/scoring/backend';
import { keepWord, keptWord } from './kept-words';

export function readPreference<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
  return allowed.find((choice) => choice === keptWord(name)) ?? fallback;
}

/** The id of the notebook that was open last; empty where there was none. */
export function readLast(): string {
  return keptWord('last') ?? '';
}

export function writePreference(name: string, value: string): void {
  keepWord(name, value);
}

/** How weights are held: 16 bits take half the memory, and round. */
export function chosenWeights(): WeightPreference {
  return readPreference('weights', ['automatic', ...precisions], 'automatic');
}

/** `?subgroups=always` gives the graphics device its subgroups however narrow: to see the self-test refuse it. */
export function startOptions(preference: DevicePreference): BridgeOptions {
  const always = new URLSearchParams(location.search).get('subgroups') === 'always';
  return { preference, subgroups: always ? 'always' : 'when-wide', weights: chosenWeights() };
}
