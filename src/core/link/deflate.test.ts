import { constants, deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { deflated, inflated } from './deflate';
import { fromFragment, mostBytes, mostCharacters } from './link';

afterEach(() => vi.unstubAllGlobals());

test('bytes come back as they were, and as zlib has them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), async (bytes) => {
      const small = await deflated(bytes);
      expect(await inflated(small, bytes.length)).toEqual(bytes);
      expect(new Uint8Array(inflateSync(small))).toEqual(bytes);
    }),
    { numRuns: 30 },
  );
});

test('one byte more than is taken is too many', async () => {
  const small = await deflated(new Uint8Array(5000));
  expect(await inflated(small, 4999)).toBeNull();
  expect(await inflated(small, 5000)).toHaveLength(5000);
});

/** Zeros, a megabyte a piece, each of which comes to a kilobyte. */
function bomb(megabytes: number): Uint8Array {
  const piece = deflateSync(new Uint8Array(1 << 20), { finishFlush: constants.Z_FULL_FLUSH });
  const [head, body] = [piece.subarray(0, 2), piece.subarray(2)];
  return Buffer.concat([head, ...Array.from({ length: megabytes }, () => body)]);
}

/** Counts what is inflated. */
function countInflated(): { bytes: number } {
  const seen = { bytes: 0 };
  const Original = DecompressionStream;
  const counting = class {
    readonly writable: WritableStream;
    readonly readable: ReadableStream;
    constructor(format: CompressionFormat) {
      const { writable, readable } = new Original(format);
      const count = (chunk: Uint8Array, controller: TransformStreamDefaultController): void => {
        seen.bytes += chunk.length;
        controller.enqueue(chunk);
      };
      [this.writable, this.readable] = [writable, readable.pipeThrough(new TransformStream({ transform: count }))];
    }
  };
  vi.stubGlobal('DecompressionStream', counting);
  return seen;
}

test('a bomb of a gigabyte is let go of as soon as it is more than is taken', async () => {
  const seen = countInflated();
  const started = performance.now();
  expect(await inflated(bomb(1024), mostBytes)).toBeNull();
  expect(seen.bytes).toBeGreaterThan(mostBytes);
  expect(seen.bytes).toBeLessThan(4 * mostBytes);
  expect(performance.now() - started).toBeLessThan(2000);
});

test('a link cannot be one: what is short enough to be read is refused a megabyte later, what is longer at once', async () => {
  const seen = countInflated();
  const link = (megabytes: number): string => `v1=${Buffer.from(bomb(megabytes)).toString('base64url')}`;
  expect(link(60).length).toBeLessThan(mostCharacters);
  await expect(fromFragment(link(60))).rejects.toMatchObject({ code: 'link-too-long' });
  expect(seen.bytes).toBeLessThan(4 * mostBytes);
  seen.bytes = 0;
  await expect(fromFragment(link(1024))).rejects.toMatchObject({ code: 'link-too-long' });
  expect(seen.bytes).toBe(0);
});
