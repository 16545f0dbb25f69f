/**
 * White space as Python's `str.strip` has it. JavaScript's `trim` and `\s` differ in six characters: Python strips U+001C to
 * U+001F and U+0085 and keeps U+FEFF, and the harness is written in Python.
 */
// eslint-disable-next-line no-control-regex -- they are the point
const space = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** Character by character: the pattern with `+$` takes seconds where 100,000 spaces stand inside a text. */
export function stripEnd(text: string): string {
  let end = text.length;
  while (end > 0 && space.test(text[end - 1])) end--;
  return text.slice(0, end);
}

export function stripStart(text: string): string {
  let start = 0;
  while (start < text.length && space.test(text[start])) start++;
  return text.slice(start);
}

export function strip(text: string): string {
  return stripStart(stripEnd(text));
}
