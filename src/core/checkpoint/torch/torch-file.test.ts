import { describe, expect, test } from 'vitest';
import golden from '../../../../reference/golden/mutations-torch.json';
import { Failure } from '../../errors';
import { decode } from '../dtype';
import { call, dict, floats, global, int, orderedDict, storage, tensor, text, toBytes, torchEntries, torchFile, tuple, zipOf, type NamedEntry } from './make-torch';
import { openTorchFile } from './torch-file';

async function valuesOf(file: Blob): Promise<Record<string, readonly number[]>> {
  const { tensors } = await openTorchFile(file, 'a.bin');
  const read = await Promise.all([...tensors].map(async ([name, { dtype, read }]) => [name, [...decode(await read(), dtype)]] as const));
  return Object.fromEntries(read);
}

async function refusal(file: Blob): Promise<Failure> {
  const thrown: unknown = await openTorchFile(file, 'a.bin').then(() => 'nothing', (error: unknown) => error);
  if (!(thrown instanceof Failure)) throw new Error(`expected a Failure, got ${String(thrown)}`);
  return thrown;
}

const six = storage('Float', '0', 6);
const numbers = { 0: floats(1, 2, 3, 4, 5, 6) };
const table = tensor(six, 0, [2, 3], [3, 1]);
/** A file whose one tensor is fine and which has another value besides. */
const beside = (value: string): Blob => torchFile(dict({ w: table, other: value }), numbers);

describe('what torch.save wrote is read', () => {
  test('tied storages, transposed views, columns, parameters, scalars and empty tensors have their values; masks are left out', async () => {
    const file = new Blob([toBytes(atob(golden.bases[1].bytes))]); // `views` in reference/golden_mutations.py
    const third = [0, 1, 2, 3, 4, 5].map((i) => Math.fround(i / 3));
    expect(await valuesOf(file)).toEqual({
      table: third, tied: third, transposed: [0, 3, 1, 4, 2, 5].map((i) => third[i]), column: [third[1], third[4]], row: third.slice(3),
      parameter: [1, 1], half: [1.5, 3.5, 2.5, 4.5], scalar: [1.5], empty: [],
    });
    const { tensors, others } = await openTorchFile(file, 'a.bin');
    expect([...others]).toEqual([['mask', 'BOOL'], ['double', 'F64'], ['steps', 'I64']]);
    expect(Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]))).toMatchObject({ transposed: [3, 2], scalar: [], empty: [0, 3] });
    expect([...tensors].map(([, { dtype }]) => dtype)).toEqual(['F32', 'F32', 'F32', 'F32', 'F32', 'BF16', 'F16', 'F32', 'F32']);
  });

  test('a state dict with the versions of its modules', async () => {
    const values = await valuesOf(new Blob([toBytes(atob(golden.bases[0].bytes))]));
    expect(Object.keys(values)).toEqual(['0.weight', '0.bias', '1.weight', '1.bias']);
  });

  test.each(['state_dict', 'model_state_dict', 'model', 'module'])('a training checkpoint that keeps its state dict under %s', async (key) => {
    expect(await valuesOf(torchFile(dict({ step: int(7), [key]: orderedDict({ w: table }), rate: `G${'\0'.repeat(8)}`, none: 'N' }), numbers))).toEqual({ w: [1, 2, 3, 4, 5, 6] });
  });

  test('a training checkpoint with another tensor beside its state dict', async () => {
    const generator = tensor(six, 0, [6], [1]);
    expect(await valuesOf(torchFile(dict({ rng_state: generator, model: orderedDict({ w: table, v: table }) }), numbers))).toEqual({ w: [1, 2, 3, 4, 5, 6], v: [1, 2, 3, 4, 5, 6] });
  });

  test('three dimensions in any order of strides', async () => {
    const file = torchFile(dict({ w: tensor(storage('Float', '0', 12), 0, [3, 2, 2], [1, 6, 3]) }), { 0: floats(...Array.from({ length: 12 }, (_, i) => i)) });
    expect(await valuesOf(file)).toEqual({ w: [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11] });
  });

  test('a view that begins in the middle, and one whose dimensions of size 1 have any stride', async () => {
    const file = torchFile(dict({ late: tensor(six, 4, [2], [1]), loose: tensor(six, 0, [1, 2, 1], [77, 1, 0]) }), numbers);
    expect(await valuesOf(file)).toEqual({ late: [5, 6], loose: [1, 2] });
  });

  test('a list that holds itself, and tuples that would unfold to 2^60 of themselves', async () => {
    const laughs = `)q\x00${Array.from({ length: 60 }, () => 'h\x00h\x00\x86q\x00').join('')}`;
    expect(await valuesOf(beside(tuple(']q\x01h\x01a', laughs)))).toEqual({ w: [1, 2, 3, 4, 5, 6] });
  });

  test('names that objects have of their own', async () => {
    const file = torchFile(`}(${text('__proto__')}${table}${text('constructor')}${table}u`, numbers);
    expect([...(await openTorchFile(file, 'a.bin')).tensors.keys()]).toEqual(['__proto__', 'constructor']);
  });
});

