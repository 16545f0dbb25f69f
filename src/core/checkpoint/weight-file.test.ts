import { describe, expect, test } from 'vitest';
import { Failure } from '../errors';
import { writeSafetensors } from './safetensors';
import { dict, floats, storage, tensor, toBytes, torchFile, zipOf } from './torch/make-torch';
import { openWeightFile } from './weight-file';

const values = { w: [1, 2, 3] };
const safetensors = writeSafetensors([{ name: 'w', shape: [3], values: Float32Array.from(values.w) }], {});
const torch = torchFile(dict({ w: tensor(storage('Float', '0', 3), 0, [3], [1]) }), { 0: floats(...values.w) });

async function refusal(work: Promise<unknown>): Promise<Failure> {
  const thrown: unknown = await work.then(() => 'nothing', (error: unknown) => error);
  if (!(thrown instanceof Failure)) throw new Error(`expected a Failure, got ${String(thrown)}`);
  return thrown;
}

describe('a file is what its first bytes say, whatever it is called', () => {
  test('both formats give the same bytes', async () => {
    for (const file of [safetensors, torch]) {
      const read = (await openWeightFile(file, 'model.txt')).tensors.get('w');
      expect(read).toMatchObject({ dtype: 'F32', shape: [3] });
      expect([...new Float32Array(((await read?.read()) as Uint8Array<ArrayBuffer>).buffer)]).toEqual(values.w);
    }
  });

  test('a header of 640 bytes is a header, though pickles begin with the same two bytes', async () => {
    const json = '{}'.padEnd(640);
    expect((await openWeightFile(new Blob([Uint8Array.of(0x80, 0x02, 0, 0, 0, 0, 0, 0), json]), 'a')).tensors.size).toBe(0);
  });

  test.each<[string, string, RegExp]>([
    ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 400\n', /Git LFS pointer.*git lfs pull/],
    ['a page to sign in', '\n<!DOCTYPE html>\n<html><body>Sign in</body></html>', /a web page.*sign in/],
    ['a page without a type', '<html lang="en"></html>', /a web page/],
    ['a message of a storage server', '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', /an XML message/],
    ['a JSON message', '{"error":"Repository not found"}', /a JSON text.*\.safetensors or \.bin/],
    ['an index', '{\n  "weight_map": {}\n}', /a JSON text/],
    ['a legacy PyTorch file', '\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.', /before torch 1\.6.*torch 1\.6 or newer/],
    ['a bare pickle', '\x80\x04\x95\x10\0\0\0\0\0\0\0}.', /a pickle of Python objects/],
    ['a tar archive', `${'a'.padEnd(257, '\0')}ustar\0`, /a tar archive.*Unpack it/],
    ['a 7z archive', '7z\xbc\xaf\x27\x1c\0\x04', /a 7z archive/],
    ['a gzip file', '\x1f\x8b\x08\0\0\0\0\0\0\x03', /gzip/],
    ['a GGUF file', 'GGUF\x03\0\0\0', /a GGUF file.*checkpoint it was made from/],
    ['a Keras file', '\x89HDF\r\n\x1a\n', /Keras/],
  ])('%s is recognised and explained', async (_, start, sentence) => {
    const failure = await refusal(openWeightFile(new Blob([toBytes(start)]), 'model.safetensors'));
    expect(failure.code).toBe('weights-unrecognised');
    expect(failure.message).toMatch(sentence);
  });

  test.each<[string, string, string]>([
    ['an empty file', '', 'safetensors-malformed'],
    ['seven bytes', '1234567', 'safetensors-malformed'],
    ['noise', '\xde\xad\xbe\xef\xde\xad\xbe\xef\xde\xad', 'safetensors-malformed'],
    ['an empty zip', zipOf([]), 'torch-malformed'],
    ['a zip of something else', zipOf([['word/document.xml', '<w/>']]), 'torch-malformed'],
  ])('%s is refused', async (_, start, code) => {
    expect((await refusal(openWeightFile(new Blob([toBytes(start)]), 'a'))).code).toBe(code);
  });
});

/** A picked file that can be replaced on the disk while it is open. */
class Replaceable {
  constructor(
    private now: Blob,
    readonly size = now.size,
  ) {}

  replace(by: Blob | null): void {
    this.now = by ?? new Blob();
    if (!by) this.slice = () => ({ stream: () => new ReadableStream({ start: (gone) => gone.error(new DOMException('gone', 'NotReadableError')) }) });
  }

  slice = (begin: number, end: number): Pick<Blob, 'stream'> => this.now.slice(begin, end);
}

describe.each([['safetensors', safetensors], ['torch', torch]])('a local file in %s that is replaced while it is open', (_, whole) => {
  test.each<[string, Blob | null, RegExp]>([
    ['by another one', null, /NotReadableError.*choose it again/],
    ['by a shorter one', new Blob(['x']), /shorter than it was.*choose it again/],
  ])('%s has to be picked again', async (_, by, sentence) => {
    const file = new Replaceable(whole);
    const { tensors } = await openWeightFile(file as unknown as Blob, 'model');
    file.replace(by);
    const failure = await refusal((tensors.get('w') as { read(): Promise<unknown> }).read());
    expect(failure.code).toBe('file-unreadable');
    expect(failure.message).toMatch(sentence);
  });

  test('before it is opened has to be picked again', async () => {
    const file = new Replaceable(whole);
    file.replace(null);
    expect((await refusal(openWeightFile(file as unknown as Blob, 'model'))).code).toBe('file-unreadable');
  });
});
