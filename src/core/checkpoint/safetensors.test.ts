import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Failure } from '../errors';
import { decode } from './dtype';
import { readHeader, writeSafetensors, type SafetensorsHeader, type TensorInfo } from './safetensors';

/** A file with this header text (or bytes) and so many bytes of data. */
function file(header: unknown, dataBytes = 0): Blob {
  const bytes = header instanceof Uint8Array ? header : new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const prefix = new DataView(new ArrayBuffer(8));
  prefix.setBigUint64(0, BigInt(bytes.length), true);
  return new Blob([prefix, bytes.slice(), new Uint8Array(dataBytes)]);
}

/** A file of 8 bytes of length and `rest`. */
function claiming(length: bigint, rest = 0): Blob {
  const prefix = new DataView(new ArrayBuffer(8));
  prefix.setBigUint64(0, length, true);
  return new Blob([prefix, new Uint8Array(rest)]);
}

const f16 = (begin: number, end: number, shape = [(end - begin) / 2]): object => ({ dtype: 'F16', shape, data_offsets: [begin, end] });
const entry = (fields: object): object => ({ ...f16(0, 4), ...fields });

async function refusal(blob: Blob): Promise<Failure> {
  const thrown: unknown = await readHeader(blob, 'a.safetensors').then(() => 'nothing', (error: unknown) => error);
  if (!(thrown instanceof Failure)) throw new Error(`expected a Failure, got ${String(thrown)}`);
  return thrown;
}

function tensor({ tensors }: SafetensorsHeader, name: string): TensorInfo {
  const found = tensors.get(name);
  if (!found) throw new Error(`no ${name}`);
  return found;
}

async function valuesOf(blob: Blob, info: TensorInfo): Promise<number[]> {
  return [...decode(new Uint8Array(await blob.slice(info.begin, info.end).arrayBuffer()), info.dtype)];
}

describe('a file that is written is read back', () => {
  const numbers = fc.float({ noNaN: true });
  const names = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('__proto__', 'constructor', '<img onerror=alert(1)>', '0', 'é🍲'));
  const tensors = fc.uniqueArray(
    fc.tuple(names.filter((name) => name !== '__metadata__'), fc.array(fc.nat(3), { maxLength: 3 }), fc.array(numbers, { minLength: 27, maxLength: 27 })),
    { selector: ([name]) => name, maxLength: 5 },
  );

  test('with its names, shapes, values and metadata, whatever they are', async () => {
    const property = fc.asyncProperty(tensors, fc.dictionary(fc.string(), fc.string()), async (wanted, metadata) => {
      const written = wanted.map(([name, shape, pool]) => ({ name, shape, values: Float32Array.from(pool.slice(0, shape.reduce((a, b) => a * b, 1))) }));
      const blob = writeSafetensors(written, metadata);
      const header = await readHeader(blob, 'a');
      expect([...header.tensors.keys()].sort()).toEqual(written.map(({ name }) => name).sort());
      expect(Object.fromEntries(header.metadata)).toEqual(Object.fromEntries(Object.entries(metadata)));
      for (const { name, shape, values } of written) {
        expect(tensor(header, name)).toMatchObject({ dtype: 'F32', shape });
        expect(await valuesOf(blob, tensor(header, name))).toEqual([...values]);
      }
    });
    await fc.assert(property, { numRuns: 100 });
  });

  test('and its data starts at a multiple of 8, as the reference writer has it', async () => {
    for (const name of ['a', 'ab', 'abc', 'abcdefgh']) {
      const header = await readHeader(writeSafetensors([{ name, shape: [1], values: Float32Array.of(1) }], {}), 'a');
      expect(tensor(header, name).begin % 8).toBe(0);
    }
  });
});