describe('a file that asks for more than tensors is refused by the name of what it asks for', () => {
  test.each([
    'os.system', 'posix.system', 'nt.system', 'builtins.eval', '__builtin__.exec', 'subprocess.Popen', 'functools.partial', 'operator.attrgetter', 'pkgutil.resolve_name', 'importlib.import_module',
    'torch.load', 'torch.storage._load_from_bytes', 'torch._utils._rebuild_tensor', 'torch._utils._rebuild_sparse_tensor', 'torch.FloatStorage.__init__', 'collections.Counter', 'numpy.core.multiarray._reconstruct',
    'argparse.Namespace', 'Collections.OrderedDict', 'torch.constructor', 'toString.__proto__',
  ])('%s', async (name) => {
    expect(await refusal(beside(call(name, text('touch /tmp/x'))))).toMatchObject({ code: 'torch-refused', facts: { file: 'a.bin', found: name } });
    expect(await refusal(beside(global(name)))).toMatchObject({ code: 'torch-refused' });
  });

  test('a name that goes on and on is cut', async () => {
    expect((await refusal(beside(global(`${'a'.repeat(5000)}.b`)))).message.length).toBeLessThan(500);
  });

  test.each([
    ['STACK_GLOBAL', `${text('os')}${text('system')}\x93`], ['INST', '(ios\nsystem\n'], ['OBJ', `(${global('collections.OrderedDict')}o`], ['FRAME', `\x95${'\0'.repeat(8)}`], ['MEMOIZE', ']\x94'],
    ['EXT1', '\x82\x01'], ['EXT2', '\x83\x01\x00'], ['EXT4', '\x84\x01\x00\x00\x00'], ['NEWOBJ', `${global('collections.OrderedDict')})\x81`], ['DUP', ']2'], ['POP', ']0'], ['POP_MARK', '(1'],
    ['NEXT_BUFFER', '\x97'], ['EMPTY_SET', '\x8f'], ['PERSID', 'Pstorage\n'], ['BINBYTES', 'B\0\0\0\0'], ['0xff', '\xff'],
  ])('the opcode %s', async (name, code) => {
    expect(await refusal(beside(code))).toMatchObject({ code: 'torch-refused', facts: { found: `the pickle opcode ${name}` } });
  });
});

describe('a table that is no table of tensors is refused', () => {
  test.each<[string, string, RegExp]>([
    ['a key into a list', `]${text('a')}${int(1)}s`, /a key into what has none/],
    ['a key into a tensor', `${table}${text('a')}${int(1)}s`, /a key into what has none/],
    ['half a pair', `}(${text('a')}u`, /a key into what has none/],
    ['a tensor for a key', `}${table}${int(1)}s`, /a key that is no name/],
    ['one key twice', `}(${text('a')}${int(1)}${text('a')}${int(2)}u`, /gives “a” twice/],
    ['an item into a dictionary', `}${int(1)}a`, /appends to what is no list/],
    ['attributes of a tensor', `${table}}b`, /attributes to what has none/],
    ['attributes of a dictionary', '}}b', /attributes to what has none/],
    ['attributes that are a list', `${call('collections.OrderedDict')}]b`, /attributes to what has none/],
    ['a call of a text', `${text('os.system')})R`, /calls something without a name/],
    ['a call of a storage type', call('torch.FloatStorage', int(4)), /calls torch\.FloatStorage in an unknown way/],
    ['a call with a list', `${global('collections.OrderedDict')}]R`, /calls collections\.OrderedDict in an unknown way/],
    ['a parameter without a tensor', call('torch._utils._rebuild_parameter', int(1), '\x88', 'N'), /_rebuild_parameter in an unknown way/],
    ['a size of floats', tensor(six, 0, [], []).replace(tuple(), tuple(`G${'\0'.repeat(8)}`)), /_rebuild_tensor_v2 in an unknown way/],
    ['a storage of another kind', `${tuple(text('module'), global('torch.FloatStorage'), text('0'), text('cpu'), int(6))}Q`, /something else than a storage/],
    ['a storage that is a number', `${int(3)}Q`, /something else than a storage/],
    ['fewer values than it takes', '(R', /takes more than it gave/],
    ['the end of what never began', 't', /takes more than it gave/],
    ['values from below a mark', `${int(1)}(\x86`, /takes more than it gave/],
    ['a value before it is there', 'h\x63', /recalls value 99/],
    ['a value before it is there, far away', 'j\xff\xff\xff\xff', /recalls value 4294967295/],
    ['a number beyond 2^53', '\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f', /has the number 922337203685477/],
    ['a number of 200 bytes', `\x8a\xc8${'\x01'.repeat(200)}`, /a number of 200 bytes/],
    ['a text of 4 GB', 'X\xff\xff\xff\xff', /a text of 4294967295 bytes/],
    ['a text that is not UTF-8', 'X\x01\0\0\0\xff', /not UTF-8/],
    ['65 marks', '('.repeat(65), /nested too deep/],
    ['10,001 values', 'N'.repeat(10_001), /nested too deep/],
    ['a million steps', `]${'Na'.repeat(500_000)}`, /more than 1000000 steps/],
    ['a second value', 'N.N', /does not end where it says/],
  ])('%s', async (_, value, culprit) => {
    const failure = await refusal(beside(value));
    expect(failure.code).toBe('torch-malformed');
    expect(failure.message).toMatch(culprit);
  });

  test('one cut short at any byte, and one with a byte behind it', async () => {
    const whole = torchEntries(orderedDict({ w: table, n: int(1) }), numbers);
    const pickle = whole[0][1];
    for (let length = 0; length < pickle.length; length++) {
      expect((await refusal(archive(whole.with(0, ['archive/data.pkl', pickle.slice(0, length)])))).code).toMatch(/^torch-/);
    }
    expect((await refusal(archive(whole.with(0, ['archive/data.pkl', `${pickle}N`])))).message).toMatch(/does not end where it says/);
  });

  test.each<[string, string]>([['a number', int(1)], ['a list of tensors', `]${table}a`], ['a bare tensor', table], ['nothing but numbers', dict({ a: int(1) })], ['an empty dictionary', '}']])('%s', async (_, value) => {
    expect((await refusal(torchFile(value, numbers))).message).toMatch(/no table of tensors/);
  });

  test('one whose tensor has a number for a name', async () => {
    expect((await refusal(torchFile(`}${int(3)}${table}s`, numbers))).message).toMatch(/calls a tensor 3/);
  });
});

