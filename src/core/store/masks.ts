/**
 * The causal masks that older checkpoints carry for every layer, and that nobody needs: 4 MiB each in Pythia's, 15 % of
 * Pythia-70M. What they say is known, so they are written down and not fetched; the sha256 of the whole file tells whether that
 * was right, and if it was not they are fetched after all.
 */
import type { Stretch } from './pieces';

export interface Known extends Stretch {
  /** its bytes */
  bytes: Uint8Array<ArrayBuffer>;
}

/** A one in the types in which masks are stored. */
const ones: Record<string, number[]> = { BOOL: [1], U8: [1], F16: [0, 0x3c], F32: [0, 0, 0x80, 0x3f] };

/** Below this another request costs more time than the bytes do. */
const leastBytes = 2 ** 20;

/** Models that carry masks have 1,024 or 2,048; a longer one, of 256 MiB and more as F32, is fetched. */
const longestWindow = 8192;

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/**
 * The masks of a safetensors file, by its first bytes; none where those are anything else, or the header goes on behind them.
 * What the header says is used for nothing but this, and held against the file's size.
 * @param bytes of the whole file
 */
export function knownMasks(head: Uint8Array, bytes: number): Known[] {
  const start = 8 + headerBytes(head);
  if (start > head.length) return [];
  const lowerTriangles = new Map<string, Uint8Array<ArrayBuffer>>();
  return tableOf(head.subarray(8, start))
    .filter(([name, entry]) => /\b(attention|attn)\.bias$/.test(name) && isMask(entry, bytes - start))
    .map(([, { dtype, shape, data_offsets: [begin, end] }]) => {
      const kind = `${dtype} ${shape[3]}`;
      const mask = lowerTriangles.get(kind) ?? lowerTriangle(shape[3], ones[dtype]);
      lowerTriangles.set(kind, mask);
      return { begin: start + begin, end: start + end, bytes: mask };
    })
    .sort((a, b) => a.begin - b.begin)
    .filter(({ begin }, i, all) => i === 0 || begin >= all[i - 1].end);
}

function headerBytes(head: Uint8Array): number {
  return head.length < 8 ? Infinity : Number(new DataView(head.buffer, head.byteOffset).getBigUint64(0, true));
}

function tableOf(header: Uint8Array): [string, Entry][] {
  try {
    return Object.entries(JSON.parse(new TextDecoder().decode(header)) as Record<string, Entry>);
  } catch {
    return [];
  }
}

/** @param room bytes behind the header: nothing is made that could not be in the file */
function isMask(entry: Partial<Entry> | null, room: number): boolean {
  const { dtype, shape, data_offsets: offsets } = entry ?? {};
  if (!dtype || !Object.hasOwn(ones, dtype) || !Array.isArray(shape) || shape.length !== 4 || !Array.isArray(offsets)) return false;
  const [a, b, rows, columns] = shape;
  const bytes = rows * columns * ones[dtype].length;
  return a === 1 && b === 1 && rows === columns && rows <= longestWindow && bytes >= leastBytes && offsets.every(Number.isSafeInteger) && offsets[0] >= 0 && offsets[1] <= room && offsets[1] - offsets[0] === bytes;
}

/** n × n, ones on the diagonal and below. */
function lowerTriangle(n: number, one: number[]): Uint8Array<ArrayBuffer> {
  const mask = new Uint8Array(n * n * one.length);
  const row = Uint8Array.from({ length: n * one.length }, (_, i) => one[i % one.length]);
  for (let i = 0; i < n; i++) mask.set(row.subarray(0, (i + 1) * one.length), i * row.length);
  return mask;
}
