/** What the page shows: a notebook, or the list of those that are kept here; and how one gets from one to the other. */
import type { BridgeOptions } from './bridge';
import { browserFinder } from './browser/finder';
import { claim, takeOver, type Claim } from './browser/claim';
import { parseCatalog, runNamed, type Catalog } from './core/checkpoint/catalog';
import { failure, toFailureData, type FailureData } from './core/errors';
import { fromFragment } from './core/link/link';
import { formatVersion, parseNotebook, type Notebook } from './core/notebook/document';
import { limits } from './core/notebook/fields';
import { sha256Of } from './core/sha256';
import { fetchText } from './browser/fetch-text';
import { forgetRun } from './browser/interrupted-run';
import { lessons } from './lessons';
import { NotebookState, type Origin } from './notebook-state.svelte';
import { readLast, writePreference } from './browser/preferences';
import { hashOf, routeOf, type Route } from './route';
import { readNotebook, readNotebooks, readResults, removeNotebook, replaceResults, writeNotebook, type KeptNotebook } from './browser/storage';
import type { KeptResult } from './core/notebook/results';

export type View =
  | { kind: 'opening' }
  | { kind: 'home' }
  | { kind: 'notebook' }
  /** another tab has it */
  | { kind: 'elsewhere'; id: string; title: string };

/** A notebook of the list that was just deleted, and can be brought back. */
interface Deleted {
  notebook: KeptNotebook;
  results: ReadonlyMap<string, KeptResult>;
}

export class Workspace {
  view = $state.raw<View>({ kind: 'opening' });
  problem = $state.raw<FailureData | null>(null);
  notebooks = $state.raw<readonly KeptNotebook[]>([]);
  /** those that were deleted while this page was open, the last one first */
  deleted = $state.raw<readonly Deleted[]>([]);
  readonly open: NotebookState;
  #claim: Promise<Claim | null> = Promise.resolve(null);
  /** the address that is being followed */
  #followed: string | null = null;
  /** what the reader asked for last is done after what was asked for before */
  #turn: Promise<void> = Promise.resolve();

