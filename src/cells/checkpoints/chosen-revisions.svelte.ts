/** Revisions of one repository that a person chooses among: what each is made of is asked for, one after the other. */
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { isStopped } from '../../core/errors';
import type { Revision } from '../../core/hub/models';
import { Asking } from './asking.svelte';
import type { Candidate, Finder } from './finder';

/** A branch and a tag may have one name. */
export function keyOf({ kind, name }: Pick<Revision, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

/** One for each repository that is looked up: what was asked of another never lands here. */
export class ChosenRevisions {
  readonly reading = new Asking();
  /** by key */
  readonly chosen = new SvelteSet<string>();
  readonly #known = new SvelteMap<string, Candidate>();

  constructor(
    readonly repo: string,
    /** in the order of training */
    readonly revisions: Revision[],
    private readonly finder: Pick<Finder, 'fromHub'>,
  ) {}

  /** Those chosen of which it is known what they are made of, in the order of training. */
  get candidates(): Candidate[] {
    return this.revisions.flatMap((revision) => (this.chosen.has(keyOf(revision)) ? (this.#known.get(keyOf(revision)) ?? []) : []));
  }

  /** Resolves once all that is chosen is known, or is chosen no more. */
  async toggle(key: string): Promise<void> {
    if (this.chosen.delete(key)) return;
    this.chosen.add(key);
    if (!this.reading.busy) await this.#read();
  }

  remove(candidate: Candidate): void {
    for (const [key, known] of this.#known) if (known === candidate) this.chosen.delete(key);
  }

  /** A revision that fails is dropped, and told of once the others are read; Stop drops all that are not read yet. */
  async #read(): Promise<void> {
    await this.reading.ask(async (watch) => {
      let failed: unknown = null;
      for (let next = this.#unread(); next; next = this.#unread()) {
        watch.checkStopped();
        try {
          this.#known.set(keyOf(next), await this.finder.fromHub(this.repo, next, watch));
        } catch (thrown) {
          if (isStopped(thrown)) throw thrown;
          failed ??= thrown;
          this.chosen.delete(keyOf(next));
        }
      }
      if (failed !== null) throw failed;
    });
    for (const key of this.chosen) if (!this.#known.has(key)) this.chosen.delete(key);
  }

  #unread(): Revision | undefined {
    return this.revisions.find((revision) => this.chosen.has(keyOf(revision)) && !this.#known.has(keyOf(revision)));
  }
}
