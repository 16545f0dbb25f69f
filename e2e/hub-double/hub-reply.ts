/**
 * The Hub's own origin: which revisions a repository has, which files a revision has, and where each is kept. Statuses, headers and
 * forms of answers are those that the Hub gave in 2026; as there, RateLimit and Retry-After are not exposed to pages of other origins.
 */
import { blobIdOf, sha256Of, type Content } from './content';
import type { Double } from './double';
import { allowed, preflight, type Reply, type Request } from './reply';
import { commitOf, type ServedRepo, type ServedRevision } from './repositories';
import { signedAddress } from './signature';

const exposed = 'X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link,Accept-Ranges,Content-Range,X-Linked-Size,X-Linked-ETag,X-Xet-Hash';

/** Requests in five minutes that somebody without a token has: https://huggingface.co/docs/hub/rate-limits */
const quota = { api: 500, resolvers: 3000 };

/** Entries on a page of a list of files; the Hub has 1000. */
const pageSize = 5;

/** What goes to the large storage: by its ending, or by its size. */
function isLarge(path: string, { bytes }: Content): boolean {
  return /\.(safetensors|bin|gguf|onnx|h5|msgpack|pt|pth|ckpt)$/.test(path) || bytes > 10_000_000;
}

export function hubReply(double: Double, request: Request): Reply {
  if (request.method === 'OPTIONS') return preflight(request);
  const [path, query] = [decodeURIComponent(request.url.pathname).slice(1), request.url.searchParams];
  const kind = path.includes('/resolve') ? 'resolvers' : 'api';
  const given = withRepo(double, request, path, query);
  return { ...given, headers: { ...allowed(request), 'Access-Control-Expose-Headers': exposed, ...counted(double, kind), ...given.headers } };
}

function withRepo(double: Double, request: Request, path: string, query: URLSearchParams): Reply {
  const [, repo, rest] = /^(?:api\/(?:resolve-cache\/)?models\/)?([^/]+\/[^/]+)\/(.*)$/.exec(path) ?? ['', '', ''];
  const served = double.repos.find((each) => each.repo === repo);
  const token = request.headers.authorization?.replace(/^Bearer /, '');
  const known = token !== undefined && double.tokens.has(token);
  if (token !== undefined && !known) return refused(401, '', 'Invalid credentials in Authorization header');
  if (!served || (served.shown === 'private' && !known)) return known ? refused(404, 'RepoNotFound', 'Repository not found') : refused(401, '', 'Invalid username or password.');
  if (!path.startsWith('api/')) return resolve(double, served, rest, known);
  return path.startsWith('api/resolve-cache/') ? small(served, rest) : api(double, served, rest, query);
}

function api(double: Double, served: ServedRepo, rest: string, query: URLSearchParams): Reply {
  if (rest === 'refs') return json(refsOf(served));
  const [, what, name] = /^(revision|tree)\/(.+)$/.exec(rest) ?? [];
  const revision = revisionNamed(served, name);
  if (!revision) return refused(404, 'RevisionNotFound', `Invalid rev id: ${name}`);
  const commit = commitOf(served.repo, revision.name);
  if (what === 'revision') return json({ id: served.repo, sha: commit, private: served.shown === 'private', siblings: Object.keys(revision.files).map((rfilename) => ({ rfilename })) });
  const from = Number(query.get('cursor') ?? 0);
  const entries = Object.entries(revision.files);
  const more = `${double.endpoint}/api/models/${served.repo}/tree/${name}?recursive=${query.get('recursive') ?? 'false'}&cursor=${from + pageSize}`;
  return json(entries.slice(from, from + pageSize).map(([path, content]) => entryOf(path, content)), from + pageSize < entries.length ? { Link: `<${more}>; rel="next"` } : {});
}

function refsOf({ repo, revisions }: ServedRepo): object {
  const of = (kind: 'branch' | 'tag', folder: string): object[] =>
    revisions.filter((revision) => (revision.kind ?? 'branch') === kind).map(({ name }) => ({ name, ref: `refs/${folder}/${name}`, targetCommit: commitOf(repo, name) }));
  return { tags: of('tag', 'tags'), branches: of('branch', 'heads'), converts: [] };
}

function entryOf(path: string, content: Content): object {
  const small = { type: 'file', oid: blobIdOf(content), size: content.bytes, path };
  if (!isLarge(path, content)) return small;
  const sha256 = sha256Of(content);
  return { ...small, lfs: { oid: sha256, size: content.bytes, pointerSize: 134 }, xetHash: sha256 };
}

/** A large file is kept elsewhere, under an address that expires; a small one beside it, at an address without an origin. */
function resolve(double: Double, served: ServedRepo, rest: string, known: boolean): Reply {
  const found = fileAt(served, rest.replace(/^resolve\//, ''));
  if ('status' in found) return found;
  if (served.shown === 'gated' && !known) return refused(401, 'GatedRepo', `Access to model ${served.repo} is restricted.`);
  const { commit, path, content } = found;
  const headers = { 'X-Repo-Commit': commit, 'Accept-Ranges': 'bytes' };
  if (!isLarge(path, content)) {
    const etag = `"${blobIdOf(content)}"`;
    const location = `/api/resolve-cache/models/${served.repo}/${commit}/${path}?etag=${encodeURIComponent(etag)}`;
    return { status: 307, headers: { ...headers, 'X-Linked-ETag': etag, Location: location }, body: '', file: path };
  }
  const location = signedAddress(double, content, path);
  return { status: 302, headers: { ...headers, 'X-Linked-Size': String(content.bytes), 'X-Linked-ETag': `"${sha256Of(content)}"`, Location: location }, body: `Found. Redirecting to ${location}`, file: path };
}

function small(served: ServedRepo, rest: string): Reply {
  const found = fileAt(served, rest);
  if ('status' in found) return found;
  const { commit, path, content } = found;
  return { status: 200, headers: { 'X-Repo-Commit': commit, ETag: `"${blobIdOf(content)}"`, 'Content-Type': 'text/plain; charset=utf-8' }, body: { content, begin: 0, end: content.bytes }, file: path };
}

function fileAt(served: ServedRepo, place: string): Reply | { commit: string; path: string; content: Content } {
  const revision = served.revisions.find(({ name }) => place.startsWith(`${name}/`) || place.startsWith(`${commitOf(served.repo, name)}/`));
  if (!revision) return refused(404, 'RevisionNotFound', 'Revision not found');
  const commit = commitOf(served.repo, revision.name);
  const path = place.slice((place.startsWith(commit) ? commit : revision.name).length + 1);
  const content = revision.files[path];
  return content ? { commit, path, content } : refused(404, 'EntryNotFound', 'Entry not found');
}

function revisionNamed({ repo, revisions }: ServedRepo, name: string | undefined): ServedRevision | undefined {
  return revisions.find((revision) => revision.name === name || commitOf(repo, revision.name) === name);
}

function counted({ counted }: Double, kind: 'api' | 'resolvers'): Record<string, string> {
  counted[kind]++;
  return { RateLimit: `"${kind}";r=${Math.max(0, quota[kind] - counted[kind])};t=300`, 'RateLimit-Policy': `"fixed window";"${kind}";q=${quota[kind]};w=300` };
}

function json(value: unknown, headers: Record<string, string> = {}): Reply {
  return { status: 200, headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers }, body: JSON.stringify(value) };
}

function refused(status: number, code: string, message: string): Reply {
  return { status, headers: { ...(code && { 'X-Error-Code': code }), 'X-Error-Message': message }, body: JSON.stringify({ error: message }) };
}
