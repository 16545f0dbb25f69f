/** What `random.Random(seed)` of Python draws, number for number (Lib/random.py, Modules/_randommodule.c; CPython 3.9 and later). */
import MersenneTwister from 'mersenne-twister';

export class PythonRandom {
  readonly #twister: MersenneTwister;

  /** @param seed below 2 to the 32 */
  constructor(seed: number) {
    this.#twister = new MersenneTwister([seed]);
  }

  /** `sample`: different members of the population, in the order they are drawn. */
  sample<T>(population: readonly T[], count: number): T[] {
    return population.length <= poolSize(count) ? this.#fromPool(population, count) : this.#fromSet(population, count);
  }

  /** A small population is copied, and what is drawn leaves the copy. */
  #fromPool<T>(population: readonly T[], count: number): T[] {
    const pool = [...population];
    return Array.from({ length: count }, () => {
      const last = pool.length - 1;
      const index = this.#below(pool.length);
      [pool[index], pool[last]] = [pool[last], pool[index]];
      return pool.pop() as T;
    });
  }

  /** From a large one, indices are drawn until they differ. */
  #fromSet<T>(population: readonly T[], count: number): T[] {
    const drawn = new Set<number>();
    while (drawn.size < count) drawn.add(this.#below(population.length));
    return [...drawn].map((index) => population[index]);
  }

  /** `_randbelow_with_getrandbits`: as many bits as the limit has, until they are below it. */
  #below(limit: number): number {
    const bits = 32 - Math.clz32(limit);
    for (;;) {
      const drawn = this.#twister.random_int() >>> (32 - bits);
      if (drawn < limit) return drawn;
    }
  }
}

/** How large a population is still copied. */
function poolSize(count: number): number {
  return 21 + (count > 5 ? 4 ** Math.ceil(Math.log(count * 3) / Math.log(4)) : 0);
}
