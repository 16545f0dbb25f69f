/** The sha256 of a large file, as its bytes pass by. */
import { createSHA256 } from 'hash-wasm';

export interface WholeHash {
  add(bytes: Uint8Array): void;
  /** its 64 digits, once */
  end(): string;
}

/** In WebAssembly: 215 MB/s in Node 20, where @noble/hashes has 115, and three times as fast as it in Chromium. The browser's own code is faster still, but wants all bytes at once. */
export async function wholeHash(): Promise<WholeHash> {
  const hash = await createSHA256();
  hash.init();
  return { add: (bytes) => void hash.update(bytes), end: () => hash.digest('hex') };
}
