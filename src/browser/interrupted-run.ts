/** Which cells of a notebook were still to run, so that a page that was closed or crashed in between can offer to go on. */

const key = (notebook: string): string => `stockpot-running-${notebook}`;

export function rememberRun(notebook: string, pending: readonly string[]): void {
  try {
    localStorage.setItem(key(notebook), JSON.stringify(pending));
  } catch {
    // without storage there is nothing to come back to either
  }
}

export function forgetRun(notebook: string): void {
  try {
    localStorage.removeItem(key(notebook));
  } catch {
    // as above
  }
}

/** The cells that were still to run; none where the last run came to its end. */
export function interruptedRun(notebook: string): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key(notebook)) ?? '[]');
    return Array.isArray(kept) ? kept.filter((id): id is string => typeof id === 'string') : [];
  } catch {
    return [];
  }
}