describe('a tensor that is not inside its numbers is refused by its name', () => {
  test.each<[string, string, RegExp]>([
    ['a storage with fewer bytes than it claims', tensor(storage('Float', '0', 7), 0, [7], [1]), /“w” lies in 7 F32 of 24 bytes.*28 bytes/],
    ['a storage with more bytes than it claims', tensor(storage('Float', '0', 5), 0, [5], [1]), /“w” lies in 5 F32 of 24 bytes/],
    ['a storage that is not there', tensor(storage('Float', '1', 6), 0, [6], [1]), /numbers of tensor “w” are not in it/],
    ['a storage outside of the folder', tensor(storage('Float', '../version', 6), 0, [6], [1]), /numbers of tensor “w” are not in it/],
    ['a view that begins behind the end', tensor(six, 7, [1], [1]), /“w” reaches past the end of its 6 numbers/],
    ['a view that ends behind the end', tensor(six, 1, [2, 3], [3, 1]), /“w” reaches past the end/],
    ['a stride that leads out', tensor(six, 0, [2, 3], [4, 1]), /“w” reaches past the end/],
    ['a size whose product overflows', tensor(six, 0, [2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1], [0, 0, 0]), /“w” of 2147483647×2147483647×2147483647 is spread out of 6 numbers/],
    ['strides of 0 that blow it up', tensor(six, 0, [1000, 6], [0, 1]), /“w” of 1000×6 is spread out of 6 numbers/],
    ['a negative offset', tensor(six, -1, [2], [1]), /in an unknown way/],
    ['a negative size', tensor(six, 0, [-2], [1]), /in an unknown way/],
    ['a negative stride', tensor(six, 5, [2], [-1]), /in an unknown way/],
    ['fewer strides than dimensions', tensor(six, 0, [2, 3], [1]), /in an unknown way/],
  ])('%s', async (_, value, culprit) => {
    const failure = await refusal(torchFile(dict({ w: value }), numbers));
    expect(failure.code).toBe('torch-malformed');
    expect(failure.message).toMatch(culprit);
  });

  test('one storage under two types', async () => {
    const other = { w: table, v: tensor(storage('Int', '0', 6), 0, [6], [1]) };
    expect((await refusal(torchFile(dict(other), numbers))).message).toMatch(/“v” shares numbers with one of another type/);
  });
});

function archive(entries: readonly NamedEntry[]): Blob {
  return new Blob([toBytes(zipOf(entries))]);
}

describe('an archive that torch.save did not write is refused', () => {
  const whole = torchEntries(dict({ w: table }), numbers);
  const without = (name: string): NamedEntry[] => whole.filter(([entry]) => entry !== name);

  test.each<[string, NamedEntry[], RegExp]>([
    ['big-endian numbers', [...without('archive/byteorder'), ['archive/byteorder', 'big']], /byte order “big”/],
    ['no version', without('archive/version'), /its version is “none”/],
    ['a version of the future', [...without('archive/version'), ['archive/version', '11\n']], /its version is “11/],
    ['no table', without('archive/data.pkl'), /no data\.pkl/],
    ['two tables', [...whole, ['archive/data.pkl', whole[0][1]]], /two entries “archive\/data\.pkl”/],
    ['two tables, in names that differ by case', [...whole, ['archive/DATA.pkl', whole[0][1]]], /two entries “archive\/DATA\.pkl”/],
    ['a table in another folder', [...whole, ['other/data.pkl', whole[0][1]]], /do not lie in one folder/],
    ['a table outside of a folder', [...whole, ['data.pkl', whole[0][1]]], /do not lie in one folder/],
  ])('%s', async (_, entries, culprit) => {
    expect((await refusal(archive(entries))).message).toMatch(culprit);
  });
});
