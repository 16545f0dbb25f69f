import { describe, expect, test } from 'vitest';
import { explain, Failure, failure, fromFailureData, isStopped, toFailure, toFailureData, type FailureCode, type FailureData } from './errors';

/** One example of each failure. The compiler asks for a new one here when a code is added. */
const examples: { [C in FailureCode]: () => Failure } = {
  'text-empty': () => failure('text-empty', { text: 'mine' }),
  'text-withheld': () => failure('text-withheld', { text: 'mine', bytes: 2412, sha256: 'a'.repeat(64) }),
  'text-too-short': () => failure('text-too-short', { text: 'mine', tokens: 1 }),
  'text-too-long': () => failure('text-too-long', { text: 'mine', bytes: 6_000_000, limit: 5_000_000 }),
  'text-documents': () => failure('text-documents', { text: 'mine', line: 3, found: 'it is not JSON' }),
  'safetensors-malformed': () => failure('safetensors-malformed', { file: 'a', found: 'it is short', allowed: '8 bytes' }),
  'torch-malformed': () => failure('torch-malformed', { file: 'a', found: 'it is short', allowed: 'a whole archive' }),
  'torch-refused': () => failure('torch-refused', { file: 'a', found: 'os.system' }),
  'weights-unrecognised': () => failure('weights-unrecognised', { file: 'a', found: 'a web page', remedy: 'Download the file itself' }),
  'shard-index-malformed': () => failure('shard-index-malformed', { file: 'a', found: 'it is not JSON', allowed: 'a weight_map' }),
  'names-ambiguous': () => failure('names-ambiguous', { file: 'a', names: ['model.w', 'average.w'] }),
  'tensor-twice': () => failure('tensor-twice', { tensor: 'w', first: 'a', second: 'b' }),
  'file-unreadable': () => failure('file-unreadable', { file: 'model.safetensors', found: 'NotReadableError' }),
  'tensor-dtype': () => failure('tensor-dtype', { file: 'a', tensor: 'w', dtype: 'F8_E4M3' }),
  'tensor-missing': () => failure('tensor-missing', { file: 'a', tensors: ['u', 'v', 'w', 'x', 'y'] }),
  'tensor-shape': () => failure('tensor-shape', { file: 'a', tensor: 'w', found: [2, 3], expected: [3, 2] }),
  'weights-not-finite': () => failure('weights-not-finite', { file: 'a', tensor: 'w', count: 1 }),
  'soup-not-linear': () => failure('soup-not-linear', { soup: 'a', method: 'fisher' }),
  'ingredient-not-checkpoint': () => failure('ingredient-not-checkpoint', { soup: 'a', ingredient: 'b' }),
  'gram-singular': () => failure('gram-singular', { layer: 'layers.0.mlp', width: 512, rank: 99 }),
  'gram-too-wide': () => failure('gram-too-wide', { layer: 'layers.0.mlp', width: 8192, widest: 3072 }),
  'weights-beyond-half': () => failure('weights-beyond-half', { tensor: 'w', count: 2 }),
  'config-unsupported': () => failure('config-unsupported', { file: 'a', key: 'hidden_act', found: '"relu"', allowed: '"gelu"' }),
  'tokenizer-malformed': () => failure('tokenizer-malformed', { file: 'a', found: 'it is not JSON' }),
  'token-outside-vocabulary': () => failure('token-outside-vocabulary', { token: 50_000, vocabulary: 4096 }),
  'checkpoint-unknown': () => failure('checkpoint-unknown', { checkpoint: 'step9' }),
  'origin-not-allowed': () => failure('origin-not-allowed', { checkpoint: 'step9', host: 'example.org' }),
  'address-closed': () => failure('address-closed', { host: 'example.org', file: 'config.json' }),
  'checkpoint-incomplete': () => failure('checkpoint-incomplete', { checkpoint: 'checkpoint-30', missing: 'config.json' }),
  'checkpoint-changed': () => failure('checkpoint-changed', { checkpoint: 'step9', found: 'a'.repeat(64), expected: 'b'.repeat(64) }),
  'download-failed': () => failure('download-failed', { file: 'a', status: 'HTTP 404' }),
  'download-changed': () => failure('download-changed', { file: 'a', found: 'it has 130 bytes', expected: '4485272' }),
  'storage-full': () => failure('storage-full', { file: 'a', needed: 300_000_000, free: 10_000_000 }),
  'storage-failed': () => failure('storage-failed', { file: 'a', found: 'NoModificationAllowedError' }),
  'checkpoint-damaged': () => failure('checkpoint-damaged', { checkpoint: 'step9' }),
  'checkpoint-not-here': () => failure('checkpoint-not-here', { checkpoint: 'a', folder: 'checkpoint-30', file: 'model.safetensors' }),
  'checkpoint-not-fetched': () => failure('checkpoint-not-fetched', { checkpoint: 'a', from: 'huggingface.co', bytes: 300_000_000 }),
  'ingredients-differ': () => failure('ingredients-differ', { first: 'a', second: 'b', found: 'they come from different runs' }),
  'coefficients-invalid': () => failure('coefficients-invalid', { soup: 's', found: 'they sum to 2', allowed: 'numbers that sum to 1' }),
  'soup-not-run': () => failure('soup-not-run', { soup: 's' }),
  'notebook-malformed': () => failure('notebook-malformed', { file: 'a', found: 'it is not JSON', where: '' }),
  'edit-refused': () => failure('edit-refused', { found: 'a number', where: 'cells.1' }),
  'name-taken': () => failure('name-taken', { name: 'text' }),
  'name-malformed': () => failure('name-malformed', { name: 'a/b' }),
  'notebook-absent': () => failure('notebook-absent'),
  'notebook-in-use': () => failure('notebook-in-use', { title: 'mine' }),
  'link-malformed': () => failure('link-malformed', { found: 'it has no field “stockpot”', where: '' }),
  'notebook-version': () => failure('notebook-version', { file: 'a', found: '2', known: 1 }),
  'too-many-files': () => failure('too-many-files', { limit: 10_000 }),
  'file-unrecognised': () => failure('file-unrecognised', { file: 'a', allowed: 'a notebook' }),
  'link-version': () => failure('link-version', { found: '9', known: 1 }),
  'link-damaged': () => failure('link-damaged', { found: 'a part of it is missing' }),
  'link-too-long': () => failure('link-too-long', { found: '1,000,000 characters', allowed: '100,000' }),
  'input-missing': () => failure('input-missing', { cell: 'c', input: 'i', wanted: 'text' }),
  'input-needed': () => failure('input-needed', { cell: 'c', wanted: 'a text' }),
  'task-unknown': () => failure('task-unknown', { task: 't', known: ['piqa'] }),
  'items-malformed': () => failure('items-malformed', { file: 'a', line: 1, found: 'it is empty', allowed: 'items' }),
  'items-changed': () => failure('items-changed', { task: 't', found: 'a'.repeat(64), expected: 'b'.repeat(64) }),
  'items-not-kept': () => failure('items-not-kept', { task: 't' }),
  'items-absent': () => failure('items-absent', { task: 't' }),
  'hub-unreachable': () => failure('hub-unreachable', { host: 'huggingface.co', file: 'a/b' }),
  'hub-refused': () => failure('hub-refused', { host: 'huggingface.co', file: 'a/b', status: 404 }),
  'hub-malformed': () => failure('hub-malformed', { host: 'huggingface.co', file: 'a/b', found: 'it is not JSON' }),
  'hub-changed': () => failure('hub-changed', { file: 'a/b', found: '4 bytes', expected: '8 bytes' }),
  'hub-too-large': () => failure('hub-too-large', { file: 'a/b', bytes: 300_000_000, limit: 200_000_000 }),
  'repo-absent': () => failure('repo-absent', { host: 'huggingface.co', repo: 'a/b' }),
  'repo-gated': () => failure('repo-gated', { host: 'huggingface.co', repo: 'a/b' }),
  'token-refused': () => failure('token-refused', { host: 'huggingface.co' }),
  'revision-absent': () => failure('revision-absent', { repo: 'a/b', revision: 'step9' }),
  'repo-file-absent': () => failure('repo-file-absent', { repo: 'a/b', revision: 'step9', file: 'tokenizer.json' }),
  'repo-weights-absent': () => failure('repo-weights-absent', { repo: 'a/b', revision: 'step9', found: ['c.gguf'] }),
  'parquet-malformed': () => failure('parquet-malformed', { file: 'a/b', found: 'it is short' }),
  'soup-too-large': () => failure('soup-too-large', { soup: 's', method: 'Fisher', found: 'it takes 9 GB of memory, and about 8 are there' }),
  'items-not-split': () => failure('items-not-split', { task: 't', found: 1 }),
  'items-too-few': () => failure('items-too-few', { task: 't' }),
  'shots-too-few': () => failure('shots-too-few', { task: 't', shots: 5, found: 1, needed: 6 }),
  'choice-empty': () => failure('choice-empty', { continuation: ' c' }),
  'device-absent': () => failure('device-absent', { device: 'gpu' }),
  'device-without-halves': () => failure('device-without-halves', { device: 'WebGPU' }),
  'device-failed': () => failure('device-failed', { device: 'gpu', found: 'it is off by 2' }),
  'device-memory': () => failure('device-memory', { doing: 'merging', found: 'its memory is full' }),
  'model-too-large': () => failure('model-too-large', { model: 'a', found: 'it needs 9 GB of memory and there are 4', largest: 'a smaller model, up to about 1.4 billion parameters (Pythia-1.4B)' }),
  'engine-restarted': () => failure('engine-restarted'),
  'device-lost': () => failure('device-lost', { reason: 'destroyed' }),
  'engine-died': () => failure('engine-died', { reason: 'aborted' }),
  'storage-died': () => failure('storage-died', { reason: 'aborted' }),
  'engine-silent': () => failure('engine-silent', { seconds: 60 }),
  'scores-not-finite': () => failure('scores-not-finite', { model: 'm', found: 'nothing but zeros' }),
  'buffer-too-small': () => failure('buffer-too-small', { tensor: 'w', found: 4, needed: 8 }),
  'tensor-too-large': () => failure('tensor-too-large', { tensor: 'w', bytes: 9, limit: 8 }),
  stopped: () => failure('stopped'),
  unexpected: () => failure('unexpected', { message: 'no idea' }),
};
const all = Object.entries(examples).map(([code, make]): [string, Failure] => [code, make()]);

