/**
 * A text made of a task's own items: the paper's main setting, in which coefficients come from unlabelled instances of the very
 * task that is asked afterwards. An instance is an item's own words without its answer, in one of three paradigms (the paper's
 * section on input paradigms and its table 8): raw, with the task's instruction in front, or with demonstrations and the
 * instruction in front.
 */
import { failure } from '../errors';
import type { Item, Task } from './task';
import { demonstrations } from './with-shots';

export type Paradigm = 'raw' | 'zero-shot' | 'few-shot';

export interface ItemDocuments {
  documents: string[];
  /** what is read in front of each without being scored */
  contexts: string[];
}

export interface ItemDocumentsWanted {
  items: Item[];
  /** what demonstrations are drawn from; these alone are shown with their answers */
  pool: Item[];
  paradigm: Paradigm;
  shots: number;
  /** with which demonstrations are drawn */
  seed?: number;
  /** whether what stands in front is scored as well, and not only read */
  scored: 'own' | 'all';
}

/** @throws items-too-few where there is no item, shots-too-few */
export function itemDocuments(task: Task, { items, pool, paradigm, shots, seed, scored }: ItemDocumentsWanted): ItemDocuments {
  if (items.length === 0) throw failure('items-too-few', { task: task.title });
  const front = frontOf(task, pool, paradigm, shots, seed);
  const contexts = items.map(front);
  const own = items.map(({ text }) => text);
  return scored === 'own' ? { documents: own, contexts } : { documents: own.map((text, i) => contexts[i] + text), contexts: own.map(() => '') };
}

function frontOf(task: Task, pool: Item[], paradigm: Paradigm, shots: number, seed?: number): (item: Item) => string {
  if (paradigm === 'raw') return () => '';
  const shown = demonstrations(task, pool, paradigm === 'few-shot' ? shots : 0, seed);
  return (item) => `${shown(item)}${task.instruction}\n`;
}
