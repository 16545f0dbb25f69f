/** How fast weights come from the store, beside reading the same file and copying it once. */
import { BrowserStore } from '../../src/browser/store';
import type { CheckpointRef } from '../../src/core/soup/model';
import { unwatched } from '../../src/core/scoring/watch';

const sliceBytes = 8 * 2 ** 20;

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** Reads a file through, each slice into memory of its own and once more into the target. */
async function readAndCopy(file: Blob, target: Uint8Array): Promise<void> {
  for (let at = 0; at < file.size; at += sliceBytes) target.set(new Uint8Array(await file.slice(at, at + sliceBytes).arrayBuffer()), at % target.length);
}

/** (reading and copying) / what was measured, repeat by repeat */
export interface StorageRatios {
  /** read and copied as an engine does it, while another thread verifies */
  loading: number[];
  /** the same, and verified to the end: when a result may count */
  verified: number[];
}

/** The goal is that loading has at least half the speed. Each repeat has a store that was just opened and has verified nothing. */
export async function benchStorage(megabytes: number, repeats: number): Promise<StorageRatios> {
  const noise = new Uint8Array(2 ** 16);
  const parts = Array.from({ length: megabytes * 16 }, () => crypto.getRandomValues(noise).slice());
  const { file, kept } = await new BrowserStore().take(new Blob(parts), 'bench.bin', 'bench', unwatched);
  if (!kept) throw new Error('this browser keeps nothing');
  const ref: CheckpointRef = { id: 'bench', source: { kind: 'local', folder: 'bench', weights: [file], config: file, tokenizer: file }, sha256: file.sha256 };
  const target = new Uint8Array(sliceBytes);
  const ratios: StorageRatios = { loading: [], verified: [] };
  for (let i = 0; i < repeats; i++) {
    const store = new BrowserStore();
    await store.keeps();
    const library = store.library();
    const start = performance.now();
    const [stored] = await library.weights(ref, unwatched);
    await readAndCopy(stored, target);
    const loading = (performance.now() - start) / 1000;
    await library.check();
    const verified = (performance.now() - start) / 1000;
    library.release();
    const reading = await secondsOf(() => readAndCopy(stored, target));
    ratios.loading.push(reading / loading);
    ratios.verified.push(reading / verified);
  }
  return ratios;
}
