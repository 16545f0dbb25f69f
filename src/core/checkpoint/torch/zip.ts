/**
 * The zip archive that torch.save writes since torch 1.6, read strictly: stored entries only, each told the same way twice. Readers
 * that disagree about an archive are how files slip past checks, so what torch does not write is refused. Layout: sections 4.3 to 4.5
 * of https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT. Checksums are not held against the bytes, nor does torch: a
 * checkpoint is pinned by the sha256 of its whole file.
 */
import { failure } from '../../errors';
import type { Complain } from '../complain';
import { readBytes } from '../read-bytes';

/** Where the bytes of an entry lie in the file. */
export interface Entry {
  begin: number;
  end: number;
}

const maxEntries = 100_000;
const maxDirectoryBytes = 16_000_000;

const endBytes = 22;
const end64Bytes = 56;
const locator64Bytes = 20;
const centralBytes = 46;
const localBytes = 30;

/** General purpose bits that torch sets: sizes follow the data (3), names are UTF-8 (11). */
const knownFlags = 0x808;
const sizesFollow = 0x8;

interface Directory {
  entries: number;
  begin: number;
  bytes: number;
}

/** An entry as the central directory tells it. */
interface Listed {
  name: string;
  flags: number;
  size: number;
  /** offset of its local header */
  header: number;
}

/**
 * Reads an archive's table of contents.
 * @param name what to call the file in an error
 * @returns the entries by name
 * @throws torch-malformed, file-unreadable
 */
export async function readZip(file: Blob, name: string): Promise<Map<string, Entry>> {
  const bad: Complain = (found, allowed) => failure('torch-malformed', { file: name, found, allowed });
  const directory = await findDirectory(file, name, bad);
  const listed = readDirectory(await view(file, directory.begin, directory.begin + directory.bytes, name), directory, bad);
  const entries = await Promise.all(listed.map(async (entry) => [entry.name, await locate(file, entry, directory, name, bad)] as const));
  checkSideBySide(listed, entries, directory, bad);
  return new Map(entries);
}

async function view(file: Blob, begin: number, end: number, name: string): Promise<DataView> {
  return new DataView((await readBytes(file, begin, end, name)).buffer);
}

/** The end record, and the zip64 end record where there is one. Both must say the same and lie right behind the directory. */
async function findDirectory(file: Blob, name: string, bad: Complain): Promise<Directory> {
  if (file.size < endBytes) throw bad(`it is ${file.size} bytes long`, 'a whole archive');
  const at = file.size - endBytes;
  const tail = await view(file, Math.max(0, at - locator64Bytes), file.size, name);
  const end = tail.byteLength - endBytes;
  if (tail.getUint32(end, true) !== 0x06054b50 || tail.getUint16(end + 20, true) !== 0) throw bad('it does not end with the end of an archive', 'a whole file, with nothing behind it');
  if (tail.getUint32(end + 4, true) !== 0) throw bad('it is one of several volumes', 'an archive in one file');
  const short = { entries: tail.getUint16(end + 10, true), bytes: tail.getUint32(end + 12, true), begin: tail.getUint32(end + 16, true) };
  if (tail.getUint16(end + 8, true) !== short.entries) throw bad('it is one of several volumes', 'an archive in one file');
  const has64 = end === locator64Bytes && tail.getUint32(0, true) === 0x07064b50;
  const directory = has64 ? await readEnd64(file, tail, short, name, bad) : short;
  const next = has64 ? at - locator64Bytes - end64Bytes : at;
  if (directory.begin + directory.bytes !== next) throw bad('its table of contents does not lie where its end says', 'the table right before the end');
  if (directory.bytes > maxDirectoryBytes || directory.entries > maxEntries) throw bad(`it lists ${directory.entries} entries`, `at most ${maxEntries}`);
  return directory;
}

async function readEnd64(file: Blob, locator: DataView, short: Directory, name: string, bad: Complain): Promise<Directory> {
  const at = file.size - endBytes - locator64Bytes - end64Bytes;
  const wrong = bad('its two ends do not agree', 'an archive as torch.save writes it');
  if (at < 0 || whole(locator, 8, bad) !== at || locator.getUint32(4, true) !== 0 || locator.getUint32(16, true) !== 1) throw wrong;
  const end = await view(file, at, at + end64Bytes, name);
  const long = { entries: whole(end, 32, bad), bytes: whole(end, 40, bad), begin: whole(end, 48, bad) };
  const agrees = (a: number, b: number, full: number): boolean => a === b || a === full;
  const fixed = end.getUint32(0, true) === 0x06064b50 && whole(end, 4, bad) === end64Bytes - 12 && end.getUint32(16, true) === 0 && end.getUint32(20, true) === 0;
  if (!fixed || whole(end, 24, bad) !== long.entries) throw wrong;
  if (!agrees(short.entries, long.entries, 0xffff) || !agrees(short.bytes, long.bytes, 0xffffffff) || !agrees(short.begin, long.begin, 0xffffffff)) throw wrong;
  return long;
}

