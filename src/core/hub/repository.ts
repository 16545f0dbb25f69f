/** A model's repository on the Hub: what it refuses is told as what it means for the reader. */
import { failure } from '../errors';
import { addressOf, askPatiently, hostOf, letGo, type Line } from './request';

/** A repository, and the branch, tag or commit that is asked for. */
export interface At {
  /** `owner/name` */
  repo: string;
  revision?: string;
}

export function addressOfApi(line: Line, repo: string, ...parts: string[]): string {
  return addressOf(line, 'api', 'models', ...repo.split('/'), ...parts);
}

/**
 * @param file what is asked for, as a person would name it
 * @throws repo-absent, repo-gated, token-refused, revision-absent, hub-unreachable, hub-refused, stopped
 */
export async function askRepository(line: Line, at: At, address: string, file: string): Promise<Response> {
  const response = await askPatiently(line, address, file);
  if (response.ok) return response;
  await letGo(response);
  throw refusal(line, at, response, file);
}

/**
 * X-Error-Code says which it is, where a mirror passes it on. To somebody without a token the Hub says 401 of what is private and
 * of what is not there alike.
 */
function refusal(line: Line, { repo, revision }: At, { status, headers }: Response, file: string): Error {
  const host = hostOf(line);
  const code = headers.get('x-error-code');
  if (code === 'GatedRepo' || (status === 403 && !code)) return failure('repo-gated', { host, repo });
  if (code === 'RevisionNotFound') return failure('revision-absent', { repo, revision: revision ?? 'main' });
  if (status === 401 && line.token && !code) return failure('token-refused', { host });
  if (status === 401 || code === 'RepoNotFound') return failure('repo-absent', { host, repo });
  if (status === 404 && !code) return revision === undefined ? failure('repo-absent', { host, repo }) : failure('revision-absent', { repo, revision });
  return failure('hub-refused', { host, file, status });
}
