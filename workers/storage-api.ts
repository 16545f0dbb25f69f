/** What the storage worker can do, as types only. */
import type { Kept, Taken } from '../src/core/store/file-store';
import type { HubSettings } from '../src/core/store/library';
import type { Progress } from '../src/core/scoring/watch';
import type { CheckpointRef } from '../src/core/soup/model';

/** Names a call to this worker, so that it can be stopped and its progress told apart. */
export type StorageCall = number;

export interface StorageListener {
  onProgress(call: StorageCall, progress: Progress): void;
}

export interface StorageWorkerApi {
  /** @returns whether what is fetched is kept; else it lasts as long as the page */
  start(base: string, listener: StorageListener): Promise<boolean>;
  changeSettings(settings: HubSettings): void;
  stop(call: StorageCall): void;
  config(call: StorageCall, ref: CheckpointRef): Promise<string>;
  tokenizer(call: StorageCall, ref: CheckpointRef): Promise<string>;
  /** The files are not deleted before `release`. @param reader who reads them */
  weights(call: StorageCall, ref: CheckpointRef, reader: number): Promise<Blob[]>;
  /** Resolves once all that was read is known to be what it was when it came. @throws checkpoint-damaged */
  check(reader: number): Promise<void>;
  release(reader: number): void;
  take(call: StorageCall, file: Blob, path: string, name: string): Promise<Taken>;
  /** What the graphics adapter allows, which a page cannot ask without a warning on its console; null where there is none. */
  adapter(): Promise<{ binding: number; halves: boolean } | null>;
  /** Whole files among these that are here. */
  which(sha256: string[]): Promise<string[]>;
  contents(): Promise<Kept[]>;
  usage(): Promise<{ bytes: number; free: number | null }>;
  /** @returns whether all of it is as it was when it was fetched */
  verify(call: StorageCall, sha256: string): Promise<boolean>;
  remove(sha256: string): Promise<void>;
}
