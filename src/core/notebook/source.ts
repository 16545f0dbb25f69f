/** Where a checkpoint comes from, as a notebook may say it: every word of it is foreign. */
import * as v from 'valibot';
import { index, name, sha256 } from './fields';

/** Words of a path without a way up or out: no `..`, no scheme, no backslash. */
const path = v.pipe(v.string(), v.maxLength(300), v.regex(/^(?!.*(^|\/)\.{1,2}(\/|$))[\w.+-]+(\/[\w.+-]+)*$/, 'a path of letters, digits, dots and dashes'));

/** Whether a file of a checkpoint may lie there. */
export function isPath(text: string): boolean {
  return v.is(path, text);
}

const file = v.strictObject({ path, bytes: index, sha256 });

/** Read whole, and held in memory: of the tokenizers in use the largest have some 35 MB. */
const text = v.strictObject({ path, bytes: v.pipe(index, v.maxValue(50_000_000)), sha256 });

/** More shards than this no model of a browser has. */
const mostShards = 64;

const files = { weights: v.pipe(v.array(file), v.minLength(1), v.maxLength(mostShards)), config: text, tokenizer: text };

/** A repository's name as the Hub allows it. */
const repo = v.pipe(v.string(), v.maxLength(200), v.regex(/^[\w][\w.-]*\/[\w][\w.-]*$/, 'a repository, as owner/name'));

/** Whether a repository may be called so. */
export function isRepo(text: string): boolean {
  return v.is(repo, text);
}

/** Branches and tags as git allows them, and no control characters. */
const revision = v.pipe(v.string(), v.regex(/^[^\p{Cc}\s~^:?*[\\]{1,200}$/u, 'a branch or tag'));

export const commit = v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/, 'a commit of 40 hexadecimal digits'));

/** Whatever a person may have called a folder; it is only ever shown. */
const folder = v.pipe(v.string(), v.minLength(1), v.maxLength(200));

const base = v.pipe(
  v.string(),
  v.maxLength(1000),
  v.check((text) => isFolderAddress(text), 'an address that begins with https:// and ends with a slash'),
);

/** Whether files may be fetched from below this address: https, no password in it, nothing after the path. */
export function isFolderAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash, href } = new URL(text);
  return protocol === 'https:' && username + password + search + hash === '' && href === text && text.endsWith('/');
}

export const sourceSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('bundled'), run: name, name }),
  v.strictObject({ kind: v.literal('hub'), repo, revision, commit, ...files }),
  v.strictObject({ kind: v.literal('local'), folder, ...files }),
  v.strictObject({ kind: v.literal('url'), base, ...files }),
]);
