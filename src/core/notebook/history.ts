/** Undo and redo: what a notebook was before each edit, and after those that were taken back. */

/** More are forgotten, the oldest first. Notebooks share what an edit left alone, so one costs little more than what changed. */
const mostSteps = 200;

/** Nor are more characters of long texts kept, about a byte each. A text that several steps share is in memory once, and counts once. */
const mostCharacters = 50_000_000;

/** What is shorter is not counted: thousands of names are no burden, and a long text is. */
const longText = 1_000;

/** Edits of the same place that follow one another within this time are one step: a word typed, a slider drawn. Milliseconds. */
const oneStep = 1_500;

/** After this time a new step begins even so: whoever writes without a pause does not want all of it taken back. Milliseconds. */
const longestStep = 3_000;

export interface History<T> {
  past: readonly Step<T>[];
  future: readonly Step<T>[];
  /** the edit that was made last, while others may still join it */
  open: { place: string; began: number; at: number } | null;
}

/** A value and what was done to leave it: “delete Text”. */
export interface Step<T> {
  value: T;
  did: string;
  /** the long texts in the value */
  texts: readonly string[];
}

/** Nothing was done yet. */
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
  const joins = open !== null && place === open.place && at - open.at < oneStep && at - open.began < longestStep && history.past.length > 0;
  const past = joins ? history.past : withinBounds([...history.past, stepOf(before, did)]);
  return { past, future: [], open: place === null ? null : { place, began: joins ? open.began : at, at } };
}

function stepOf<T>(value: T, did: string): Step<T> {
  return { value, did, texts: longTexts(value) };
}

function longTexts(value: unknown): string[] {
  if (typeof value === 'string') return value.length < longText ? [] : [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(longTexts) : [];
}

/** The newest steps, as many as may be kept; the last one always. */
function withinBounds<T>(steps: Step<T>[]): Step<T>[] {
  const counted = new Set<string>();
  let characters = 0;
  let kept = 0;
  for (const { texts } of steps.slice(-mostSteps).reverse()) {
    const fresh = texts.filter((text) => !counted.has(text));
    for (const text of fresh) counted.add(text);
    characters += fresh.reduce((sum, { length }) => sum + length, 0);
    if (kept > 0 && characters > mostCharacters) break;
    kept++;
  }
  return steps.slice(-kept);
}

/** @returns null where there is nothing to take back */
export function undone<T>({ past, future }: History<T>, now: T): { history: History<T>; value: T; did: string } | null {
  const last = past.at(-1);
  if (!last) return null;
  return { history: { past: past.slice(0, -1), future: [stepOf(now, last.did), ...future], open: null }, value: last.value, did: last.did };
}

/** @returns null where nothing was taken back */
export function redone<T>({ past, future }: History<T>, now: T): { history: History<T>; value: T; did: string } | null {
  const next = future.at(0);
  if (!next) return null;
  return { history: { past: [...past, stepOf(now, next.did)], future: future.slice(1), open: null }, value: next.value, did: next.did };
}
