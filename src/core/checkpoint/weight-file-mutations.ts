/**
 * Damaged files of weights, for tests: each follows from its case's number, byte for byte as in reference/golden_mutations.py, which
 * says what the reference readers make of it. Bytes are texts here, a character each, so that both sides use the same patterns.
 */
import { seeded } from '../statistics/random';
import { little, zipOf, type NamedEntry } from './torch/make-torch';

/** The UTF-8 of a text. */
export function utf8(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}

class Chance {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = seeded(seed);
  }

  below(n: number): number {
    return Math.floor((this.#next() * n) / 2 ** 32);
  }

  of<T>(items: ArrayLike<T>): T {
    return items[this.below(items.length)];
  }
}

type Span = readonly [number, number];

function places(text: string, pattern: RegExp): Span[] {
  return [...text.matchAll(pattern)].map((match) => [match.index, match.index + match[0].length] as const);
}

function placesOrStart(text: string, pattern: RegExp): Span[] {
  const found = places(text, pattern);
  return found.length ? found : [[0, 0]];
}

function splice(data: string, at: number, cut: number, put: string): string {
  return data.slice(0, at) + put + data.slice(at + cut);
}

function replaced(data: string, [begin, end]: Span, put: string): string {
  return splice(data, begin, end - begin, put);
}

/** One change between two offsets. */
function damageBytes(data: string, chance: Chance, begin: number, end: number): string {
  const at = begin + chance.below(Math.max(1, end - begin));
  const kind = chance.below(7);
  if (kind === 0) return splice(data, at, 1, String.fromCharCode(chance.below(256)));
  if (kind === 1) return splice(data, at, 1, String.fromCharCode((at < data.length ? data.charCodeAt(at) : 0) ^ (1 << chance.below(8))));
  if (kind === 2) return splice(data, at, 0, Array.from({ length: 1 + chance.below(4) }, () => String.fromCharCode(chance.below(256))).join(''));
  if (kind === 3) return splice(data, at, 1 + chance.below(4), '');
  if (kind === 4) return splice(data, at, 1, String.fromCharCode(chance.of([0, 1, 2, 3, 4, 6, 8, 127, 128, 255])));
  const copied = data.slice(at, at + 1 + chance.below(24));
  const to = begin + chance.below(Math.max(1, end - begin));
  if (kind === 5) return splice(data, to, 0, copied);
  return chance.below(4) ? splice(data, to, copied.length, copied) : data.slice(0, at);
}

const numbers = ['0', '1', '2', '3', '4', '6', '8', '12', '16', '24', '-1', '-0', '1.0', '2.0', '1e0', '4e0', '00', '08', '1e400', '9007199254740991', '9007199254740993', '18446744073709551615', '18446744073709551616', 'null', '"4"', '[]', ''];
const types = ['BOOL', 'F4', 'F6_E2M3', 'F6_E3M2', 'U8', 'I8', 'F8_E5M2', 'F8_E4M3', 'F8_E8M0', 'F8_E4M3FNUZ', 'F8_E5M2FNUZ', 'I16', 'U16', 'F16', 'BF16', 'I32', 'U32', 'F32', 'C64', 'F64', 'I64', 'U64', 'C128', 'f32', 'F32 ', '', 'F\\u00332'];
const blanks = [' ', '\n', '\t', '\r', '\f', '\v', ' \n ', '\u00a0', '\ufeff', '\0'];
const marks = ['{', '}', '[', ']', ',', ':', '"', '', '{}', '[]', ',,'];
const letters = ['x', 'é', '🍲', '\\u0041', '\\ud800', '\\ud83c\\udf72', '\\n', '\n', '\\', '\\/', '\\x', '\\"', '\\u0000', '__metadata__'];
const entries = [
  '"__metadata__":null,', '"__metadata__":{},', '"__metadata__":{"a":"b"},', '"__metadata__":{"a":1},', '"__metadata__":[],',
  '"z":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},', '"z":{"dtype":"F16","shape":[3,0],"data_offsets":[0,0]},',
  '"z":{"dtype":"U8","shape":[0,9007199254740993],"data_offsets":[0,0]},', '"z":{"dtype":"F4","shape":[0],"data_offsets":[4,4]},',
  '"z":["F32",[0],[0,0]],', '"z":{"dtype":{"F32":null},"shape":[0],"data_offsets":[0,0]},', '"z":null,', '"z":1,', '"__proto__":{},',
  '"z":{"dtype":"F32","shape":[1099511627776,1099511627776,0],"data_offsets":[0,0]},', '"z":{"dtype":"F32","shape":[0,1099511627776,1099511627776],"data_offsets":[0,0]},',
];
const fields = ['"note":1,', '"note":1.5,', '"note":-2,', '"note":"s",', '"note":[{}],', '"note":1e400,', '"note":true,', '"note":nul,', '"dtype":"F32",', '"shape":[2,3],', '"":"",'];

/** One change to a header. */
function damageHeader(text: string, chance: Chance): string {
  const kind = chance.below(10);
  if (kind <= 1) {
    const span = chance.of(places(text, /[0-9]+/g));
    const number = BigInt(text.slice(...span));
    const near = [number + 1n, number > 0n ? number - 1n : 0n, 2n * number, number / 2n].map(String);
    return replaced(text, span, chance.below(2) ? chance.of(near) : chance.of(numbers));
  }
  if (kind === 2) {
    const spans = places(text, /[0-9]+/g);
    const [one, other] = [chance.of(spans), chance.of(spans)].sort((a, b) => a[0] - b[0]);
    if (one === other) return text;
    return text.slice(0, one[0]) + text.slice(...other) + text.slice(one[1], other[0]) + text.slice(...one) + text.slice(other[1]);
  }
  if (kind === 3) return replaced(text, chance.of(placesOrStart(text, /F32|F16|BF16|I64|BOOL|U8/g)), chance.of(types));
  const found = placesOrStart(text, /[{}[\],:]/g);
  if (kind === 4) {
    const at = chance.of(found)[chance.below(2)];
    return splice(text, at, 0, utf8(chance.of(blanks)));
  }
  if (kind === 5) return replaced(text, chance.of(found), chance.of(marks));
  if (kind === 6) {
    const [at] = chance.of(placesOrStart(text, /[a-z_.]"/g));
    return splice(text, at, 0, utf8(chance.of(letters)));
  }
  const first = text.indexOf('{') + 1;
  if (kind === 7) return splice(text, first, 0, chance.of(entries));
  if (kind === 8) {
    const [, at] = chance.of(placesOrStart(text, /\{/g));
    return splice(text, at, 0, chance.of(fields));
  }
  const tensors = places(text, /"[a-z.]*":\{[^{}]*\},/g);
  if (!tensors.length) return text;
  const span = chance.of(tensors);
  return chance.below(2) ? splice(text, first, 0, text.slice(...span)) : replaced(text, span, '');
}

/** A damaged safetensors file; where its header is what changed, the length in front of it is right again. */
export function damagedSafetensors(bases: string[], number: number): string {
  const chance = new Chance(number);
  let data = chance.of(bases);
  for (let left = 1 + Math.floor(chance.below(3) / 2); left > 0; left--) {
    const claimed = [...data.slice(0, 8)].reduce((sum, byte, i) => sum + byte.charCodeAt(0) * 256 ** i, 8);
    const length = Math.min(data.length, claimed);
    const kind = chance.below(8);
    if (kind === 0) {
      data = damageBytes(data, chance, 0, data.length);
    } else if (kind === 1) {
      data = damageBytes(data, chance, Math.max(0, Math.min(length, data.length - 1)), data.length);
    } else if (data.length > 8 && /[0-9]/.test(data.slice(8, length))) {
      const header = damageHeader(data.slice(8, length), chance);
      data = little(header.length, 8) + header + data.slice(length);
    }
  }
  return data;
}

const opcodes = '(.012FIJKLMNPQRSTUVXabcdeghijlopqrstu}])\x80\x81\x82\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8f\x93\x94\x95BCG';
const globals = [
  'torch\nFloatStorage', 'torch\nHalfStorage', 'torch\nBFloat16Storage', 'torch\nLongStorage', 'torch\nByteStorage', 'torch\nSize', 'collections\nOrderedDict', 'torch._utils\n_rebuild_tensor_v2',
  'torch._utils\n_rebuild_parameter', 'torch._utils\n_rebuild_tensor', 'torch._utils\n_rebuild_tensor_v3', 'torch\nQInt8Storage', 'collections\nCounter', 'builtins\neval', 'os\nsystem', 'posix\nsystem',
  'torch\nfloat32', 'torch\nload', '__builtin__\nset', '\n',
];

function damagePickle(data: string, chance: Chance): string {
  const kind = chance.below(6);
  if (kind === 0) return damageBytes(data, chance, 0, data.length);
  if (kind <= 2) {
    const at = chance.of(placesOrStart(data, /K./gs))[0] + 1;
    return splice(data, at, 1, String.fromCharCode(chance.below(12)));
  }
  if (kind === 3) return splice(data, chance.below(Math.max(1, data.length)), chance.below(2), chance.of(opcodes));
  if (kind === 4) {
    const span = chance.of(placesOrStart(data, /(torch|collections)[a-z._]*\n[A-Za-z_0-9]*\n/g));
    return replaced(data, span, `${chance.of(globals)}\n`);
  }
  // eslint-disable-next-line no-control-regex -- BINUNICODE of one character: the key of a storage
  const at = chance.of(placesOrStart(data, /X\x01\x00\x00\x00[0-9]/g))[1] - 1;
  return splice(data, Math.max(0, at), 1, String.fromCharCode(48 + chance.below(8)));
}

/** One change to the names or the bytes of an archive's entries. */
function damageEntries(archive: readonly NamedEntry[], chance: Chance): readonly NamedEntry[] {
  const kind = chance.below(12);
  const table = archive.findIndex(([name]) => name.endsWith('data.pkl'));
  const i = kind < 9 && table >= 0 ? table : chance.below(archive.length);
  const [name, data] = archive[i];
  if (kind < 9) return archive.with(i, [name, damagePickle(data, chance)]);
  if (kind === 9) return archive.with(i, [name, damageBytes(data, chance, 0, data.length)]);
  if (kind === 10) return archive.with(i, [damageBytes(name, chance, 0, name.length), data]);
  return chance.below(2) && archive.length > 1 ? archive.toSpliced(i, 1) : [...archive, archive[i]];
}

export interface TorchBase {
  bytes: string;
  /** begin and end of its table, its directory, and all of it */
  regions: Span[];
  entries: NamedEntry[];
}

/** A damaged .bin file: damaged as it is, or in what its archive holds. */
export function damagedTorch(bases: TorchBase[], number: number): string {
  const chance = new Chance(number);
  const base = chance.of(bases);
  if (chance.below(2)) {
    let data = base.bytes;
    for (let left = 1 + Math.floor(chance.below(3) / 2); left > 0; left--) data = damageBytes(data, chance, ...chance.of(base.regions));
    return data;
  }
  let archive: readonly NamedEntry[] = base.entries;
  for (let left = 1 + Math.floor(chance.below(3) / 2); left > 0; left--) archive = damageEntries(archive, chance);
  return zipOf(archive);
}
