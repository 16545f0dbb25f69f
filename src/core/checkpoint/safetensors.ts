/**
 * safetensors, read and written: an 8-byte little-endian header length, a JSON table of typed views, the data.
 * The reader distrusts every number, in the order of the reference reader (huggingface/safetensors, tensor.rs), and accepts what that
 * accepts (10,000 damaged files in weight-file-mutations.test.ts), save for what no writer writes:
 * - a header above 25 MB (there 100 MB), or more than 100,000 tensors;
 * - a key given twice in one table (the format's description forbids it, the reference keeps one);
 * - a number above 2^53, as the size of a tensor without values may be, and a fraction or a negative number in a field it ignores;
 * - an entry written as a list, or a type as a table, which its JSON library would take too.
 */
import { failure } from '../errors';
import type { Complain } from './complain';
import { isDtype, type Dtype } from './dtype';
import { readBytes } from './read-bytes';
import { parseTable } from './safetensors-json';
import type { FileTensor, WeightFile } from './weight-file';

/** One tensor of a file: where its bytes lie, and what they are. */
export interface TensorInfo {
  name: string;
  dtype: Dtype;
  shape: number[];
  /** offset of the first byte in the file */
  begin: number;
  end: number;
}

export interface SafetensorsHeader {
  tensors: Map<string, TensorInfo>;
  /** the stored type of each tensor that is not of a weight type */
  others: Map<string, string>;
  metadata: Map<string, string>;
}

/** Larger headers are refused before they are read: 100,000 tensors take about 10 MB. */
const maxHeaderBytes = 25_000_000;

/** Bits of a value of each type there is. Those that are not weights are legal in a file and never read. */
const bitsPerValue: ReadonlyMap<string, bigint> = new Map([
  ['F32', 32n], ['F16', 16n], ['BF16', 16n],
  ['BOOL', 8n], ['U8', 8n], ['I8', 8n], ['U16', 16n], ['I16', 16n], ['U32', 32n], ['I32', 32n], ['U64', 64n], ['I64', 64n],
  ['F4', 4n], ['F6_E2M3', 6n], ['F6_E3M2', 6n],
  ['F8_E5M2', 8n], ['F8_E4M3', 8n], ['F8_E8M0', 8n], ['F8_E4M3FNUZ', 8n], ['F8_E5M2FNUZ', 8n],
  ['F64', 64n], ['C64', 64n],
]);

/**
 * Reads the header of a safetensors file.
 * @param name what to call the file in an error
 * @returns tensors of weight types (F32, F16, BF16) by name; of tensors of other types (mask buffers) only the type
 * @throws safetensors-malformed; tensor-dtype for a type there is not; file-unreadable
 */
export async function readHeader(file: Blob, name: string): Promise<SafetensorsHeader> {
  const bad: Complain = (found, allowed) => failure('safetensors-malformed', { file: name, found, allowed });
  if (file.size < 8) throw bad(`it is ${file.size} bytes long`, 'at least 8 bytes');
  const prefix = new DataView((await readBytes(file, 0, 8, name)).buffer);
  const length = Number(prefix.getBigUint64(0, true));
  if (length > maxHeaderBytes) throw bad(`its header claims ${length} bytes`, `a header of at most ${maxHeaderBytes} bytes`);
  if (length > file.size - 8) throw bad(`its header claims ${length} bytes and the file has ${file.size}`, 'a header inside the file');
  const table = parseTable((await readBytes(file, 8, 8 + length, name)).buffer, bad);
  return checkTable(table, 8 + length, file.size, name, bad);
}

/** @throws what `readHeader` throws */
export async function openSafetensors(file: Blob, name: string): Promise<WeightFile> {
  const { tensors, others } = await readHeader(file, name);
  const lazy = [...tensors].map(([tensor, { dtype, shape, begin, end }]): [string, FileTensor] => [tensor, { dtype, shape, read: () => readBytes(file, begin, end, name) }]);
  return { tensors: new Map(lazy), others };
}

interface RawInfo {
  dtype: string;
  shape: number[];
  begin: number;
  end: number;
}

