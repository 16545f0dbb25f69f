/** What pins the items of a task: the same items have one hash, whichever kind of file they came in. */
import { failure } from '../errors';
import { sha256Of } from '../sha256';
import type { Item, Task } from './task';

/** The sha256 of the items' canonical JSON: lists in a fixed order, no names, no spaces. */
export function hashOfItems(items: Item[]): string {
  return sha256Of(JSON.stringify(items.map(listOf)));
}

function listOf({ choices, gold, text, group }: Item): unknown[] {
  return [choices.map(({ context, continuation, characters }) => [context, continuation, characters]), gold, text, group ?? null];
}

/**
 * The items, which must be the pinned ones.
 * @param sha256 what `hashOfItems` must give; null where any will do
 * @throws items-changed
 */
export function pinned(task: Task, items: Item[], sha256: string | null): { items: Item[]; sha256: string } {
  const found = hashOfItems(items);
  if (sha256 !== null && found !== sha256) throw failure('items-changed', { task: task.title, found, expected: sha256 });
  return { items, sha256: found };
}
