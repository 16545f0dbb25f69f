/** What the Hub answers: it ends, it is JSON, and it has the form it should have. None of it is taken on trust. */
import * as v from 'valibot';
import { failure } from '../errors';
import { chunks, hostOf, type Line } from './request';

const mostAnswer = 4_000_000;
const mostPages = 10;

export const commitHash = v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/, 'a commit is not 40 hexadecimal digits'));
export const sha256Hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'a sha256 is not 64 hexadecimal digits'));
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Asks for a page of an answer. */
type Ask = (address: string) => Promise<Response>;

/**
 * An answer in the form it should have.
 * @param file what was asked for, as a person would name it
 * @throws hub-malformed, download-failed, stopped
 */
export async function answerOf<T>(line: Line, response: Response, schema: v.GenericSchema<unknown, T>, file: string): Promise<T> {
  return checked(line, file, schema, await jsonOf(line, response, file));
}

/**
 * All pages of a list. Of a link to the next page only its query is taken, so that it leads nowhere else.
 * @throws hub-malformed, download-failed, stopped, and what `ask` throws
 */
export async function pagesOf<T>(line: Line, ask: Ask, address: string, schema: v.GenericSchema<unknown, T[]>, file: string): Promise<T[]> {
  const entries: T[] = [];
  let query: string | null = '';
  for (let page = 0; query !== null; page++) {
    if (page === mostPages) throw malformed(line, file, 'its list of files does not end');
    const response = await ask(address + query);
    entries.push(...(await answerOf(line, response, schema, file)));
    query = nextQuery(response.headers.get('link'), address);
  }
  return entries;
}

/** The query of the link that an answer calls next, or null on the last page. */
function nextQuery(link: string | null, address: string): string | null {
  const next = link && /<([^>]*)>\s*;\s*rel="?next"?/.exec(link)?.[1];
  return next && URL.canParse(next, address) ? new URL(next, address).search || null : null;
}

/** @throws hub-malformed, saying where */
export function checked<T>(line: Line, file: string, schema: v.GenericSchema<unknown, T>, value: unknown): T {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const where = v.getDotPath(issue);
  throw malformed(line, file, `${issue.message.slice(0, 300)}${where ? ` (${where})` : ''}`);
}

async function jsonOf(line: Line, response: Response, file: string): Promise<unknown> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of chunks(response, file, line.watch)) {
    bytes += chunk.byteLength;
    if (bytes > mostAnswer) throw malformed(line, file, 'it does not end');
    text += decoder.decode(chunk, { stream: true });
  }
  try {
    return JSON.parse(text + decoder.decode());
  } catch {
    throw malformed(line, file, 'it is not JSON');
  }
}

export function malformed(line: Line, file: string, found: string): Error {
  return failure('hub-malformed', { host: hostOf(line), file, found });
}
