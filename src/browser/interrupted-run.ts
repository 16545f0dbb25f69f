/** Which cells of a notebook were still to run, so that a page that was closed or crashed in between can offer to go on. */
import { forgetWord, keepWord, keptWord } from './kept-words';

const word = (notebook: string): string => `running-${notebook}`;

export function rememberRun(notebook: string, pending: readonly string[]): void {
  keepWord(word(notebook), JSON.stringify(pending));
}

export function forgetRun(notebook: string): void {
  forgetWord(word(notebook));
}

/** The cells that were still to run; none where the last run came to its end. */
export function interruptedRun(notebook: string): string[] {
  try {
    const kept: unknown = JSON.parse(keptWord(word(notebook)) ?? '[]');
    return Array.isArray(kept) ? kept.filter((id): id is string => typeof id === 'string') : [];
  } catch {
    return []; // somebody else wrote it
  }
}