describe('what is legal is read', () => {
  test('data at an odd offset, and an odd number of halves', async () => {
    const header = JSON.stringify({ a: f16(0, 2), b: { dtype: 'F32', shape: [], data_offsets: [2, 6] } });
    const padded = header.length % 2 ? header : `${header} `;
    const blob = new Blob([file(padded), Uint8Array.of(0x00, 0x3c), Float32Array.of(0.25)]);
    const read = await readHeader(blob, 'a');
    expect(tensor(read, 'a').begin % 2).toBe(1);
    expect(await valuesOf(blob, tensor(read, 'a'))).toEqual([1]);
    expect(await valuesOf(blob, tensor(read, 'b'))).toEqual([0.25]);
    expect(tensor(read, 'b').shape).toEqual([]);
  });

  test('mask buffers are checked and left out; tensors without a value are kept', async () => {
    const table = {
      mask: { dtype: 'BOOL', shape: [2, 3], data_offsets: [0, 6] },
      bytes: { dtype: 'U8', shape: [2], data_offsets: [6, 8] },
      empty: f16(8, 8, [0, 7]),
      weight: f16(8, 12),
      counts: { dtype: 'I64', shape: [1], data_offsets: [12, 20] },
    };
    const { tensors, others } = await readHeader(file(table, 20), 'a');
    expect([...tensors.keys()].sort()).toEqual(['empty', 'weight']);
    expect([...others]).toEqual([['mask', 'BOOL'], ['bytes', 'U8'], ['counts', 'I64']]);
  });

  test.each([
    ['F8_E4M3', 4], ['F8_E5M2', 4], ['F8_E8M0', 4], ['F8_E4M3FNUZ', 4], ['F8_E5M2FNUZ', 4], ['F4', 2], ['F6_E2M3', 3], ['F6_E3M2', 3],
    ['I8', 4], ['U16', 8], ['I16', 8], ['U32', 16], ['I32', 16], ['U64', 32], ['F64', 32], ['C64', 32],
  ])('four values of type %s take %i bytes, and are left out', async (dtype, bytes) => {
    const { tensors, others } = await readHeader(file({ w: { dtype, shape: [4], data_offsets: [0, bytes] } }, bytes), 'a');
    expect(tensors.size).toBe(0);
    expect([...others]).toEqual([['w', dtype]]);
  });

  test('metadata that are null are none', async () => {
    expect((await readHeader(file('{"__metadata__": null}'), 'a')).metadata.size).toBe(0);
  });

  test('a tensor without values may claim any size', async () => {
    const { tensors } = await readHeader(file({ w: f16(0, 0, [0, 2 ** 40, 2 ** 40]) }), 'a');
    expect(tensors.get('w')?.shape).toEqual([0, 2 ** 40, 2 ** 40]);
  });

  test('names and metadata in escapes, with braces and quotation marks', async () => {
    const { tensors, metadata } = await readHeader(file(`{"__metadata__": {"a\\"{": "\\ud83c\\udf72 1.5 }"}, "\\u0077[": ${JSON.stringify(f16(0, 4))}}`, 4), 'a');
    expect([...tensors.keys()]).toEqual(['w[']);
    expect([...metadata]).toEqual([['a"{', '🍲 1.5 }']]);
  });

  test('white space around the header, and tensors in any order', async () => {
    const { tensors } = await readHeader(file(`  ${JSON.stringify({ b: f16(4, 8), a: f16(0, 4) })}\n  `, 8), 'a');
    expect([...tensors.keys()].sort()).toEqual(['a', 'b']);
  });

  test('a tensor named __proto__ is a tensor and nothing else', async () => {
    const header = await readHeader(file(`{"__proto__": ${JSON.stringify(f16(0, 4))}, "constructor": ${JSON.stringify(f16(4, 8))}}`, 8), 'a');
    expect([...header.tensors.keys()]).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>).dtype).toBeUndefined();
    const poison = await readHeader(file('{"__metadata__": {"__proto__": "x"}}'), 'a');
    expect(poison.metadata.get('__proto__')).toBe('x');
  });
});

