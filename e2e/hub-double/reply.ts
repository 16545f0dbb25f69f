/** What the double answers, before it is sent. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Content } from './content';
import { datasetReply } from './datasets';
import type { Double } from './double';
import { hubReply } from './hub-reply';
import { storageReply } from './storage-reply';

export interface Request {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
}

export interface Reply {
  status: number;
  headers: Record<string, string>;
  /** a text, or part of a file */
  body: string | { content: Content; begin: number; end: number };
  /** of a file its path in the repository */
  file?: string;
}

/** The answer to one request of either origin, refusals that are switched on included. */
export function reply(double: Double, request: Request): Reply {
  const from = request.url.origin === double.storage ? 'storage' : 'hub';
  const { refuse } = double.switches;
  if (refuse?.from === from && refuse.times > 0 && request.method !== 'OPTIONS') {
    refuse.times--;
    return { status: refuse.status, headers: { ...allowed(request), ...(refuse.retryAfter !== undefined && { 'Retry-After': refuse.retryAfter }) }, body: 'refused' };
  }
  return datasetReply(double, request) ?? (from === 'storage' ? storageReply(double, request) : hubReply(double, request));
}

/** Which page may read an answer. */
export function allowed({ headers }: Request): Record<string, string> {
  return { 'Access-Control-Allow-Origin': headers.origin ?? '*' };
}

export function preflight(request: Request): Reply {
  const asked = request.headers['access-control-request-headers'];
  const headers = { ...allowed(request), 'Access-Control-Allow-Methods': 'GET, HEAD', 'Access-Control-Max-Age': '86400', ...(asked && { 'Access-Control-Allow-Headers': asked }) };
  return { status: 204, headers, body: '' };
}
