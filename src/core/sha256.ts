/** The one way files, texts and definitions are hashed. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** The sha256 of bytes, or of a text's UTF-8, as 64 hexadecimal digits. */
export function sha256Of(data: string | Uint8Array): string {
  return bytesToHex(sha256(typeof data === 'string' ? utf8ToBytes(data) : data));
}

/** A sha256 taken piece by piece, as bytes arrive. */
export class RunningSha256 {
  readonly #hash = sha256.create();

  add(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  /** Its digits, once. */
  end(): string {
    return bytesToHex(this.#hash.digest());
  }
}
