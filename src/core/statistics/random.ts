/** Random numbers that are the same in every run and in every browser. */

/**
 * xoshiro128** 1.1 (Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47 (2021);
 * https://prng.di.unimi.it/xoshiro128starstar.c).
 * @param state four words, not all 0
 * @returns a function that gives the next word, 0 to 2^32 - 1
 */
export function xoshiro128(state: readonly [number, number, number, number]): () => number {
  let [a, b, c, d] = state;
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
}

/** The same generator from one number, spread over its state by splitmix32 (the finaliser of MurmurHash3 on a Weyl sequence). */
export function seeded(seed: number): () => number {
  const word = (i: number): number => mix((seed + Math.imul(i, 0x9e3779b9)) | 0);
  return xoshiro128([word(1), word(2), word(3), word(4)]);
}

function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}