/** A 64-bit number that a file can have. */
function whole(from: DataView, at: number, bad: Complain): number {
  const number = Number(from.getBigUint64(at, true));
  if (!Number.isSafeInteger(number)) throw bad(`it claims ${number} bytes`, 'sizes that can exist');
  return number;
}

function readDirectory(table: DataView, directory: Directory, bad: Complain): Listed[] {
  const listed: Listed[] = [];
  const names = new Set<string>();
  let at = 0;
  while (listed.length < directory.entries) {
    if (at + centralBytes > table.byteLength || table.getUint32(at, true) !== 0x02014b50) throw bad('its table of contents is cut short', `${directory.entries} entries`);
    const lengths = [28, 30, 32].map((field) => table.getUint16(at + field, true));
    const next = at + centralBytes + lengths.reduce((a, b) => a + b);
    if (next > table.byteLength) throw bad('its table of contents is cut short', `${directory.entries} entries`);
    const entry = readListed(table, at, lengths[0], lengths[1], bad);
    const folded = entry.name.toLowerCase(); // torch looks names up whatever their case
    if (names.has(folded)) throw bad(`it has two entries “${entry.name}”`, 'each entry once');
    names.add(folded);
    listed.push(entry);
    at = next;
  }
  if (at !== table.byteLength) throw bad('its table of contents goes on after its last entry', `${directory.entries} entries`);
  return listed;
}

function readListed(table: DataView, at: number, nameBytes: number, extraBytes: number, bad: Complain): Listed {
  const name = text(new Uint8Array(table.buffer, table.byteOffset + at + centralBytes, nameBytes), bad);
  const flags = table.getUint16(at + 8, true);
  const method = table.getUint16(at + 10, true);
  if (flags & 0x2041) throw bad(`its entry “${name}” is encrypted`, 'an archive without a password');
  if (method !== 0) throw bad(`its entry “${name}” is compressed`, 'entries that are stored as they are, as torch.save writes them');
  if (flags & ~knownFlags) throw bad(`its entry “${name}” has the flags 0x${flags.toString(16)}`, 'an archive as torch.save writes it');
  const extra = new DataView(table.buffer, table.byteOffset + at + centralBytes + nameBytes, extraBytes);
  const long = longFields(extra, bad);
  const field = (offset: number): number => {
    const short = table.getUint32(at + offset, true);
    return short === 0xffffffff ? (long.shift() ?? short) : short;
  };
  const [size, packed, header] = [field(24), field(20), field(42)]; // the order of the zip64 field
  if (packed !== size || table.getUint16(at + 34, true) !== 0) throw bad(`its entry “${name}” has ${packed} bytes for ${size}`, 'entries that are stored as they are');
  return { name, flags, size, header };
}

/** The numbers of the zip64 extra field (tag 1): those of size, packed size and header that did not fit 32 bits, in this order. */
function longFields(extra: DataView, bad: Complain): number[] {
  for (let at = 0; at + 4 <= extra.byteLength; at += 4 + extra.getUint16(at + 2, true)) {
    const bytes = extra.getUint16(at + 2, true);
    if (at + 4 + bytes > extra.byteLength) break;
    if (extra.getUint16(at, true) === 1) return Array.from({ length: Math.floor(bytes / 8) }, (_, i) => whole(extra, at + 4 + 8 * i, bad));
  }
  return [];
}

function text(bytes: Uint8Array, bad: Complain): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw bad('the name of an entry is not UTF-8', 'names as torch.save writes them');
  }
}

/** The local header says where the data begins; what else it says must be what the directory says. */
async function locate(file: Blob, entry: Listed, directory: Directory, name: string, bad: Complain): Promise<Entry> {
  const nameEnd = entry.header + localBytes + new TextEncoder().encode(entry.name).length;
  if (nameEnd > directory.begin) throw bad(`its entry “${entry.name}” lies outside of it`, 'entries inside the file');
  const local = await view(file, entry.header, nameEnd, name);
  const same =
    local.getUint32(0, true) === 0x04034b50 && local.getUint16(6, true) === entry.flags && local.getUint16(8, true) === 0 &&
    local.getUint16(26, true) === nameEnd - entry.header - localBytes &&
    text(new Uint8Array(local.buffer, localBytes), bad) === entry.name &&
    (entry.flags & sizesFollow || [entry.size, 0xffffffff].includes(local.getUint32(22, true)));
  if (!same) throw bad(`its entry “${entry.name}” is another one where it lies`, 'entries that are what the table of contents says');
  const begin = nameEnd + local.getUint16(28, true);
  return { begin, end: begin + entry.size };
}

/** No byte of an entry is another's, the first begins the file, and all end before the directory. */
function checkSideBySide(listed: Listed[], entries: (readonly [string, Entry])[], directory: Directory, bad: Complain): void {
  const spans = entries.map(([name, { end }], i) => ({ name, header: listed[i].header, end })).sort((a, b) => a.header - b.header);
  if (spans.length && spans[0].header !== 0) throw bad(`it has ${spans[0].header} bytes before its first entry`, 'an archive from its first byte on');
  spans.forEach(({ name, end }, i) => {
    if (end > (spans[i + 1]?.header ?? directory.begin)) throw bad(`its entry “${name}” reaches into what comes after it`, 'entries side by side');
  });
}
