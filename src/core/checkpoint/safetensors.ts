/**
 * safetensors, read and written: an 8-byte little-endian header length, a JSON table of typed views, the data.
 * The reader distrusts every number, in the order of the reference reader (huggingface/safetensors, tensor.rs).
 */
import { failure } from '../errors';
import { bytesPerValue, isDtype, type Dtype } from './dtype';
import { readBytes } from './read-bytes';
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
const maxTensors = 100_000;

/** Sizes in bits of the stored types that are not weights: legal in a file, never read. */
const otherDtypes = new Set(['BOOL', 'U8', 'I8', 'I16', 'U16', 'I32', 'U32', 'I64', 'U64', 'F64']);
const otherBytes: Record<string, number> = { BOOL: 1, U8: 1, I8: 1, I16: 2, U16: 2, I32: 4, U32: 4, I64: 8, U64: 8, F64: 8 };

/**
 * Reads the header of a safetensors file.
 * @param name what to call the file in an error
 * @returns tensors of weight types (F32, F16, BF16) by name; of tensors of other types (mask buffers) only the type
 * @throws safetensors-malformed, tensor-dtype
 */
export async function readHeader(file: Blob, name: string): Promise<SafetensorsHeader> {
  const bad = (found: string, allowed: string): Error => failure('safetensors-malformed', { file: name, found, allowed });
  if (file.size < 8) throw bad(`it is ${file.size} bytes long`, 'at least 8 bytes');
  const prefix = new DataView(await file.slice(0, 8).arrayBuffer());
  const length = Number(prefix.getBigUint64(0, true));
  if (length > maxHeaderBytes) throw bad(`its header claims ${length} bytes`, `a header of at most ${maxHeaderBytes} bytes`);
  if (length > file.size - 8) throw bad(`its header claims ${length} bytes and the file has ${file.size}`, 'a header inside the file');
  const table = parseTable(await file.slice(8, 8 + length).arrayBuffer(), bad);
  return checkTable(table, 8 + length, file.size, name, bad);
}

/** @throws what `readHeader` throws */
export async function openSafetensors(file: Blob, name: string): Promise<WeightFile> {
  const { tensors, others } = await readHeader(file, name);
  const lazy = [...tensors].map(([tensor, { dtype, shape, begin, end }]): [string, FileTensor] => [tensor, { dtype, shape, read: () => readBytes(file, begin, end, name) }]);
  return { tensors: new Map(lazy), others };
}

type Complain = (found: string, allowed: string) => Error;

function parseTable(bytes: ArrayBuffer, bad: Complain): [string, unknown][] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw bad('its header is not UTF-8', 'a UTF-8 header');
  }
  let table: unknown;
  try {
    table = JSON.parse(text);
  } catch {
    throw bad('its header is not JSON', 'a JSON header');
  }
  if (typeof table !== 'object' || table === null || Array.isArray(table)) throw bad('its header is not a table', 'a JSON object');
  const entries = Object.entries(table);
  if (entries.length > maxTensors) throw bad(`it lists ${entries.length} tensors`, `at most ${maxTensors}`);
  return entries;
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
    const bytes = info.shape.reduce((a, b) => a * b, 1) * storedBytes(info.dtype, name, file);
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

function storedBytes(dtype: string, tensor: string, file: string): number {
  if (isDtype(dtype)) return bytesPerValue[dtype];
  if (otherDtypes.has(dtype)) return otherBytes[dtype];
  throw failure('tensor-dtype', { file, tensor, dtype });
}

function checkMetadata(value: unknown, metadata: Map<string, string>, bad: Complain): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad('its metadata is not a table', 'metadata of strings');
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
  if (!Number.isSafeInteger(info.shape.reduce((a: number, b: number) => a * b, 1))) throw bad(`tensor “${name}” claims ${info.shape.join('×')} values`, 'a size that can exist');
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
