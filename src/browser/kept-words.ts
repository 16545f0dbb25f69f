/** Small words that this browser keeps from visit to visit. Storage can be refused as a whole: they last as long as the page, then. */

const key = (name: string): string => `stockpot-${name}`;

export function keptWord(name: string): string | null {
  try {
    return localStorage.getItem(key(name));
  } catch {
    return null;
  }
}

export function keepWord(name: string, word: string): void {
  try {
    localStorage.setItem(key(name), word);
  } catch {
    // as above
  }
}

export function forgetWord(name: string): void {
  try {
    localStorage.removeItem(key(name));
  } catch {
    // as above
  }
}
