/** The header's JSON, read as strictly as the reference does (serde_json), where JSON.parse is more lenient. */
import type { Complain } from './complain';

const maxTensors = 100_000;

/** serde_json's limit. */
const maxDepth = 127;

const blank = ' \t\n\r';
const keyMark = /[ \t\n\r]*:/y;
const word = /[^ \t\n\r{}[\]",:]+/y;
const loneSurrogate = /\p{Surrogate}/u;

/**
 * Parses a header.
 * @returns its entries
 * @throws what `bad` makes
 */
export function parseTable(bytes: ArrayBuffer, bad: Complain): [string, unknown][] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw bad('its header is not UTF-8', 'a UTF-8 header');
  }
  let table: unknown;
  try {
    table = JSON.parse(text);
  } catch {
    throw bad('its header is not JSON', 'a JSON header');
  }
  if (typeof table !== 'object' || table === null || Array.isArray(table)) throw bad('its header is not a table', 'a JSON object');
  const entries = Object.entries(table);
  if (entries.length > maxTensors) throw bad(`it lists ${entries.length} tensors`, `at most ${maxTensors}`);
  const found = laxity(text);
  if (found) throw bad(`its header ${found}`, 'a header as the safetensors library writes it');
  return entries;
}

/**
 * What JSON.parse passes over: a key given twice (it keeps the last), a number that is no plain whole one (1.0 and 1e3 become whole,
 * digits past 2^53 are lost), half a surrogate pair, nesting without end.
 * @param text valid JSON
 */
function laxity(text: string): string | null {
  const open: Set<string>[] = []; // the keys of each table we are in; lists have none
  for (let at = 0; at < text.length; ) {
    const character = text[at];
    if (character === '"') {
      const end = stringEnd(text, at);
      const raw = text.slice(at, end);
      const string = raw.includes('\\') ? (JSON.parse(raw) as string) : raw.slice(1, -1);
      if (string.length < raw.length - 2 && loneSurrogate.test(string)) return 'has half a character'; // only escapes can make one
      at = end + lengthOf(keyMark, text, end);
      if (at === end) continue;
      const keys = open[open.length - 1];
      if (keys.has(string)) return `gives “${string}” twice`;
      keys.add(string);
    } else if (blank.includes(character) || character === ',') {
      at++;
    } else if ('{[]}'.includes(character)) {
      if ('{['.includes(character)) open.push(new Set());
      else open.pop();
      if (open.length > maxDepth) return `nests deeper than ${maxDepth} levels`;
      at++;
    } else {
      const end = at + lengthOf(word, text, at);
      const literal = text.slice(at, end);
      if (!isPlain(literal)) return `has ${literal.slice(0, 40)} where only whole numbers up to 2^53 stand`;
      at = end;
    }
  }
  return null;
}

/** A number as a size or an offset is written, or true, false, null. */
function isPlain(literal: string): boolean {
  return /^[a-z]/.test(literal) || (/^\d+$/.test(literal) && Number.isSafeInteger(Number(literal)));
}

/** Behind the next quotation mark that an even number of backslashes stands before. */
function stringEnd(text: string, quote: number): number {
  for (let at = text.indexOf('"', quote + 1); ; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
}

/** How many characters a sticky pattern takes at a place. */
function lengthOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}
