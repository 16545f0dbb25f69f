/** What a file of the double holds: read where it is asked for, so that large ones take no memory. */
import { createHash, type Hash } from 'node:crypto';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { parameterShapes } from '../../src/core/graph/architectures';
import type { ModelConfig } from '../../src/core/checkpoint/config';

export interface Content {
  bytes: number;
  read(begin: number, end: number): Uint8Array;
}

export function inMemory(data: string | Uint8Array): Content {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  return { bytes: bytes.byteLength, read: (begin, end) => bytes.subarray(begin, end) };
}

export function onDisk(path: string): Content {
  return {
    bytes: statSync(path).size,
    read(begin, end) {
      const file = openSync(path, 'r');
      const bytes = new Uint8Array(Math.max(0, end - begin));
      const found = readSync(file, bytes, 0, bytes.byteLength, begin);
      closeSync(file);
      return bytes.subarray(0, found);
    },
  };
}

/** The same but for the lowest bit of one byte. */
export function flippedAt(content: Content, position: number): Content {
  return {
    bytes: content.bytes,
    read(begin, end) {
      const bytes = content.read(begin, end);
      return position < begin || position >= end ? bytes : bytes.map((byte, i) => (begin + i === position ? byte ^ 1 : byte));
    },
  };
}

/** One behind the other. */
export function joined(...parts: Content[]): Content {
  const ends = parts.map((_, i) => parts.slice(0, i + 1).reduce((sum, { bytes }) => sum + bytes, 0));
  return {
    bytes: ends.at(-1) ?? 0,
    read: (begin, end) =>
      Buffer.concat(parts.map((part, i) => {
        const start = ends[i] - part.bytes;
        return part.read(clamp(begin - start, part.bytes), clamp(end - start, part.bytes));
      })),
  };
}

/** Made-up halves: whatever the seed, each is finite, and between 1/32 and 1/16 in magnitude. */
export function madeUpHalves(bytes: number, seed: number): Content {
  return {
    bytes,
    read(begin, end) {
      const first = Math.floor(begin / 4);
      const words = new Uint32Array(Math.ceil(end / 4) - first);
      for (let i = 0; i < words.length; i++) words[i] = (mixed(first + i, seed) & 0x83ff83ff) | 0x28002800;
      return new Uint8Array(words.buffer).subarray(begin - 4 * first, end - 4 * first);
    },
  };
}

/** A checkpoint of any size in fp16 safetensors, with made-up weights. */
export function madeUpCheckpoint(config: ModelConfig, seed: number): Content {
  let at = 0;
  const entries = [...parameterShapes(config)].map(([name, shape]) => {
    const begin = at;
    at += 2 * shape.reduce((product, size) => product * size, 1);
    return [name, { dtype: 'F16', shape, data_offsets: [begin, at] }];
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.byteLength));
  return joined(inMemory(length), inMemory(header), madeUpHalves(at, seed));
}

/** As the Hub's list of files has it. */
export const sha256Of = remembered((content) => digest(createHash('sha256'), content));

/** What git calls it. */
export const blobIdOf = remembered((content) => digest(createHash('sha1').update(`blob ${content.bytes}\0`), content));

function digest(hash: Hash, content: Content): string {
  const step = 1 << 20;
  for (let begin = 0; begin < content.bytes; begin += step) hash.update(content.read(begin, Math.min(begin + step, content.bytes)));
  return hash.digest('hex');
}

function remembered(of: (content: Content) => string): (content: Content) => string {
  const known = new WeakMap<Content, string>();
  return (content) => {
    const found = known.get(content) ?? of(content);
    known.set(content, found);
    return found;
  };
}

/** The finaliser of MurmurHash3: each bit of the place and the seed reaches every bit of the result. */
function mixed(place: number, seed: number): number {
  let h = Math.imul(place ^ Math.imul(seed, 0x9e3779b1), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function clamp(value: number, most: number): number {
  return Math.min(Math.max(value, 0), most);
}
