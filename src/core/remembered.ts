/** What was brought once, by its name. */

export class Remembered<T> {
  readonly #known = new Map<string, Promise<T>>();

  /** What is known by this name, or what `bring` brings. A failure is forgotten, so that the next try is a new one. */
  get(key: string, bring: () => Promise<T>): Promise<T> {
    const known = this.#known.get(key);
    if (known) return known;
    const brought = bring();
    this.#known.set(key, brought);
    brought.catch(() => this.forget(key));
    return brought;
  }

  forget(key: string): void {
    this.#known.delete(key);
  }
}