describe('what is malformed is refused, and the culprit is named', () => {
  const deep = '{"w":' + '['.repeat(100_000);
  test.each<[string, Blob, RegExp]>([
    ['an empty file', new Blob([]), /0 bytes long/],
    ['7 bytes', new Blob([new Uint8Array(7)]), /7 bytes long/],
    ['a header of 2^63 bytes', claiming(2n ** 63n, 100), /claims 922337203685477\d+ bytes.*at most 25000000/],
    ['a header of 25,000,001 bytes', claiming(25_000_001n, 100), /claims 25000001 bytes.*at most 25000000/],
    ['a header longer than the file', claiming(101n, 100), /claims 101 bytes and the file has 108/],
    ['a header that is not UTF-8', file(Uint8Array.of(0x7b, 0xff, 0x7d)), /not UTF-8/],
    ['a header behind a byte order mark', file('\uFEFF{}'), /not JSON/],
    ['a header that is not JSON', file('{"w": '), /not JSON/],
    ['a header that is an array', file('[]'), /not a table/],
    ['a header that is null', file('null'), /not a table/],
    ['a header nested without end', file(deep), /not JSON/],
    ['a whole header nested deeply', file(`${deep}${']'.repeat(100_000)}}`), /nests deeper than 127/],
    ['two tensors on one range', file({ first: f16(0, 4), second: f16(0, 4) }, 4), /“second” lies at 0 to 4, after one that ends at 4/],
    ['two tensors that overlap', file({ first: f16(0, 4), second: f16(2, 6) }, 6), /“second” lies at 2/],
    ['a hole', file({ first: f16(0, 4), second: f16(6, 8) }, 8), /“second” lies at 6 to 8, after one that ends at 4/],
    ['a first tensor that does not start at 0', file({ first: f16(2, 4) }, 4), /“first” lies at 2/],
    ['an end before its begin', file({ a: f16(0, 4), w: f16(4, 2, [1]) }, 4), /“w” lies at 4 to 2/],
    ['a negative offset', file({ w: entry({ data_offsets: [-4, 0] }) }, 4), /has -4 where/],
    ['a fractional offset', file({ w: entry({ data_offsets: [0, 3.5] }) }, 4), /has 3\.5 where/],
    ['an infinite offset', file('{"w": {"dtype": "F16", "shape": [2], "data_offsets": [0, 1e400]}}', 4), /has 1e400 where/],
    ['an offset above 2^53', file('{"w": {"dtype": "F16", "shape": [2], "data_offsets": [0, 9007199254740993]}}', 4), /has 9007199254740993 where/],
    ['a whole number written as a fraction', file('{"w": {"dtype": "F16", "shape": [2.0], "data_offsets": [0, 4]}}', 4), /has 2\.0 where/],
    ['a whole number written with an exponent', file('{"w": {"dtype": "F16", "shape": [2e0], "data_offsets": [0, 4]}}', 4), /has 2e0 where/],
    ['half a surrogate pair in a name', file(`{"\\ud800": ${JSON.stringify(f16(0, 4))}}`, 4), /half a character/],
    ['a tensor given twice', file(`{"w": ${JSON.stringify(f16(0, 4))}, "w": ${JSON.stringify(f16(0, 4))}}`, 4), /gives “w” twice/],
    ['a tensor given twice, once in escapes', file(`{"w": ${JSON.stringify(f16(0, 4))}, "\\u0077": ${JSON.stringify(f16(0, 4))}}`, 4), /gives “w” twice/],
    ['a field given twice', file('{"w": {"dtype": "F32", "dtype": "F16", "shape": [2], "data_offsets": [0, 4]}}', 4), /gives “dtype” twice/],
    ['an entry written as a list', file({ w: ['F16', [2], [0, 4]] }, 4), /“w” is not a tensor/],
    ['one offset', file({ w: entry({ data_offsets: [0] }) }, 4), /“w” is not a tensor/],
    ['offsets as text', file({ w: entry({ data_offsets: ['0', '4'] }) }, 4), /“w” is not a tensor/],
    ['a negative size', file({ w: entry({ shape: [-2] }) }, 4), /has -2 where/],
    ['a shape that is no list', file({ w: entry({ shape: '2' }) }, 4), /“w” is not a tensor/],
    ['no dtype', file({ w: { shape: [2], data_offsets: [0, 4] } }, 4), /“w” is not a tensor/],
    ['an entry that is null', file({ w: null }), /“w” is not a tensor/],
    ['a shape whose product overflows', file({ w: entry({ shape: [2 ** 40, 2 ** 40] }) }, 4), /“w” claims 1099511627776×1099511627776 values/],
    ['a product that overflows before it meets a 0', file({ w: f16(0, 0, [2 ** 40, 2 ** 40, 0]) }), /“w” claims/],
    ['half a byte', file({ w: { dtype: 'F4', shape: [3], data_offsets: [0, 2] } }, 2), /ends within a byte/],
    ['a shape that is larger than its bytes', file({ w: f16(0, 4, [3]) }, 4), /“w” of 3 F16 has 4 bytes/],
    ['a trailing byte', file({ w: f16(0, 4) }, 5), /tensors end at byte \d+ and the file at \d+/],
    ['a missing byte', file({ w: f16(0, 4) }, 3), /tensors end at byte \d+ and the file at \d+/],
    ['metadata with a number', file({ __metadata__: { step: 7 } }), /metadata “step” is not a string/],
    ['metadata that is a list', file({ __metadata__: [] }), /metadata is not a table/],
  ])('%s', async (_, blob, culprit) => {
    const failure = await refusal(blob);
    expect(failure.code).toBe('safetensors-malformed');
    expect(failure.message).toMatch(culprit);
    expect(failure.message).toContain('a.safetensors');
  });

  test('more tensors than any model has', async () => {
    const empty = JSON.stringify(f16(0, 0, [0]));
    const table = `{${Array.from({ length: 100_001 }, (_, i) => `"${i}":${empty}`).join()}}`;
    expect((await refusal(file(table))).message).toMatch(/lists 100001 tensors/);
  });

  test.each(['F16 ', 'C128', 'float16', 'toString', '__proto__'])('the type %s, which there is not, with those that are read', async (dtype) => {
    const failure = await refusal(file({ w: entry({ dtype }) }, 4));
    expect(failure).toMatchObject({ code: 'tensor-dtype', facts: { tensor: 'w', dtype } });
    expect(failure.message).toMatch(/F32, F16 or BF16/);
  });
});

test('a damaged file parses or is refused, and nothing else happens', async () => {
  const valid = writeSafetensors([{ name: 'w', shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) }, { name: 'b', shape: [1], values: Float32Array.of(5) }], { format: 'pt' });
  const bytes = new Uint8Array(await valid.arrayBuffer());
  const mutation = fc.record({ at: fc.nat(bytes.length - 1), value: fc.nat(255), cut: fc.nat(6), insert: fc.boolean() });
  let refused = 0;
  const property = fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 4 }), async (mutations) => {
    let damaged = [...bytes];
    for (const { at, value, cut, insert } of mutations) {
      if (insert) damaged = damaged.toSpliced(at, cut, value);
      else damaged[at] = value;
    }
    try {
      const { tensors } = await readHeader(new Blob([Uint8Array.from(damaged)]), 'a');
      for (const { begin, end } of tensors.values()) expect(begin >= 8 && end <= damaged.length).toBe(true);
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      expect(['safetensors-malformed', 'tensor-dtype']).toContain(thrown.code);
      refused++;
    }
  });
  await fc.assert(property, { numRuns: 400 });
  expect(refused).toBeGreaterThan(100);
});
