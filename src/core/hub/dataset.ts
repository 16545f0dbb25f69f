/** What the Hub says of a dataset: the commit its parquet form stands at, and the files of a split. None of it is taken on trust. */
import * as v from 'valibot';
import { failure } from '../errors';
import type { Home } from '../evaluation/task';
import { addressOf, chunks, hostOf, request, type Line } from './request';

/** A split of a dataset. */
export interface Place extends Pick<Home, 'dataset' | 'config'> {
  split: string;
}

/** A file as the Hub announces it. */
export interface HubFile {
  /** from the root of the dataset */
  path: string;
  bytes: number;
  sha256: string;
}

/** The branch on which the Hub keeps every dataset as parquet, whatever it was uploaded as. */
const parquetBranch = 'refs/convert/parquet';

const mostAnswer = 4_000_000;
const mostPages = 10;

const commitHash = v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/, 'a commit is not 40 hexadecimal digits'));
const revision = v.object({ sha: commitHash });

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const entry = v.object({
  type: v.string(),
  path: v.string(),
  size: count,
  lfs: v.optional(v.object({ oid: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'a sha256 is not 64 hexadecimal digits')), size: count })),
});
const tree = v.array(entry);
type Entry = v.InferOutput<typeof entry>;

/** A place as a person would name it. */
export function nameOf({ dataset, config, split }: Place): string {
  return `${dataset}/${config}/${split}`;
}

/**
 * The commit to read: the pinned one, or the one the parquet branch stands at.
 * @throws hub-unreachable, hub-refused, hub-malformed, download-failed, stopped
 */
export async function commitOf(line: Line, dataset: string, pinned: string | null): Promise<string> {
  if (pinned !== null) return checked(line, dataset, commitHash, pinned);
  const response = await request(line, addressOf(line, 'api', 'datasets', ...dataset.split('/'), 'revision', parquetBranch), dataset);
  return checked(line, dataset, revision, await jsonOf(line, response, dataset)).sha;
}

/**
 * The parquet files of a split, in the order of their rows.
 * @throws hub-unreachable, hub-refused, hub-malformed, download-failed, stopped
 */
export async function filesOf(line: Line, place: Place, commit: string): Promise<HubFile[]> {
  const entries = await entriesOf(line, place, commit);
  const files = entries.filter(({ type, path }) => type === 'file' && path.endsWith('.parquet')).map((entry) => hubFile(line, place, entry));
  if (files.length === 0) throw malformed(line, nameOf(place), 'it has no parquet file');
  if (new Set(files.map(({ path }) => path)).size < files.length) throw malformed(line, nameOf(place), 'it has two files of one name');
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Where a file is fetched from; the Hub sends on to wherever it keeps it. */
export function addressOfFile(line: Line, { dataset }: Place, commit: string, { path }: HubFile): string {
  return addressOf(line, 'datasets', ...dataset.split('/'), 'resolve', commit, ...path.split('/'));
}

/** Of a link to the next page only its query is taken, so that it leads nowhere else. */
async function entriesOf(line: Line, place: Place, commit: string): Promise<Entry[]> {
  const address = addressOf(line, 'api', 'datasets', ...place.dataset.split('/'), 'tree', commit, place.config, place.split);
  const entries: Entry[] = [];
  let query: string | null = '';
  for (let page = 0; query !== null; page++) {
    if (page === mostPages) throw malformed(line, nameOf(place), 'its list of files does not end');
    const response = await request(line, address + query, nameOf(place));
    entries.push(...checked(line, nameOf(place), tree, await jsonOf(line, response, nameOf(place))));
    query = nextQuery(response.headers.get('link'), address);
  }
  return entries;
}

/** The query of the link that an answer calls next, or null on the last page. */
function nextQuery(link: string | null, address: string): string | null {
  const next = link && /<([^>]*)>\s*;\s*rel="?next"?/.exec(link)?.[1];
  return next && URL.canParse(next, address) ? new URL(next, address).search || null : null;
}

/** @throws hub-malformed where it lies elsewhere, or nothing says what its bytes must be */
function hubFile(line: Line, place: Place, { path, size, lfs }: Entry): HubFile {
  const folder = `${place.config}/${place.split}/`;
  if (!path.startsWith(folder) || !/^[\w.-]+$/.test(path.slice(folder.length))) {
    throw malformed(line, nameOf(place), `it lists “${path.slice(0, 200)}”, which lies elsewhere`);
  }
  if (!lfs) throw malformed(line, path, 'it has no sha256');
  if (lfs.size !== size) throw malformed(line, path, `it has ${size} bytes, and ${lfs.size}`);
  return { path, bytes: size, sha256: lfs.oid };
}

function checked<T>(line: Line, file: string, schema: v.GenericSchema<unknown, T>, value: unknown): T {
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

function malformed(line: Line, file: string, found: string): Error {
  return failure('hub-malformed', { host: hostOf(line), file, found });
}
