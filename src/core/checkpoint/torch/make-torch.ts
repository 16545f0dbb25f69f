/** PyTorch files, built piece by piece for tests: honest ones and others. Bytes are texts here, a character each. */

export function toBytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** A whole number, little-endian. */
export function little(value: number, bytes: number): string {
  return Array.from({ length: bytes }, (_, i) => String.fromCharCode(Math.floor(value / 256 ** i) % 256)).join('');
}

export type NamedEntry = readonly [name: string, data: string];

/** A zip of stored entries, without checksums, which nobody asks for. */
export function zipOf(archive: readonly NamedEntry[]): string {
  let out = '';
  let directory = '';
  for (const [name, data] of archive) {
    const known = little(0, 2) + little(0x800, 2) + little(0, 10) + little(data.length, 4) + little(data.length, 4) + little(name.length, 2) + little(0, 2);
    directory += `PK\x01\x02${little(0, 2)}${known}${little(0, 10)}${little(out.length, 4)}${name}`;
    out += `PK\x03\x04${known}${name}${data}`;
  }
  return `${out}${directory}PK\x05\x06${little(0, 4)}${little(archive.length, 2).repeat(2)}${little(directory.length, 4)}${little(out.length, 4)}${little(0, 2)}`;
}

// Pieces of a pickle. Each pushes one value.

export const int = (value: number): string => `J${little(value, 4)}`;
export const text = (value: string): string => `X${little(value.length, 4)}${value}`;
export const tuple = (...items: string[]): string => `(${items.join('')}t`;
export const global = (name: string): string => `c${name.slice(0, name.lastIndexOf('.'))}\n${name.slice(name.lastIndexOf('.') + 1)}\n`;
export const call = (name: string, ...args: string[]): string => `${global(name)}${tuple(...args)}R`;
export const dict = (items: Record<string, string>): string => `}(${Object.entries(items).flatMap(([key, value]) => [text(key), value]).join('')}u`;
export const orderedDict = (items: Record<string, string>): string => call('collections.OrderedDict') + dict(items).slice(1);

export function storage(type: string, key: string, count: number): string {
  return `${tuple(text('storage'), global(`torch.${type}Storage`), text(key), text('cpu'), int(count))}Q`;
}

export function tensor(from: string, offset: number, size: number[], strides: number[]): string {
  return call('torch._utils._rebuild_tensor_v2', from, int(offset), tuple(...size.map(int)), tuple(...strides.map(int)), '\x89', call('collections.OrderedDict'));
}

/** An archive of one pickle, whose value this is, and of the bytes of each storage. */
export function torchEntries(value: string, storages: Record<string, string>): NamedEntry[] {
  const numbers = Object.entries(storages).map(([key, bytes]): NamedEntry => [`archive/data/${key}`, bytes]);
  return [['archive/data.pkl', `\x80\x02${value}.`], ['archive/byteorder', 'little'], ...numbers, ['archive/version', '3\n']];
}

export function torchFile(value: string, storages: Record<string, string>): Blob {
  return new Blob([toBytes(zipOf(torchEntries(value, storages)))]);
}

/** 32-bit floats as they are stored. */
export function floats(...values: number[]): string {
  return String.fromCharCode(...new Uint8Array(Float32Array.from(values).buffer));
}
