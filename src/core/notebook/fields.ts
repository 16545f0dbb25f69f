/** Fields that several parts of the document share, each with what it may be. */
import * as v from 'valibot';

export const limits = { cells: 200, names: 100, text: 5_000_000, markdown: 200_000, checkpoints: 200, title: 200, items: 100_000, groups: 60 };

export const name = v.pipe(v.string(), v.regex(/^[\w][\w .+-]{0,63}$/, 'a name of letters, digits, dots, dashes and spaces'));

/** Whether cells, checkpoints and soups may be called so. */
export function isName(text: string): boolean {
  return v.is(name, text);
}

export const names = v.pipe(v.array(name), v.maxLength(limits.names));
/** Names of which each counts once: who says one twice, as older pages let people do, says it once. */
export const distinctNames = v.pipe(
  names,
  v.transform((all) => [...new Set(all)]),
);
export const title = v.pipe(v.string(), v.maxLength(limits.title));
export const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'a sha256 of 64 hexadecimal digits'));
export const count = v.pipe(v.number(), v.integer(), v.minValue(1));
/** counted from zero */
export const index = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
export const finite = v.pipe(v.number(), v.finite());
