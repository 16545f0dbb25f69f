import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { PinnedFile } from '../checkpoint/source';
import { unwatched } from '../scoring/watch';
import { FakeServer } from './fake-server';
import { FaultyDisk } from './faulty-disk';
import { FileStore } from './file-store';
import { knownMasks } from './masks';
import { pieceBytes } from './pieces';

type Bytes = Uint8Array<ArrayBuffer>;

/** Node's own, which is quicker than ours. */
const hashOf = (bytes: Bytes): string => createHash('sha256').update(bytes).digest('hex');

const side = 2048; // Pythia's window: a mask of 4 MiB

/** As torch.tril makes it. */
function causal(one: number[]): Bytes {
  const mask = new Uint8Array(side * side * one.length);
  for (let row = 0; row < side; row++) for (let column = 0; column <= row; column++) mask.set(one, (row * side + column) * one.length);
  return mask;
}

/** A safetensors file of these tensors, in this order. */
function safetensors(tensors: [name: string, dtype: string, shape: number[], bytes: Bytes][]): Bytes {
  let at = 0;
  const table = tensors.map(([name, dtype, shape, bytes]) => [name, { dtype, shape, data_offsets: [at, (at += bytes.length)] }]);
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(table)));
  const file = new Uint8Array(8 + json.length + at);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  let position = 8 + json.length;
  for (const [, , , bytes] of tensors) {
    file.set(bytes, position);
    position += bytes.length;
  }
  return file;
}

/** The beginning of a file with this header. */
function tableAlone(json: string): Bytes {
  const head = new Uint8Array(8 + json.length);
  new DataView(head.buffer).setBigUint64(0, BigInt(json.length), true);
  head.set(new TextEncoder().encode(json), 8);
  return head;
}

const weights = (megabytes: number, value: number): Bytes => new Uint8Array(megabytes * 2 ** 20).fill(value);

/** In the order of their names, as they are saved: two layers with a mask each, the first one across the border of a piece. */
function checkpoint(mask: Bytes): Bytes {
  return safetensors([
    ['embed_out.weight', 'F16', [weights(5, 1).length / 2], weights(5, 1)],
    ['gpt_neox.layers.0.attention.bias', 'BOOL', [1, 1, side, side], mask],
    ['gpt_neox.layers.0.attention.masked_bias', 'F32', [], new Uint8Array(4)],
    ['gpt_neox.layers.1.attention.bias', 'BOOL', [1, 1, side, side], mask],
    ['gpt_neox.layers.1.attention.dense.weight', 'F16', [weights(9, 2).length / 2], weights(9, 2)],
  ]);
}

async function fetched(content: Bytes, behave?: ConstructorParameters<typeof FakeServer>[1]): Promise<FakeServer> {
  const server = new FakeServer(content, behave);
  const file: PinnedFile = { path: 'model.safetensors', bytes: content.length, sha256: hashOf(content) };
  const blob = await new FileStore(new FaultyDisk()).obtain(file, server.origin(), unwatched);
  expect(Buffer.from(await blob.arrayBuffer()).equals(content)).toBe(true);
  return server;
}

test.each([['BOOL', [1]], ['U8', [1]], ['F16', [0, 0x3c]], ['F32', [0, 0, 0x80, 0x3f]]])('a causal mask stored as %s is known by the header alone', (dtype, one) => {
  const mask = causal(one);
  const file = safetensors([['h.0.attn.bias', dtype, [1, 1, side, side], mask], ['h.0.attn.c_attn.bias', 'F32', [8], new Uint8Array(32)]]);
  const [known, ...others] = knownMasks(file.subarray(0, 4096), file.length);
  expect(others).toEqual([]);
  expect(Buffer.from(known.bytes).equals(file.subarray(known.begin, known.end))).toBe(true);
});

test.each<[string, Bytes, number?]>([
  ['nothing', new Uint8Array(0)],
  ['a header that goes on', new Uint8Array(16).fill(1)],
  ['no JSON', Uint8Array.from([2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7b])],
  ['an entry that lies', safetensors([['attention.bias', 'BOOL', [1, 1, side, side], new Uint8Array(5)]])],
  ['null in the place of an entry', tableAlone('{"attention.bias":null}')],
  ['a number in the place of an entry', tableAlone('{"attention.bias":7}')],
  ['a mask longer than any window', tableAlone(JSON.stringify({ 'attention.bias': { dtype: 'BOOL', shape: [1, 1, 2 ** 24, 2 ** 24], data_offsets: [0, 2 ** 48] } })), 2 ** 50],
  ['a mask behind the end', safetensors([['attention.bias', 'BOOL', [1, 1, side, side], causal([1])]]).subarray(0, 4096)],
])('nothing is known of %s', (_, head, bytes = head.length) => {
  expect(knownMasks(head, bytes)).toEqual([]);
});

test('masks are not fetched where they begin behind the first piece', async () => {
  const mask = causal([1]);
  const content = checkpoint(mask);
  const server = await fetched(content);
  expect(skipped(content)).toBeGreaterThan(mask.length);
  expect(content.length - server.sent, 'bytes that did not come').toBe(skipped(content));
});

/** Bytes of masks behind the first piece. */
function skipped(content: Bytes): number {
  return knownMasks(content, content.length).reduce((sum, { begin, end }) => sum + end - Math.max(begin, pieceBytes), 0);
}

test('masks that are something else are fetched after all, and only what hangs together with them', async () => {
  const content = checkpoint(causal([1]).reverse());
  const server = await fetched(content);
  expect(server.sent).toBeGreaterThan(content.length - skipped(content));
  expect(server.sent).toBeLessThan(2 * content.length);
});

test('a server without ranges sends the masks along', async () => {
  const content = checkpoint(causal([1]));
  const server = await fetched(content, () => ({ ignoresRanges: true }));
  expect(server.sent).toBe(content.length);
  expect(server.ranges).toHaveLength(1);
});
