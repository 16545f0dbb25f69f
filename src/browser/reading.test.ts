import { expect, test, vi } from 'vitest';
import { failure } from '../core/errors';
import { Reading } from './reading';
import type { StoredLibrary } from './store';

/** A reader whose check ends when the test says so. */
function reader(): StoredLibrary & { prove(): void; refute(): void; release: ReturnType<typeof vi.fn<() => void>> } {
  let [prove, refute] = [(): void => undefined, (): void => undefined];
  const promise = new Promise<void>((resolve, reject) => {
    prove = resolve;
    refute = () => reject(failure('checkpoint-damaged', { checkpoint: 'step9' }));
  });
  promise.catch(() => undefined);
  const unused = (): never => {
    throw new Error('nobody reads');
  };
  return { config: unused, tokenizer: unused, weights: unused, check: () => promise, release: vi.fn(), prove, refute };
}

test('what a stopped call read is held until it is checked, and the next result waits for it', async () => {
  const [stopped, next, onDamaged] = [reader(), reader(), vi.fn()];
  const reading = new Reading(onDamaged);
  reading.begin(stopped);
  const ending = reading.end(stopped);
  reading.begin(next);
  next.prove();
  const counts = vi.fn();
  const checking = reading.check().then(counts);
  await next.check();
  expect(counts).not.toHaveBeenCalled();
  expect(stopped.release).not.toHaveBeenCalled();
  stopped.prove();
  await Promise.all([checking, ending]);
  expect(stopped.release).toHaveBeenCalledOnce();
  expect(onDamaged).not.toHaveBeenCalled();
});

test('where it was damaged, the engine is told, and no later result counts', async () => {
  const [stopped, onDamaged] = [reader(), vi.fn()];
  const reading = new Reading(onDamaged);
  reading.begin(stopped);
  stopped.refute();
  await reading.end(stopped);
  expect(onDamaged).toHaveBeenCalledOnce();
  expect(stopped.release).toHaveBeenCalledOnce();
  await expect(reading.check()).rejects.toMatchObject({ code: 'checkpoint-damaged' });
});
