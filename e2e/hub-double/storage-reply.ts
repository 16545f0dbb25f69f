/** The storage's origin, to which the Hub sends on: files by their sha256, whole or in ranges, for whoever has a signed address. */
import { flippedAt, sha256Of, type Content } from './content';
import type { Double } from './double';
import { preflight, type Reply, type Request } from './reply';
import { isSigned } from './signature';

const everybody = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': '*' };

export function storageReply(double: Double, request: Request): Reply {
  const { switches } = double;
  if (request.method === 'OPTIONS') return switches.noPreflight ? { status: 403, headers: {}, body: '' } : preflight(request);
  const file = request.url.searchParams.get('file') ?? undefined;
  if (!isSigned(double, request.url)) return { status: 403, headers: everybody, body: '<Error><Code>AccessDenied</Code></Error>', file };
  const content = double.stored.get(request.url.pathname.slice(1));
  if (!content) return { status: 404, headers: everybody, body: '', file };
  const etag = `"${sha256Of(content)}${switches.etag}"`;
  const headers = { ...everybody, 'Accept-Ranges': 'bytes', ETag: etag, 'Content-Type': 'application/octet-stream' };
  return { ...part(switches.flip === null ? content : flippedAt(content, switches.flip), headers, wanted(request, etag, switches.ignoreRange)), file };
}

/** The range that is to be heard: none where the file is another one than the asker has the beginning of. */
function wanted({ headers }: Request, etag: string, ignored: boolean): string | null {
  return ignored || (headers['if-range'] !== undefined && headers['if-range'] !== etag) ? null : (headers.range ?? null);
}

/** One range, `bytes=a-b` or `bytes=a-`; others are not heard, as a server may decide. */
function part(content: Content, headers: Record<string, string>, range: string | null): Reply {
  const found = /^bytes=(\d+)-(\d*)$/.exec(range ?? '');
  if (!found) return { status: 200, headers, body: { content, begin: 0, end: content.bytes } };
  const [begin, end] = [Number(found[1]), found[2] ? Math.min(Number(found[2]) + 1, content.bytes) : content.bytes];
  if (begin >= content.bytes || end <= begin) return { status: 416, headers: { ...headers, 'Content-Range': `bytes */${content.bytes}` }, body: '' };
  return { status: 206, headers: { ...headers, 'Content-Range': `bytes ${begin}-${end - 1}/${content.bytes}` }, body: { content, begin, end } };
}
