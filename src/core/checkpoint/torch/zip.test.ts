import { describe, expect, test } from 'vitest';
import golden from '../../../../reference/golden/mutations-torch.json';
import { Failure } from '../../errors';
import { little, toBytes, zipOf, type NamedEntry } from './make-torch';
import { readZip } from './zip';

const entries: NamedEntry[] = [['a/data.pkl', 'pickle'], ['a/data/0', 'numbers'], ['a/empty', '']];
const whole = zipOf(entries);
const local = whole.indexOf('PK\x03\x04', 4); // of a/data/0
const central = whole.indexOf('PK\x01\x02', whole.indexOf('PK\x01\x02') + 4); // of a/data/0
const directory = whole.indexOf('PK\x01\x02');
const end = whole.indexOf('PK\x05\x06');

const put = (data: string, at: number, value: string): string => data.slice(0, at) + value + data.slice(at + value.length);
const blob = (data: string): Blob => new Blob([toBytes(data)]);

async function contents(data: string): Promise<NamedEntry[]> {
  return [...(await readZip(blob(data), 'a'))].map(([name, { begin, end }]) => [name, data.slice(begin, end)]);
}

async function refusal(data: string): Promise<Failure> {
  const thrown: unknown = await readZip(blob(data), 'a').then(() => 'nothing', (error: unknown) => error);
  if (!(thrown instanceof Failure)) throw new Error(`expected a Failure, got ${String(thrown)}`);
  return thrown;
}

/** The end records of a zip64 archive, with the short end saturated or not. */
function end64(count: number, bytes: number, begin: number, saturated: boolean): string {
  const long = `PK\x06\x06${little(44, 8)}${little(0, 12)}${little(count, 8).repeat(2)}${little(bytes, 8)}${little(begin, 8)}`;
  const short = saturated ? '\xff'.repeat(12) : little(count, 2).repeat(2) + little(bytes, 4) + little(begin, 4);
  return `${long}PK\x06\x07${little(0, 4)}${little(begin + bytes, 8)}${little(1, 4)}PK\x05\x06${little(0, 4)}${short}${little(0, 2)}`;
}

/** The archive behind an entry that its directory does not list. */
function hiding(name: string): string {
  const all = zipOf([[name, 'y'], ...entries]);
  const begin = all.indexOf('PK\x01\x02');
  const end = all.indexOf('PK\x05\x06');
  const listed = all.slice(begin + 46 + name.length, end);
  return `${all.slice(0, begin)}${listed}PK\x05\x06${little(0, 4)}${little(3, 2).repeat(2)}${little(listed.length, 4)}${little(begin, 4)}${little(0, 2)}`;
}

describe('archives that are read', () => {
  test('stored entries lie where they say', async () => {
    expect(await contents(whole)).toEqual(entries);
  });

  test('what torch.save writes: sizes behind the data, padding in front of it, two ends', async () => {
    const read = await contents(atob(golden.bases[3].bytes));
    expect(read.map(([name]) => name)).toEqual(['data.pkl', 'byteorder', 'data/0', 'data/1', 'version', '.data/serialization_id'].map((name) => `archive/${name}`));
    expect(Object.fromEntries(read)).toMatchObject({ 'archive/byteorder': 'little', 'archive/version': '3\n' });
    expect(read[2][1]).toBe(String.fromCharCode(...new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer)));
  });

  test.each([true, false])('zip64, its short end saturated: %s', async (saturated) => {
    expect(await contents(whole.slice(0, end) + end64(3, end - directory, directory, saturated))).toEqual(entries);
  });

  test('an entry whose size and place stand in the zip64 field', async () => {
    const size = little('numbers'.length, 8);
    const field = `${little(1, 2)}${little(24, 2)}${size}${size}${little(local, 8)}`;
    const entry = whole.slice(central, central + 46 + 'a/data/0'.length);
    const long = put(put(put(entry, 20, '\xff'.repeat(8)), 30, little(field.length, 2)), 42, '\xff'.repeat(4)) + field;
    const bytes = end - directory + field.length;
    const data = whole.slice(0, central) + long + whole.slice(central + entry.length, end) + end64(3, bytes, directory, true);
    expect(await contents(data)).toEqual(entries);
  });
});