  private constructor(
    readonly catalog: Catalog,
    options: BridgeOptions,
  ) {
    this.open = new NotebookState(runNamed(catalog, 'pico'), browserFinder, options, (id) => this.#keptAs(id));
  }

  /** @throws download-failed */
  static async start(options: BridgeOptions): Promise<Workspace> {
    return new Workspace(parseCatalog(await fetchText('models/catalog.json')), options);
  }

  /** Does something that can fail, once what was begun before is done, and shows the failure instead of losing it. */
  attempt(work: () => Promise<unknown>): Promise<void> {
    this.#turn = this.#turn.then(async () => {
      try {
        this.problem = null;
        await work();
      } catch (thrown) {
        this.problem = toFailureData(thrown);
      }
    });
    return this.#turn;
  }

  /** Shows what the address names. What cannot be shown leaves a sentence and the list. */
  follow(hash: string): Promise<void> {
    return this.attempt(async () => {
      this.#followed = hash;
      try {
        await this.#show(routeOf(hash));
      } catch (thrown) {
        await this.goHome('replaceState'); // going back must not lead here again
        throw thrown;
      } finally {
        this.#followed = null;
      }
    });
  }

  /** The list as it is now: another tab may have changed it. */
  async refresh(): Promise<void> {
    if (this.view.kind === 'home') this.notebooks = await listed();
  }

  async goHome(how: 'pushState' | 'replaceState' = 'pushState'): Promise<void> {
    await this.#leave();
    this.notebooks = await listed();
    this.view = { kind: 'home' };
    this.#address({ kind: 'home' }, how);
  }

  async openKept(id: string): Promise<void> {
    const kept = await readNotebook(id);
    if (!kept) throw failure('notebook-absent');
    const notebook = parseNotebook(kept.json, kept.title || 'the notebook kept in this browser');
    await this.#leave();
    this.#claim = claim(id, (maySave) => this.#lost(id, maySave));
    await this.#showKept(kept, notebook);
  }

  /** Works on here what another tab has open. */
  async takeOver(id: string): Promise<void> {
    this.#claim = takeOver(id, (maySave) => this.#lost(id, maySave));
    await this.#claim; // the other tab saves before it lets go
    const kept = await readNotebook(id);
    if (!kept) throw failure('notebook-absent');
    await this.#showKept(kept, parseNotebook(kept.json, kept.title));
  }

  async openLesson(name: string): Promise<void> {
    const notebook = await lesson(name);
    await this.#look(notebook, { id: null, lesson: name, link: null });
    this.#address({ kind: 'lesson', name });
  }

  /** Opens a notebook that came as a file: kept at once, or looked at first where it brings somebody's numbers. */
  async openFile(notebook: Notebook): Promise<void> {
    await this.#begin(notebook);
    if (notebook.reported === null) this.open.keepIt();
    this.open.news = `Opened ${notebook.title || 'the notebook'}.`;
  }

  async openEmpty(): Promise<void> {
    await this.#begin({ stockpot: formatVersion, title: 'A new notebook', cells: [], reported: null });
    this.open.keepIt();
  }

  /** Puts the lesson that a notebook began as in its place, as one edit that can be undone. */
  async resetToLesson(): Promise<void> {
    const name = this.open.origin.lesson;
    if (name === null) return;
    this.open.change(await lesson(name), 'the return to the lesson');
    this.open.news = 'This is the lesson again. Undo brings back what you had.';
  }

  async copy(id: string): Promise<void> {
    await copied(id);
    await this.goHome();
  }

  /** Opens a twin of a notebook that another tab has. */
  async openCopy(id: string): Promise<void> {
    await this.openKept(await copied(id));
  }

  /** @throws notebook-in-use: another tab would write it back */
  async remove({ id, title }: KeptNotebook): Promise<void> {
    const held = await claim(id, () => Promise.resolve());
    if (!held) throw failure('notebook-in-use', { title });
    const notebook = await readNotebook(id); // the list may be of an hour ago
    if (notebook) this.deleted = [{ notebook, results: await readResults(id) }, ...this.deleted];
    await removeNotebook(id);
    await replaceResults(id, new Map());
    forgetRun(id);
    held.release();
    await this.goHome();
  }

  async bringBack(deleted: Deleted): Promise<void> {
    const { notebook, results } = deleted;
    this.deleted = this.deleted.filter((other) => other !== deleted);
    await writeNotebook(notebook);
    await replaceResults(notebook.id, results);
    await this.goHome();
  }

  /** The notebook that the reader has from this link already, if any. */
  async sameLink(): Promise<KeptNotebook | null> {
    const { link, id } = this.open.origin;
    return link === null || id !== null ? null : ((await readNotebooks()).find((kept) => kept.link === link) ?? null);
  }

  async #show(route: Route): Promise<void> {
    switch (route.kind) {
      case 'home':
        return this.goHome();
      case 'notebook':
        return this.open.origin.id === route.id && this.view.kind === 'notebook' ? undefined : this.openKept(route.id);
      case 'lesson':
        return this.openLesson(lessons.find(({ name }) => name === route.name)?.name ?? lessons[0].name);
      case 'link':
        return this.#look(await fromFragment(route.fragment), { id: null, lesson: null, link: sha256Of(route.fragment) });
      case 'last':
        return this.#showLast();
    }
  }

  /** A page that is opened without a name goes on where the reader was. */
  async #showLast(): Promise<void> {
    const kept = (await readNotebook(readLast())) ?? (await readNotebook('open'));
    if (kept) return this.openKept(kept.id);
    await this.openLesson(lessons[0].name);
  }

  /** Shows a notebook of which nothing is kept before the reader does something with it. */
  async #look(notebook: Notebook, origin: Origin): Promise<void> {
    await this.#leave();
    this.open.open(notebook, origin);
    this.view = { kind: 'notebook' };
  }

  /** Shows a notebook that is the reader's own; it has no address before it is kept. */
  async #begin(notebook: Notebook): Promise<void> {
    await this.#look(notebook, { id: null, lesson: null, link: null });
    history.pushState(null, '', location.pathname + location.search);
  }

  async #showKept({ id, title, lesson: began, link }: KeptNotebook, notebook: Notebook): Promise<void> {
    this.#address({ kind: 'notebook', id });
    if ((await this.#claim) === null) return void (this.view = { kind: 'elsewhere', id, title });
    writePreference('last', id);
    this.open.open(notebook, { id, lesson: began, link }, await readResults(id));
    this.view = { kind: 'notebook' };
  }

  /** The reader did something with a notebook that was only looked at: from now on it has a place and an address. */
  #keptAs(id: string): void {
    this.#address({ kind: 'notebook', id }, 'replaceState');
    writePreference('last', id);
    this.#claim = claim(id, (maySave) => this.#lost(id, maySave));
  }

  /** Another tab works on the notebook now. */
  async #lost(id: string, maySave: boolean): Promise<void> {
    if (id !== this.open.origin.id) return;
    await this.open.close(maySave);
    this.#claim = Promise.resolve(null);
    this.view = { kind: 'elsewhere', id, title: this.open.notebook.title };
  }

  async #leave(): Promise<void> {
    await this.open.close(true);
    (await this.#claim)?.release();
    this.#claim = Promise.resolve(null);
  }

  /**
   * The address changes without being followed: it is already shown. What stood for the same thing in another way (the last one, a
   * lesson or a link that is kept from now on) gives its place in the history to it, or going back would lead here again.
   */
  #address(route: Route, how: 'pushState' | 'replaceState' = 'pushState'): void {
    const hash = hashOf(route);
    if (location.hash === hash) return;
    if (this.#followed !== null && this.#followed !== location.hash) return; // the reader went on meanwhile: that is followed next
    const way = routeOf(location.hash).kind === 'last' ? 'replaceState' : how;
    history[way](null, '', location.pathname + location.search + hash);
  }
}

/** The last one changed first. */
async function listed(): Promise<KeptNotebook[]> {
  return (await readNotebooks()).sort((a, b) => b.saved.localeCompare(a.saved));
}

/** Puts a twin of a notebook beside it, with its results. @returns the twin's id @throws notebook-absent */
async function copied(id: string): Promise<string> {
  const kept = await readNotebook(id);
  if (!kept) throw failure('notebook-absent');
  const { json, lesson } = kept;
  const notebook = parseNotebook(json, 'the notebook');
  const twin = { id: crypto.randomUUID(), title: `${notebook.title} (copy)`.slice(0, limits.title), lesson, link: null, saved: new Date().toISOString() };
  await writeNotebook({ ...twin, json: JSON.stringify({ ...notebook, title: twin.title }) });
  await replaceResults(twin.id, await readResults(id));
  return twin.id;
}

async function lesson(name: string): Promise<Notebook> {
  return parseNotebook(await fetchText(`notebooks/${name}.json`), `${name}.json`);
}
