/**
 * Finished measurements by the hash of what they depend on: a model, a text or items, a convention, a backend.
 * Nothing is computed twice: a changed notebook finds again what it shares with an earlier one.
 */
import type { BackendInfo } from '../scoring/backend';
import type { Model } from '../soup/model';
import { hashOf } from './stale';

export interface MeasurementStore {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
}

/** A store that lasts as long as the program. */
export function memoryStore(): MeasurementStore {
  const kept = new Map<string, unknown>();
  return {
    get: (key) => Promise.resolve(kept.get(key)),
    set: (key, value) => Promise.resolve(void kept.set(key, value)),
  };
}

/** Raised when the same inputs come to other numbers, so that what an older page measured is not taken for fresh. */
const scoringVersion = 3;

/**
 * Coefficients are results and differ in late digits between backends, so a key holds the backend, and models are never
 * compared across backends.
 */
export function measurementKey(backend: BackendInfo, model: Model, what: unknown): string {
  const used = model.ingredients.filter(({ coefficient }) => coefficient !== 0);
  const ingredients = used.map(({ checkpoint, coefficient }) => [checkpoint.sha256, coefficient]);
  const fusion = model.fusion ? [hashOf(model.fusion)] : [];
  return hashOf([scoringVersion, backend.kind, backend.precision, backend.runtime, backend.device, ingredients, ...fusion, what]);
}

export async function measured<T>(store: MeasurementStore, key: string, measure: () => Promise<T>): Promise<T> {
  const known = (await store.get(key)) as T | undefined;
  if (known !== undefined) return known;
  const fresh = await measure();
  await store.set(key, fresh);
  return fresh;
}
