import { describe, expect, test } from 'vitest';
import type { BackendInfo } from '../scoring/backend';
import type { CheckpointRef, Model } from '../soup/model';
import { measured, measurementKey, memoryStore } from './measurements';

const info: BackendInfo = { kind: 'node', precision: 'fp32', runtime: 'fake 1', device: '2 threads' };

describe('the key of a measurement', () => {
  const ref = (sha256: string): CheckpointRef => ({ id: `id of ${sha256}`, source: { kind: 'bundled', run: 'pico', name: sha256 }, sha256 });
  const model = (...shares: [string, number][]): Model => ({ id: 'm', ingredients: shares.map(([sha, coefficient]) => ({ checkpoint: ref(sha), coefficient })) });
  const half = model(['a', 0.5], ['b', 0.5]);

  test('is another for another backend, runtime, coefficient, checkpoint or question', () => {
    const keys = [
      measurementKey(info, half, ['text', 1]),
      measurementKey({ ...info, kind: 'wasm' }, half, ['text', 1]),
      measurementKey({ ...info, runtime: 'fake 2' }, half, ['text', 1]),
      measurementKey(info, model(['a', 0.5], ['c', 0.5]), ['text', 1]),
      measurementKey(info, model(['a', 0.5 + 2 ** -53], ['b', 0.5]), ['text', 1]),
      measurementKey(info, half, ['text', 2]),
      measurementKey(info, half, ['items', 1]),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('does not depend on what a model is called, nor on ingredients of which nothing is taken', () => {
    expect(measurementKey(info, { ...half, id: 'another' }, 1)).toBe(measurementKey(info, half, 1));
    expect(measurementKey(info, model(['a', 1], ['b', 0]), 1)).toBe(measurementKey(info, model(['a', 1]), 1));
  });
});

describe('what was measured', () => {
  test('is kept under its key, a failure is not', async () => {
    const store = memoryStore();
    let count = 0;
    const measure = (key: string): Promise<number> => measured(store, key, () => Promise.resolve(++count));
    expect([await measure('a'), await measure('a'), await measure('b'), await measure('a')]).toEqual([1, 1, 2, 1]);
    await expect(measured(store, 'c', () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
    expect(await measure('c')).toBe(3);
  });
});
