/** Sends an answer piece by piece, counting what went on its way. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { bytesSent, type Asked, type Double } from './double';
import type { Reply } from './reply';

/** Small pieces: what a closed connection still held was counted as sent, and must not be much. */
const piece = 1 << 16;

/** Ends early where the asker went away, or where the connection is to be cut. */
export async function send(double: Double, asked: Asked, { status, headers, body }: Reply, response: ServerResponse): Promise<void> {
  if (typeof body === 'string') {
    response.writeHead(status, headers);
    asked.sent = Buffer.byteLength(body);
    return void response.end(asked.method === 'HEAD' ? '' : body);
  }
  const { content, begin, end } = body;
  response.writeHead(status, { ...headers, 'Content-Length': end - begin });
  if (asked.method === 'HEAD') return void response.end();
  for (let at = begin; at < end && !response.destroyed; ) {
    const next = Math.min(at + piece, end, at + left(double, asked));
    if (next === at) return cut(double, response);
    if (double.switches.slow > 0) await new Promise((resolve) => setTimeout(resolve, double.switches.slow));
    asked.sent += next - at; // first: when the last piece has arrived, somebody may look
    await written(response, content.read(at, next));
    at = next;
  }
  response.end();
}

/** Bytes until the cut. */
function left(double: Double, { file, from }: Asked): number {
  const { cut } = double.switches;
  return cut && from === 'storage' && file !== null ? Math.max(0, cut.after - bytesSent(double, file)) : Infinity;
}

/** What was written before has arrived; then nothing more comes, though more was announced. */
function cut({ switches }: Double, response: ServerResponse): void {
  switches.offline = switches.cut?.thenOffline ?? false;
  switches.cut = null;
  response.socket?.destroySoon();
}

/** Until the connection took it, or broke. */
async function written(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  if (response.destroyed || response.write(bytes)) return;
  const either = new AbortController();
  await Promise.race(['drain', 'close'].map((event) => once(response, event, { signal: either.signal }))).catch(() => undefined);
  either.abort(); // the other is listened for no longer
}
