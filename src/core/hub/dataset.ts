/** What the Hub says of a dataset: the commit its parquet form stands at, and the files of a split. None of it is taken on trust. */
import * as v from 'valibot';
import type { Home } from '../evaluation/task';
import { answerOf, checked, commitHash, count, malformed, pagesOf, sha256Hash } from './answer';
import { addressOf, request, type Line } from './request';

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

const revision = v.object({ sha: commitHash });
const entry = v.object({
  type: v.string(),
  path: v.string(),
  size: count,
  lfs: v.optional(v.object({ oid: sha256Hash, size: count })),
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
  return (await answerOf(line, response, revision, dataset)).sha;
}

/**
 * The parquet files of a split, in the order of their rows.
 * @throws hub-unreachable, hub-refused, hub-malformed, download-failed, stopped
 */
export async function filesOf(line: Line, place: Place, commit: string): Promise<HubFile[]> {
  const address = addressOf(line, 'api', 'datasets', ...place.dataset.split('/'), 'tree', commit, place.config, place.split);
  const entries = await pagesOf(line, (page) => request(line, page, nameOf(place)), address, tree, nameOf(place));
  const files = entries.filter(({ type, path }) => type === 'file' && path.endsWith('.parquet')).map((entry) => hubFile(line, place, entry));
  if (files.length === 0) throw malformed(line, nameOf(place), 'it has no parquet file');
  if (new Set(files.map(({ path }) => path)).size < files.length) throw malformed(line, nameOf(place), 'it has two files of one name');
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Where a file is fetched from; the Hub sends on to wherever it keeps it. */
export function addressOfFile(line: Line, { dataset }: Place, commit: string, { path }: HubFile): string {
  return addressOf(line, 'datasets', ...dataset.split('/'), 'resolve', commit, ...path.split('/'));
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
