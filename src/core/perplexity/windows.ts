/** A document's tokens -> the windows a model scores, each token predicted exactly once. */

/** One row for the model: `targets[i]` follows `tokens[i]`; only targets from `from` on are scored. */
export interface Window {
  tokens: number[];
  targets: number[];
  from: number;
}

/**
 * How a document longer than the model's window is cut.
 * - `rolling`: lm-evaluation-harness's rolling log-likelihood. The prefix token stands in front, so every token is scored;
 *   windows follow each other and the last one reaches back for context.
 * - `strided`: the Hugging Face guide's sliding window. No prefix token, so the first token is not scored; each window
 *   scores what is new in it, with at least `window - stride` tokens of context after the first. A stride of `window` or more
 *   would leave tokens out; it counts as `window - 1`.
 */
export type Convention = { kind: 'rolling' } | { kind: 'strided'; stride: number };

/**
 * Cuts one document.
 *
 * Rolling, window 4, tokens abcdefghij, prefix ^ (brackets: scored):
 *
 *     ^ a b c  ->  [a b c d]
 *     d e f g  ->  [e f g h]
 *     f g h i  ->   g h[i j]
 *
 * (https://github.com/EleutherAI/lm-evaluation-harness, `get_rolling_token_windows` with context_len 1)
 * @param window the longest row the model takes, 2 or more
 * @param from the first token that is scored; those before it are context, and windows that would only hold such are left out
 */
export function cutDocument(tokens: number[], window: number, prefix: number, convention: Convention, from = 0): Window[] {
  const windows = convention.kind === 'rolling' ? rolling(tokens, window, prefix) : strided(tokens, window, convention.stride);
  return from === 0 ? windows : scoredFrom(windows, tokens.length, from);
}

/** Counted from the end, because there the last window's last target stands. */
function scoredFrom(windows: Window[], length: number, from: number): Window[] {
  let done = length;
  const cut = [...windows].reverse().map((window) => {
    const scored = window.targets.length - window.from;
    const wanted = Math.min(scored, Math.max(0, done - from));
    done -= scored;
    return { ...window, from: window.targets.length - wanted };
  });
  return cut.reverse().filter((window) => window.from < window.targets.length);
}

/** How many tokens are scored in windows. */
export function scoredTokens(windows: Window[]): number {
  return windows.reduce((sum, { tokens, from }) => sum + tokens.length - from, 0);
}

function rolling(tokens: number[], window: number, prefix: number): Window[] {
  const row = [prefix, ...tokens];
  const windows: Window[] = [];
  for (let done = 0; done < tokens.length; ) {
    const end = Math.min(done + window, tokens.length);
    const start = Math.max(0, end - window);
    windows.push({ tokens: row.slice(start, end), targets: tokens.slice(start, end), from: done - start });
    done = end;
  }
  return windows;
}

function strided(tokens: number[], window: number, stride: number): Window[] {
  const windows: Window[] = [];
  const step = Math.min(stride, window - 1);
  let done = 1;
  for (let start = 0; done < tokens.length; start += step) {
    const end = Math.min(start + window, tokens.length);
    windows.push({ tokens: tokens.slice(start, end - 1), targets: tokens.slice(start + 1, end), from: done - start - 1 });
    done = end;
  }
  return windows;
}