describe('every failure', () => {
  test.each(all)('%s says what happened and what to do, in sentences', (code, made) => {
    expect(made.code).toBe(code);
    const said = explain(made);
    expect(said).toHaveLength(2);
    for (const sentence of said) {
      expect(sentence).toMatch(/^[A-Z“].*[^ ]$/);
      expect(sentence).not.toMatch(/undefined|NaN|\[object|null/);
    }
    expect(said[1]).toMatch(/[.]$/);
    expect(made.message).toBe(said.join(' '));
  });

  test.each(all.filter(([, made]) => made.facts !== undefined))('%s says the facts it was given', (_, made) => {
    const facts = Object.values(made.facts as object).filter((fact): fact is string => typeof fact === 'string');
    for (const fact of facts) expect(made.message).toContain(fact.slice(0, 12));
  });

  test.each(all)('%s crosses from a worker, and to a disk and back, whole', (code, made) => {
    const wired = structuredClone(toFailureData(made));
    for (const data of [wired, JSON.parse(JSON.stringify(wired)) as FailureData]) {
      const back = fromFailureData(data);
      expect(back).toBeInstanceOf(Failure);
      expect(back).toMatchObject({ code, message: made.message });
      expect(back.facts).toEqual(made.facts);
    }
  });
});

describe('anything that is thrown becomes a failure', () => {
  test.each<[string, unknown, RegExp]>([
    ['an error', new TypeError('x is not a function'), /x is not a function/],
    ['a DOMException', new DOMException('quota', 'QuotaExceededError'), /quota/],
    ['a string', 'boom', /boom/],
    ['a number', 7, /7/],
    ['zero', 0, /foresee: 0 /],
    ['false', false, /foresee: false /],
    ['a bigint', 7n, /foresee: 7 /],
    ['a symbol', Symbol('s'), /foresee: Symbol\(s\) /],
    ['an object', { a: 1 }, /foresee: \{"a":1\} /],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { a: 1 }), /foresee: \{"a":1\} /],
    ['an object with a message, as GPUError is', { message: 'out of memory' }, /foresee: out of memory /],
    ['an error with a name only', new RangeError(), /foresee: RangeError /],
  ])('%s, with its message kept', (_, thrown, message) => {
    expect(toFailure(thrown).code).toBe('unexpected');
    expect(toFailure(thrown).message).toMatch(message);
    expect(toFailureData(thrown).code).toBe('unexpected');
  });

  const circular: { self?: unknown } = {};
  circular.self = circular;
  const hostile = new Proxy({}, {
    has() {
      throw new Error('no');
    },
  });
  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['an empty text', ''],
    ['an object that JSON cannot write', circular],
    ['an object that JSON leaves out', { toJSON: () => undefined }],
    ['an object that answers no question', hostile],
  ])('%s, saying that no reason was given', (_, thrown) => {
    expect(toFailure(thrown)).toMatchObject({ code: 'unexpected', facts: { message: 'no reason was given' } });
  });

  test('a failure stays itself', () => {
    const stopped = failure('stopped');
    expect(toFailure(stopped)).toBe(stopped);
  });

  test('data with a code nobody knows is told as it is', () => {
    const back = fromFailureData({ code: 'from-the-future' as FailureCode, facts: { a: 1 } });
    expect(back.code).toBe('unexpected');
    expect(back.message).toMatch(/from-the-future/);
  });
});

test('only a stop is a stop', () => {
  expect(isStopped(failure('stopped'))).toBe(true);
  for (const other of [failure('unexpected', { message: 'stopped' }), new Error('stopped'), 'stopped', undefined, { code: 'stopped' }]) expect(isStopped(other)).toBe(false);
});
