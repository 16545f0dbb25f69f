/** The double behind a `fetch`, without any network: for tests that need none. */
import type { Fetch } from '../../src/core/hub/request';
import type { Double } from './double';
import { reply, type Reply } from './reply';

export function fetchOf(double: Double): Fetch {
  return async function ask(address, init): Promise<Response> {
    init.signal?.throwIfAborted();
    if (double.switches.offline) throw new TypeError('Failed to fetch');
    const url = new URL(address);
    const headers = Object.fromEntries(new Headers(init.headers));
    const { status, headers: given, body, file } = reply(double, { method: 'GET', url, headers });
    const bytes = bytesOf(body);
    const from = url.origin === double.storage ? 'storage' : 'hub';
    double.log.push({ from, method: 'GET', address, file: file ?? null, range: headers.range ?? null, authorization: headers.authorization ?? null, status, sent: bytes.byteLength });
    return given.Location ? ask(new URL(given.Location, url).href, sentOn(init, url, given.Location)) : new Response(bytes.byteLength === 0 ? null : bytes, { status, headers: given });
  };
}

/** As browsers do: a token does not follow to another origin. */
function sentOn(init: RequestInit, from: URL, to: string): RequestInit {
  if (new URL(to, from).origin === from.origin) return init;
  const headers = new Headers(init.headers);
  headers.delete('Authorization');
  return { ...init, headers };
}

function bytesOf(body: Reply['body']): Uint8Array<ArrayBuffer> {
  return new Uint8Array(typeof body === 'string' ? Buffer.from(body) : body.content.read(body.begin, body.end));
}
