/** Which items are right, as text: one bit for each, the first one highest in its byte, zeros at the end, in base64url. */
import { base64Decode, base64Encode } from '@bufbuild/protobuf/wire';

export function rightBits(right: boolean[]): string {
  const bytes = new Uint8Array(Math.ceil(right.length / 8));
  for (const [i, each] of right.entries()) if (each) bytes[i >> 3] |= 0x80 >> (i & 7);
  return base64Encode(bytes, 'url');
}

/**
 * The items again.
 * @param n how many there are
 * @returns null where the text is not what `rightBits` makes of n items
 */
export function rightOf(bits: string, n: number): boolean[] | null {
  if (bits.length !== Math.ceil((Math.ceil(n / 8) * 4) / 3)) return null;
  const bytes = bytesOf(bits);
  const right = Array.from({ length: n }, (_, i) => (bytes[i >> 3] & (0x80 >> (i & 7))) !== 0);
  return rightBits(right) === bits ? right : null;
}

function bytesOf(base64: string): Uint8Array {
  try {
    return base64Decode(base64);
  } catch {
    return new Uint8Array();
  }
}
