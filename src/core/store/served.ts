/** Files that a server has. */
import { Failure, failure } from '../errors';
import { askPatiently, chunks, hostOf, letGo, type Line } from '../hub/request';
import type { Watch } from '../scoring/watch';
import type { Incoming, Origin } from './origin';

/** How a server is reached; who watches is told with each request. */
export type Reach = Omit<Line, 'watch'>;

export interface Served extends Pick<Origin, 'name' | 'label'> {
  address: string;
  /** what is fetched, in an error: the end of the address */
  file: string;
  /** whether the address is the Hub's, whose refusals have sentences of their own */
  hub: boolean;
}

/** A file at an address, of which any stretch can be asked for. */
export function served(reach: Reach, { name, label, address, file, hub }: Served): Origin {
  return {
    name,
    label,
    async open(begin, end, bytes, watch) {
      const whole = begin === 0 && end === bytes;
      const response = await answered({ ...reach, watch }, address, file, hub, whole ? {} : { Range: `bytes=${begin}-${end - 1}` });
      return incoming(response, { file, begin, end, bytes, watch, hub });
    },
  };
}

/**
 * A storage that refuses with 403 does so because the signature of the address it was reached by has expired: asked again, the
 * endpoint signs a new one. Where it was no such thing, a second question does no harm.
 */
async function answered(line: Line, address: string, file: string, hub: boolean, headers: Record<string, string>): Promise<Response> {
  let response = await asked(line, address, file, hub, headers);
  if (response.status === 403) {
    await letGo(response);
    response = await asked(line, address, file, hub, headers);
  }
  if (response.ok) return response;
  await letGo(response);
  if (hub) throw failure('hub-refused', { host: hostOf(line), file, status: response.status });
  throw failure('download-failed', { file, status: `the server answered ${response.status}` });
}

async function asked(line: Line, address: string, file: string, hub: boolean, headers: Record<string, string>): Promise<Response> {
  try {
    return await askPatiently(line, address, file, { headers });
  } catch (thrown) {
    if (hub || !(thrown instanceof Failure) || thrown.code !== 'hub-unreachable') throw thrown;
    throw failure('download-failed', { file, status: 'the server did not answer' });
  }
}

interface Wanted {
  file: string;
  begin: number;
  end: number;
  bytes: number;
  watch: Watch;
  hub: boolean;
}

/**
 * What a server sends of what was asked. Its headers are used where they can be read: of another origin's, a page sees those that
 * it exposes. The version is compared by us and not by If-Range, which is no safelisted header: browsers ask leave for such, and
 * storage hosts have refused it. Only the Hub's versions are: elsewhere, servers that share the load name one file differently,
 * and the sha256 tells in the end.
 * @throws download-changed, where the file has another length
 */
async function incoming(response: Response, { file, begin, end, bytes, watch, hub }: Wanted): Promise<Incoming> {
  const etag = (hub && response.headers.get('etag')?.replace(/^W\//, '')) || null; // weak or not: a proxy that compresses makes it so
  const stretch = response.status === 206 ? (stretchOf(response.headers.get('content-range')) ?? { begin, end, total: bytes }) : { begin: 0, end: bytes, total: lengthOf(response) ?? bytes };
  if (stretch.total !== bytes) {
    await letGo(response);
    throw failure('download-changed', { file, found: `it has ${stretch.total} bytes`, expected: `${bytes}` });
  }
  return { begin: stretch.begin, end: stretch.end, etag, chunks: chunks(response, file, watch) };
}

function stretchOf(contentRange: string | null): { begin: number; end: number; total: number } | null {
  const [, begin, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(contentRange ?? '') ?? [];
  return total === undefined ? null : { begin: Number(begin), end: Number(last) + 1, total: Number(total) };
}

/** A compressed body's length says nothing of what is in it. */
function lengthOf({ headers }: Response): number | null {
  const length = headers.get('content-length');
  return length === null || headers.has('content-encoding') ? null : Number(length);
}
