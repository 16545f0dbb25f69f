/** Fields of a row, as they come from JSON, from CSV (where all is text) or from parquet (where whole numbers are bigints). */

/** The values, if all of them are texts; otherwise null. */
export function texts(...values: unknown[]): string[] | null {
  return values.every((value) => typeof value === 'string') ? values : null;
}

/** A list of at least two texts, or null. */
export function textList(value: unknown): string[] | null {
  return Array.isArray(value) && value.length > 1 ? texts(...(value as unknown[])) : null;
}

/** A whole number, also where it is written out or true or false; otherwise null. */
export function wholeNumber(value: unknown): number | null {
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
  if (typeof value === 'string' && /^\s*-?\d+\s*$/.test(value)) return Number(value);
  return Number.isInteger(value) ? (value as number) : null;
}