function checkTable(table: [string, unknown][], dataStart: number, fileSize: number, file: string, bad: Complain): SafetensorsHeader {
  const metadata = new Map<string, string>();
  const raw: [string, RawInfo][] = [];
  for (const [name, value] of table) {
    if (name === '__metadata__') checkMetadata(value, metadata, bad);
    else raw.push([name, rawInfo(name, value, bad)]);
  }
  raw.sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  const tensors = new Map<string, TensorInfo>();
  const others = new Map<string, string>();
  let position = 0;
  for (const [name, info] of raw) {
    if (info.begin !== position || info.end < info.begin) {
      throw bad(`tensor “${name}” lies at ${info.begin} to ${info.end}, after one that ends at ${position}`, 'tensors side by side, without holes or overlaps');
    }
    const bytes = storedBytes(info, name, file, bad);
    if (bytes !== info.end - info.begin) {
      throw bad(`tensor “${name}” of ${info.shape.join('×')} ${info.dtype} has ${info.end - info.begin} bytes`, `${bytes} bytes for it`);
    }
    position = info.end;
    if (isDtype(info.dtype)) {
      tensors.set(name, { name, dtype: info.dtype, shape: info.shape, begin: dataStart + info.begin, end: dataStart + info.end });
    } else {
      others.set(name, info.dtype);
    }
  }
  if (dataStart + position !== fileSize) throw bad(`its tensors end at byte ${dataStart + position} and the file at ${fileSize}`, 'a file that ends with its last tensor');
  return { tensors, others, metadata };
}

/** What a tensor takes in the file. Products are exact, and no product on the way passes 64 bits, even if a later factor is 0. */
function storedBytes({ dtype, shape }: RawInfo, tensor: string, file: string, bad: Complain): number {
  const bits = bitsPerValue.get(dtype);
  if (bits === undefined) throw failure('tensor-dtype', { file, tensor, dtype });
  const product = [...shape.map(BigInt), bits].reduce((a, b) => {
    if (a * b >= 1n << 64n) throw bad(`tensor “${tensor}” claims ${shape.join('×')} values`, 'a size that can exist');
    return a * b;
  }, 1n);
  if (product % 8n) throw bad(`tensor “${tensor}” of ${shape.join('×')} ${dtype} ends within a byte`, 'whole bytes');
  return Number(product / 8n);
}

function checkMetadata(value: unknown, metadata: Map<string, string>, bad: Complain): void {
  if (value === null) return; // none, to the reference reader
  if (typeof value !== 'object' || Array.isArray(value)) throw bad('its metadata is not a table', 'metadata of strings');
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw bad(`its metadata “${key}” is not a string`, 'metadata of strings');
    metadata.set(key, text);
  }
}

function rawInfo(name: string, value: unknown, bad: Complain): RawInfo {
  const info = value as { dtype?: unknown; shape?: unknown; data_offsets?: unknown } | null;
  const count = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;
  if (
    typeof info !== 'object' || info === null || typeof info.dtype !== 'string' ||
    !Array.isArray(info.shape) || !info.shape.every(count) ||
    !Array.isArray(info.data_offsets) || info.data_offsets.length !== 2 || !info.data_offsets.every(count)
  ) {
    throw bad(`its entry for “${name}” is not a tensor`, 'dtype, shape and data_offsets of whole numbers');
  }
  const [begin, end] = info.data_offsets as [number, number];
  return { dtype: info.dtype, shape: info.shape as number[], begin, end };
}

/** A tensor to be written, as its type stores it. */
export interface StoredValues {
  name: string;
  dtype: Dtype;
  shape: number[];
  stored: Float32Array | Uint16Array;
}

/** A tensor to be written: 32-bit floats. */
export interface NamedTensor {
  name: string;
  shape: number[];
  values: Float32Array;
}

/**
 * Writes a safetensors file of F32 tensors.
 * @param metadata free strings; `format: 'pt'` is what transformers asks for
 */
export function writeSafetensors(tensors: NamedTensor[], metadata: Record<string, string>): Blob {
  return writeStored(tensors.map(({ name, shape, values }) => ({ name, dtype: 'F32', shape, stored: values })), metadata);
}

/** The same for any stored type: sorted by name, the header padded to 8 bytes as the reference writer does. */
export function writeStored(tensors: StoredValues[], metadata: Record<string, string>): Blob {
  const sorted = [...tensors].sort((a, b) => (a.name < b.name ? -1 : 1));
  let position = 0;
  const table: [string, unknown][] = [['__metadata__', metadata]];
  for (const { name, dtype, shape, stored } of sorted) {
    table.push([name, { dtype, shape, data_offsets: [position, (position += stored.byteLength)] }]);
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(table)));
  const padding = new Uint8Array((8 - (json.length % 8)) % 8).fill(0x20);
  const prefix = new Uint8Array(8);
  new DataView(prefix.buffer).setBigUint64(0, BigInt(json.length + padding.length), true);
  return new Blob([prefix, json, padding, ...sorted.map(({ stored }) => stored as Float32Array<ArrayBuffer>)]);
}
