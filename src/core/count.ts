/** A whole number as sentences have it: 1,838. */
export function count(value: number): string {
  return value.toLocaleString('en-GB');
}
