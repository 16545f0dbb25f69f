/** The official rows of a split, from the Hugging Face Hub: only ever when a reader asks for them. */
import { failure } from '../errors';
import type { Home, Row } from '../evaluation/task';
import { Pace, type Watch } from '../scoring/watch';
import { addressOfFile, commitOf, filesOf, nameOf, type HubFile } from './dataset';
import { download } from './download';
import { rowsOf } from './parquet';
import { hostOf, type Fetch, type Line } from './request';

export const hubEndpoint = 'https://huggingface.co';

/** What is fetched at most, all files of a split together. */
export const mostBytes = 200_000_000;

export interface RowsWanted {
  home: Pick<Home, 'dataset' | 'config'>;
  split: string;
  /** the commit of the parquet form that a notebook pins; null for the present one */
  commit: string | null;
  /** a mirror of the Hub */
  endpoint?: string;
  fetch: Fetch;
  watch: Watch;
}

export interface RowsFetched {
  rows: Row[];
  /** what pins them */
  commit: string;
  /** in the order of their rows */
  files: HubFile[];
}

/**
 * @throws hub-unreachable, hub-refused, hub-malformed, hub-changed, hub-too-large, parquet-malformed, download-failed, stopped
 */
export async function fetchRows({ home, split, commit: pinned, endpoint = hubEndpoint, fetch, watch }: RowsWanted): Promise<RowsFetched> {
  const place = { dataset: home.dataset, config: home.config, split };
  const line: Line = { endpoint: endpoint.replace(/\/+$/, ''), fetch, watch };
  watch.onProgress({ doing: `Asking ${hostOf(line)} for ${home.dataset}`, done: null, secondsLeft: null });
  const commit = await commitOf(line, home.dataset, pinned);
  const files = await filesOf(line, place, commit);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > mostBytes) throw failure('hub-too-large', { file: nameOf(place), bytes: total, limit: mostBytes });

  const pace = new Pace(watch, `Fetching ${nameOf(place)}`, total);
  const contents: Uint8Array<ArrayBuffer>[] = [];
  for (const file of files) contents.push(await download(line, addressOfFile(line, place, commit, file), file, (bytes) => pace.step(bytes)));
  const rows: Row[][] = [];
  for (const [i, { path }] of files.entries()) rows.push(await rowsOf(contents[i], path, watch));
  return { rows: rows.flat(), commit, files };
}
