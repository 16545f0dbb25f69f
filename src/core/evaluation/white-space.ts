/**
 * White space as Python's `str.strip` has it. JavaScript's `trim` and `\s` differ in six characters: Python strips U+001C to
 * U+001F and U+0085 and keeps U+FEFF, and the harness is written in Python.
 */
// eslint-disable-next-line no-control-regex -- they are the point
const ending = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/;
// eslint-disable-next-line no-control-regex
const beginning = /^[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

export function stripEnd(text: string): string {
  return text.replace(ending, '');
}

export function strip(text: string): string {
  return stripEnd(text).replace(beginning, '');
}
