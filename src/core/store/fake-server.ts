/** For tests: a server of one file, which can cut, change, refuse and forget. */
import type { Fetch } from '../hub/request';
import { fakeClock } from '../hub/fake-clock';
import type { Origin } from './origin';
import { served, type Served } from './served';

type Bytes = Uint8Array<ArrayBuffer>;

/** What a test's server does with a request; what is not said is done as it should be. */
export interface Behaviour {
  /** knows no ranges */
  ignoresRanges?: boolean;
  /** the version it says; '' for none */
  etag?: string;
  /** cuts the connection after so many bytes */
  cutAfter?: number;
  /** refuses with this status */
  status?: number;
  /** sends the stretch that begins so many bytes later than was asked, and says so */
  shift?: number;
  /** does not answer */
  absent?: boolean;
  /** what it sends in the file's place */
  content?: Bytes;
}

/** A server of one file: what it was asked, what it sent, and how it behaves at each request. */
export class FakeServer {
  readonly ranges: (string | null)[] = [];
  sent = 0;

  constructor(
    readonly content: Bytes,
    /** told the number of the request, from 0 on */
    public behave: (request: number) => Behaviour = () => ({}),
  ) {}

  /** The file as an origin of the store. */
  origin(told: Partial<Served> = {}): Origin {
    return served({ fetch: this.fetch, endpoint: 'https://hub.example', clock: fakeClock() }, { name: 'step9', label: 'run step9', address: 'https://hub.example/step9', file: 'run/step9', hub: false, ...told });
  }

  readonly fetch: Fetch = async (_, init) => {
    const range = new Headers(init.headers).get('range');
    const behaviour = this.behave(this.ranges.push(range) - 1);
    if (behaviour.absent) throw new TypeError('Failed to fetch');
    if (behaviour.status) return new Response('no', { status: behaviour.status });
    const content = behaviour.content ?? this.content;
    const [, first, last] = (!behaviour.ignoresRanges && /bytes=(\d+)-(\d+)/.exec(range ?? '')) || [];
    const begin = Number(first ?? 0) + (first ? (behaviour.shift ?? 0) : 0);
    const end = Math.min(content.length, last ? Number(last) + 1 : content.length);
    const headers: Record<string, string> = { 'content-length': `${end - begin}`, etag: behaviour.etag ?? '"one"' };
    if (first) headers['content-range'] = `bytes ${begin}-${end - 1}/${content.length}`;
    return new Response(this.#stream(content.subarray(begin, end), behaviour.cutAfter ?? Infinity, init.signal), { status: first ? 206 : 200, headers });
  };

  #stream(bytes: Bytes, cutAfter: number, signal?: AbortSignal | null): ReadableStream<Bytes> {
    let at = 0;
    return new ReadableStream({
      pull: (controller) => {
        if (signal?.aborted) return controller.error(new DOMException('aborted', 'AbortError'));
        if (at >= Math.min(cutAfter, bytes.length)) return cutAfter < bytes.length ? controller.error(new TypeError('terminated')) : controller.close();
        const chunk = bytes.slice(at, Math.min(at + chunkBytes, cutAfter));
        at += chunk.length;
        this.sent += chunk.length;
        controller.enqueue(chunk);
      },
    }, { highWaterMark: 0 });
  }
}

const chunkBytes = 2 ** 20;

