/** Undo and redo: what a notebook was before each edit, and after those that were taken back. */

/** More are forgotten, the oldest first. Notebooks share what an edit left alone, so one costs little more than what changed. */
const mostSteps = 200;

/** Edits of the same place that follow one another within this time are one step: a word typed, a slider drawn. Milliseconds. */
const oneStep = 1_500;

export interface History<T> {
  past: readonly Step<T>[];
  future: readonly Step<T>[];
  /** the edit that was made last, while others may still join it */
  open: { place: string; at: number } | null;
}

/** A value and what was done to leave it: “delete Text”. */
export interface Step<T> {
  value: T;
  did: string;
}

export function emptyHistory<T>(): History<T> {
  return { past: [], future: [], open: null };
}

/**
 * After an edit.
 * @param before what the value was
 * @param edit what was done, where, and when (milliseconds); edits of one place join, those without a place never do
 */
export function afterEdit<T>(history: History<T>, before: T, { did, place, at }: { did: string; place: string | null; at: number }): History<T> {
  const { open } = history;
  const joins = open !== null && place === open.place && at - open.at < oneStep && history.past.length > 0;
  const past = joins ? history.past : [...history.past, { value: before, did }].slice(-mostSteps);
  return { past, future: [], open: place === null ? null : { place, at } };
}

/** @returns null where there is nothing to take back */
export function undone<T>({ past, future }: History<T>, now: T): { history: History<T>; value: T; did: string } | null {
  const last = past.at(-1);
  if (!last) return null;
  return { history: { past: past.slice(0, -1), future: [{ value: now, did: last.did }, ...future], open: null }, value: last.value, did: last.did };
}

/** @returns null where nothing was taken back */
export function redone<T>({ past, future }: History<T>, now: T): { history: History<T>; value: T; did: string } | null {
  const next = future.at(0);
  if (!next) return null;
  return { history: { past: [...past, { value: now, did: next.did }], future: future.slice(1), open: null }, value: next.value, did: next.did };
}
