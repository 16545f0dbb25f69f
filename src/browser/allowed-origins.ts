/**
 * Servers that the reader lets this page ask for checkpoints. The Hub is one of them, since its address is the reader's own setting;
 * any other is named by a notebook, perhaps by somebody else's, and is asked for nothing before the reader says so.
 */
import type { Source } from '../core/checkpoint/source';
import { keepWord, keptWord } from './kept-words';

const word = 'allowed-origins';

/** Whether the files of a checkpoint may be fetched from where they lie. */
export function mayFetch(source: Source): boolean {
  return source.kind !== 'url' || origins().includes(new URL(source.base).origin);
}

export function allowOrigin(address: string): void {
  keepWord(word, [...new Set([...origins(), new URL(address).origin])].join(' '));
}

function origins(): string[] {
  return keptWord(word)?.split(' ') ?? [];
}