describe('archives that are refused, with the entry', () => {
  test.each<[string, string, RegExp]>([
    ['a deflated entry', put(put(whole, central + 10, '\x08'), local + 8, '\x08'), /“a\/data\/0” is compressed/],
    ['an entry that is deflated where it lies', put(whole, local + 8, '\x08'), /“a\/data\/0” is another one where it lies/],
    ['an encrypted entry', put(whole, central + 8, '\x01'), /“a\/data\/0” is encrypted/],
    ['a strongly encrypted entry', put(whole, central + 8, '\x41'), /“a\/data\/0” is encrypted/],
    ['an entry with patched data', put(whole, central + 8, '\x20'), /“a\/data\/0” has the flags 0x820/],
    ['flags that differ', put(whole, local + 6, '\x08'), /“a\/data\/0” is another one where it lies/],
    ['two entries of one name', zipOf([...entries, ['a/data/0', 'others!']]), /two entries “a\/data\/0”/],
    ['a name that differs where it lies', put(whole, local + 30, 'a/data/1'), /“a\/data\/0” is another one where it lies/],
    ['a size that differs where it lies', put(whole, local + 22, '\x06'), /“a\/data\/0” is another one where it lies/],
    ['a place where no entry is', put(whole, central + 42, little(local + 1, 4)), /“a\/data\/0” is another one where it lies/],
    ['a place outside of the file', put(whole, central + 42, little(2 ** 31, 4)), /“a\/data\/0” lies outside of it/],
    ['a packed size that is another', put(whole, central + 20, '\x06'), /“a\/data\/0” has 6 bytes for 7/],
    ['an entry that reaches into the next', put(put(put(whole, central + 20, '\x08'), central + 24, '\x08'), local + 22, '\x08'), /“a\/data\/0” reaches into what comes after it/],
    ['a name that is not UTF-8', put(whole, central + 46, '\xff'), /not UTF-8/],
    ['an entry on another disk', put(whole, central + 34, '\x01'), /“a\/data\/0” has/],
    ['bytes before the first entry', hiding('junk'), /has 35 bytes before its first entry/],
    ['a byte behind the end', `${whole}x`, /does not end with the end of an archive/],
    ['a comment behind the end', `${put(whole, whole.length - 2, '\x01')}x`, /does not end with the end of an archive/],
    ['a last byte missing', whole.slice(0, -1), /does not end with the end of an archive/],
    ['nothing but its beginning', whole.slice(0, 20), /20 bytes long/],
    ['a directory elsewhere', put(whole, end + 16, little(directory - 1, 4)), /does not lie where its end says/],
    ['more entries than it lists', put(whole, end + 8, little(2, 2).repeat(2)), /goes on after its last entry/],
    ['fewer entries than it lists', put(whole, end + 8, little(4, 2).repeat(2)), /cut short/],
    ['a part of several', put(whole, end + 8, little(1, 2)), /several volumes/],
    ['two ends that do not agree', whole.slice(0, end) + put(end64(3, end - directory, directory, false), 32, '\x02'), /two ends do not agree/],
    ['a zip64 end elsewhere', whole.slice(0, end) + put(end64(3, end - directory, directory, true), 64, '\x01'), /two ends do not agree/],
    ['2^63 entries', whole.slice(0, end) + put(put(end64(3, end - directory, directory, true), 24, '\xff'.repeat(8)), 32, '\xff'.repeat(8)), /sizes that can exist/],
  ])('%s', async (_, data, culprit) => {
    const failure = await refusal(data);
    expect(failure.code).toBe('torch-malformed');
    expect(failure.message).toMatch(culprit);
  });
});
