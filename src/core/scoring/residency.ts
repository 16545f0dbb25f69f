/** Which checkpoints stay where merging happens, so that the next coefficient is quick: as many as a budget of memory allows. */

interface Kept<T> {
  bytes: number;
  tensors: Map<string, T>;
}

/**
 * Tensors of checkpoints, by sha256 and name. A checkpoint is kept whole or not at all: of one that is kept in part, a merge that
 * goes through its tensors in order would find just those that made room for the others.
 */
export class Residency<T> {
  /** the one used last at the end */
  readonly #kept = new Map<string, Kept<T>>();

  /**
   * @param release frees what a device will not free by itself
   */
  constructor(
    private readonly release: (tensor: T) => void = () => undefined,
  ) {}

  /** sha256 of what is kept, the one used longest ago first. */
  get held(): string[] {
    return [...this.#kept.keys()];
  }

  /**
   * Decides which of the checkpoints that are needed together are kept from now on; of the others, the ones used longest ago make room.
   * @param needed bytes of each
   * @param budget for all together
   */
  admit(needed: Map<string, number>, budget: number): void {
    const used = (): number => [...this.#kept.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const sha256 of needed.keys()) this.#touch(sha256);
    for (const [sha256, bytes] of needed) {
      const others = [...this.#kept.keys()].filter((other) => !needed.has(other));
      const pinned = used() - others.reduce((sum, other) => sum + (this.#kept.get(other) as Kept<T>).bytes, 0);
      if (this.#kept.has(sha256) || pinned + bytes > budget) continue;
      while (used() + bytes > budget) this.drop(others.shift() as string);
      this.#kept.set(sha256, { bytes, tensors: new Map() });
    }
  }

  /** Whether tensors of this checkpoint are to be kept. */
  keeps(sha256: string): boolean {
    return this.#kept.has(sha256);
  }

  find(sha256: string, tensor: string): T | undefined {
    return this.#kept.get(sha256)?.tensors.get(tensor);
  }

  keep(sha256: string, tensor: string, value: T): void {
    this.#kept.get(sha256)?.tensors.set(tensor, value);
  }

  drop(sha256: string): void {
    for (const tensor of this.#kept.get(sha256)?.tensors.values() ?? []) this.release(tensor);
    this.#kept.delete(sha256);
  }

  clear(): void {
    for (const sha256 of this.held) this.drop(sha256);
  }

  #touch(sha256: string): void {
    const kept = this.#kept.get(sha256);
    if (!kept) return;
    this.#kept.delete(sha256);
    this.#kept.set(sha256, kept);
  }
}
