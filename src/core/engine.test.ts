import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseConfig, type ModelConfig } from './checkpoint/config';
import type { BundledSource } from './checkpoint/source';
import { readHeader } from './checkpoint/safetensors';
import { LocalEngine, type Library, type TextScores } from './engine';
import { Failure, failure, isStopped } from './errors';
import { checkpointWithLevel, FakeBackend } from './fakes';
import type { Answer } from './evaluation/accuracy';
import { encodePair } from './evaluation/encode-pair';
import type { Item } from './evaluation/task';
import type { Fusion } from './merging/fusion';
import { fusionMemoryOf } from './planning/fusion-memory';
import { memoryOf } from './planning/memory';
import type { Watch } from './scoring/watch';
import { mix, modelOf, type CheckpointRef, type Model } from './soup/model';
import { Tokenizer } from './tokenizer/tokenizer';

const tokenizerJson = readFileSync(new URL('../../models/pico/tokenizer.json', import.meta.url), 'utf8');
const tokenizer = Tokenizer.parse(tokenizerJson, 'tokenizer.json');
const rolling = { kind: 'rolling' } as const;
const strided = { kind: 'strided', stride: 4 } as const;
const text = { name: 'mine', documents: ['The soup is hot.', 'It is good, and there is more of it in the pot.'] };
const perRun = 64;

/** The runs on the shelf: one of each width, and one whose tokenizer knows more tokens than its model. */
const configJson = (changes: object): string =>
  JSON.stringify({ model_type: 'gpt_neox', vocab_size: 4096, hidden_size: 8, num_hidden_layers: 1, num_attention_heads: 1, intermediate_size: 8, max_position_embeddings: 8, ...changes });
const configs: Record<string, string> = { narrow: configJson({}), wide: configJson({ hidden_size: 16 }), mismatched: configJson({ vocab_size: 100 }), deep: configJson({ hidden_size: 128, num_hidden_layers: 8, intermediate_size: 512 }) };
const configOf = (run: string): ModelConfig => parseConfig(configs[run], run);

const files = new Map<string, Blob>();
const refs = new Map<string, CheckpointRef>();
const levels = [1, 2, 3, 4, 5, 6, 7, 8];

/** The checkpoint of a run whose level is this; its id is the level's. */
function ref(level: number, run = 'narrow'): CheckpointRef {
  const found = refs.get(`${run} ${level}`);
  if (!found) throw new Error(`no checkpoint ${run} ${level}`);
  return found;
}
const model = (level: number, run = 'narrow'): Model => modelOf(ref(level, run));
const even = (...of: number[]): Model => mix('soup', of.map((level) => model(level)), of.map(() => 1 / of.length));

beforeAll(async () => {
  for (const [run, some] of [['narrow', levels], ['wide', [1, 2]], ['mismatched', [1]]] as const) {
    for (const level of some) {
      const file = checkpointWithLevel(configOf(run), level);
      const sha256 = createHash('sha256').update(new Uint8Array(await file.arrayBuffer())).digest('hex');
      files.set(`${run} ${level}`, file);
      refs.set(`${run} ${level}`, { id: `step${level}`, source: { kind: 'bundled', run, name: `${level}` }, sha256 });
    }
  }
});

/** A library that counts what is fetched; `files` and `configs` may be bent by a test. */
class Shelf implements Library {
  readonly fetched: string[] = [];
  brokenConfigs = 0;
  readonly files = new Map(files);

  config({ source }: CheckpointRef): Promise<string> {
    const { run } = source as BundledSource;
    this.fetched.push(`config of ${run}`);
    return this.brokenConfigs-- > 0 ? Promise.reject(failure('download-failed', { file: 'config.json', status: 'HTTP 503' })) : Promise.resolve(configs[run]);
  }
  tokenizer(): Promise<string> {
    return Promise.resolve(tokenizerJson);
  }
  weights({ source }: CheckpointRef): Promise<Blob[]> {
    const { run, name } = source as BundledSource;
    this.fetched.push(name);
    const file = this.files.get(`${run} ${name}`);
    return file ? Promise.resolve([file]) : Promise.reject(failure('download-failed', { file: name, status: 'it is not on the shelf' }));
  }
}

class Bench {
  readonly backend = new FakeBackend(perRun);
  readonly shelf = new Shelf();
  readonly engine = new LocalEngine(this.backend, this.shelf);

  score(of: Model, documents = text.documents): Promise<TextScores> {
    return this.engine.scoreText(of, { name: text.name, documents }, rolling);
  }
  /** The level a model was scored at; every token must agree. */
  async level(of: Model): Promise<number> {
    const { documents } = await this.score(of);
    const found = documents.flatMap((nll, d) => tokenizer.encode(text.documents[d]).map((id, i) => nll[i] - id / 10));
    for (const level of found) expect(level).toBeCloseTo(found[0], 3);
    return Math.round(found[0] * 1000) / 1000;
  }
}

async function refusal(work: Promise<unknown>): Promise<Failure> {
  const thrown: unknown = await work.then(() => 'nothing', (error: unknown) => error);
  if (!(thrown instanceof Failure)) throw new Error(`expected a Failure, got ${String(thrown)}`);
  return thrown;
}

describe('opening a checkpoint', () => {
  test('tells what it is, under the name that was asked for', async () => {
    const { engine, shelf } = new Bench();
    const facts = await engine.open(ref(1));
    const { size } = files.get('narrow 1') as Blob;
    const [d, inner] = [8, 8];
    const block = 4 * d + (3 * d * d + 3 * d) + (d * d + d) + (inner * d + inner) + (d * inner + d);
    const parameters = 2 * 4096 * d + block + 2 * d;
    expect(facts).toEqual({ id: 'step1', sha256: ref(1).sha256, parameters, bytes: size, window: 8, tokensPerRun: perRun });
    expect(await engine.open({ ...ref(1), id: 'the same' })).toEqual({ ...facts, id: 'the same' });
    expect(shelf.fetched).toEqual(['config of narrow', '1']);
  });

  test('that cannot be brought fails, and is asked for again afterwards', async () => {
    const { engine, shelf } = new Bench();
    shelf.files.delete('narrow 1');
    expect(await refusal(engine.open(ref(1)))).toMatchObject({ code: 'download-failed' });
    shelf.files.set('narrow 1', files.get('narrow 1') as Blob);
    expect((await engine.open(ref(1))).sha256).toBe(ref(1).sha256);
  });

  test('forgets a configuration that could not be read: the next try is a new one', async () => {
    const { engine, shelf } = new Bench();
    shelf.brokenConfigs = 1;
    expect((await refusal(engine.open(ref(1)))).code).toBe('download-failed');
    expect((await engine.open(ref(1))).id).toBe('step1');
    await engine.open(ref(2));
    expect(shelf.fetched.filter((what) => what === 'config of narrow')).toHaveLength(2);
  });
});

test('what cannot fit is refused before anything of it is fetched', async () => {
  const { engine, backend, shelf } = new Bench();
  backend.limits = { ...backend.limits, worker: 1e6 };
  expect(await refusal(engine.open(ref(1)))).toMatchObject({ code: 'model-too-large', facts: { model: 'step1' } });
  expect(shelf.fetched).toEqual(['config of narrow']);
  expect(backend.sessions).toBe(0);
});

test('a soup whose gradients cannot fit is refused before any weights are fetched', async () => {
  const { engine, backend, shelf } = new Bench();
  const config = configOf('deep');
  const [scoring, gradients] = [memoryOf({ config, kind: 'node', precision: 'fp32', storedSize: 4 }), fusionMemoryOf({ config, kind: 'node', precision: 'fp32' }, 'fisher', 2)];
  expect(gradients.worker).toBeGreaterThan(scoring.worker);
  backend.limits = { ...backend.limits, worker: (scoring.worker + gradients.worker) / 2 };
  const parts = [1, 2].map((level) => modelOf({ ...ref(level), source: { kind: 'bundled', run: 'deep', name: `${level}` } }));
  const fusion: Fusion = { method: 'fisher', data: { text, convention: rolling }, estimator: 'empirical', examples: 1, floor: 0, normalise: false, seed: 1 };
  expect(await refusal(engine.fuse({ ...mix('soup', parts, [0.5, 0.5]), fusion }))).toMatchObject({ code: 'soup-too-large', facts: { soup: 'soup', method: 'Fisher', found: expect.stringMatching(/^it takes .* of memory/) as string } });
  expect(shelf.fetched.filter((what) => !what.startsWith('config'))).toEqual([]);
});

describe('what is kept', () => {
  test('are the files, however many: none is asked for twice', async () => {
    const bench = new Bench();
    for (const level of [1, 2, 3, 4, 5, 6, 7, 8]) await bench.engine.open(ref(level));
    expect(await bench.level(even(1, 2, 3, 4, 5, 6))).toBe(3.5);
    expect(await bench.level(model(1))).toBe(1);
    expect(bench.shelf.fetched).toEqual(['config of narrow', '1', '2', '3', '4', '5', '6', '7', '8']);
    expect(bench.backend.merges.map((terms) => terms.length)).toEqual([6, 1]);
  });

  test('is no file that failed while it was merged: it is asked for again', async () => {
    const bench = new Bench();
    const merge = bench.backend.merge.bind(bench.backend);
    bench.backend.merge = () => Promise.reject(failure('file-unreadable', { file: 'step1', found: 'it went away' }));
    expect((await refusal(bench.score(model(1)))).code).toBe('file-unreadable');
    bench.backend.merge = merge;
    expect(await bench.level(model(1))).toBe(1);
    expect(bench.shelf.fetched).toEqual(['config of narrow', '1', '1']);
  });
});

describe('merging', () => {
  test('happens once for a model that is scored twice, on whatever text and under whatever name', async () => {
    const bench = new Bench();
    const soup = even(1, 4);
    await bench.score(soup);
    await bench.score(soup, ['Another text.']);
    await bench.score({ ...soup, id: 'renamed' });
    expect(bench.backend.merges).toEqual([[{ sha256: ref(1).sha256, coefficient: 0.5 }, { sha256: ref(4).sha256, coefficient: 0.5 }]]);
  });

  test('happens again for another coefficient, and creates no session', async () => {
    const bench = new Bench();
    for (const share of [0, 0.25, 0.5, 1]) expect(await bench.level(mix('soup', [model(1), model(5)], [1 - share, share]))).toBe(1 + 4 * share);
    expect(bench.backend.merges).toHaveLength(4);
    expect(bench.engine.sessions).toBe(1);
    expect(bench.shelf.fetched).toEqual(['config of narrow', '1', '5']);
  });

  test('leaves out ingredients with the coefficient 0: they are not even fetched', async () => {
    const bench = new Bench();
    await bench.score(mix('soup', [model(1), model(2)], [1, 0]));
    await bench.score(model(1));
    expect(bench.shelf.fetched).toEqual(['config of narrow', '1']);
    expect(bench.backend.merges).toHaveLength(1);
  });

  test('that failed leaves no trace: the next score is merged anew', async () => {
    const bench = new Bench();
    await bench.score(model(1));
    const merge = bench.backend.merge.bind(bench.backend);
    bench.backend.merge = async (terms) => {
      await merge(terms); // what a device that fails half-way has written
      throw new Error('out of memory');
    };
    await expect(bench.score(model(2))).rejects.toThrow('out of memory');
    bench.backend.merge = merge;
    expect(await bench.level(model(1))).toBe(1);
  });

  test('refuses checkpoints of two runs', async () => {
    const { engine, backend } = new Bench();
    const failed = await refusal(engine.scoreText(mix('soup', [model(1), model(2, 'wide')], [0.5, 0.5]), text, rolling));
    expect(failed).toMatchObject({ code: 'ingredients-differ', facts: { first: 'step1', second: 'step2' } });
    expect(backend.merges).toEqual([]);
  });

  test('is right when two runs of different shapes take turns', async () => {
    const bench = new Bench();
    for (const [level, run] of [[1, 'narrow'], [2, 'wide'], [1, 'narrow'], [3, 'narrow'], [1, 'wide']] as const) expect(await bench.level(model(level, run))).toBe(level);
    expect(bench.engine.sessions).toBe(4);
  });

  test('happens again when another shape was opened in between', async () => {
    const bench = new Bench();
    expect(await bench.level(model(1))).toBe(1);
    await bench.engine.open(ref(1, 'wide'));
    expect(await bench.level(model(1))).toBe(1);
    expect(bench.backend.merges).toHaveLength(2);
  });
});

describe('scoring a text', () => {
  test('scores each token of each document once, and counts its bytes', async () => {
    const documents = [...text.documents, 'Süß: 🍲'];
    const scores = await new Bench().score(model(2), documents);
    expect(scores).toMatchObject({ model: 'step2', window: 8, bytes: Buffer.byteLength(documents.join('')) });
    expect(scores.documents.map((nll) => [...nll])).toEqual(documents.map((document) => tokenizer.encode(document).map((id) => Math.fround(2 + id / 10))));
  });

  test('without a prefix token leaves out the first token of each document', async () => {
    const { engine } = new Bench();
    const { documents } = await engine.scoreText(model(2), text, strided);
    expect(documents.map((nll) => [...nll])).toEqual(text.documents.map((document) => tokenizer.encode(document).slice(1).map((id) => Math.fround(2 + id / 10))));
  });

  test('pieces stand for the tokens that were scored, in either convention', async () => {
    const { engine } = new Bench();
    for (const convention of [rolling, strided]) {
      const pieces = await engine.pieces(ref(1), text, convention);
      const { documents } = await engine.scoreText(model(1), text, convention);
      expect(pieces.map(({ length }) => length)).toEqual(documents.map(({ length }) => length));
      const skipped = text.documents.map((document) => (convention === strided ? tokenizer.pieces(tokenizer.encode(document))[0].length : 0));
      expect(pieces.map((each) => each.join(''))).toEqual(text.documents.map((document, d) => document.slice(skipped[d])));
    }
  });

  test('pieces of a document of one token are none where it is not scored', async () => {
    expect(await new Bench().engine.pieces(ref(1), { name: 'short', documents: ['a', ''] }, strided)).toEqual([[], []]);
  });

  test('refuses a text without a token to score, and says how long it is', async () => {
    const { engine } = new Bench();
    expect(tokenizer.encode('a')).toHaveLength(1);
    const failed = await refusal(engine.scoreText(model(1), { name: 'mine', documents: ['a'] }, strided));
    expect(failed).toMatchObject({ code: 'text-too-short', facts: { text: 'mine', tokens: 1 } });
    expect((await engine.scoreText(model(1), { name: 'mine', documents: ['a'] }, rolling)).documents[0]).toHaveLength(1);
    const { documents } = await engine.scoreText(model(1), { name: 'mine', documents: ['a', ...text.documents] }, strided);
    expect(documents[0]).toHaveLength(0);
  });

  test('refuses tokens outside the vocabulary before a device sees them', async () => {
    const { engine, backend } = new Bench();
    const failed = await refusal(engine.scoreText(model(1, 'mismatched'), text, rolling));
    expect(failed).toMatchObject({ code: 'token-outside-vocabulary', facts: { vocabulary: 100 } });
    expect((failed.facts as { token: number }).token).toBeGreaterThanOrEqual(100);
    expect(backend.runs).toEqual([]);
  });
});

describe('contexts', () => {
  const contexts = ['Say how the soup is.\n', ''];
  const asked = { ...text, contexts };
  /** Tokens of a document with its context in front, and how many of them are the context's. */
  const parts = text.documents.map((document, d) => ({ whole: tokenizer.encode(contexts[d] + document), front: tokenizer.encode(contexts[d]).length }));

  test.each([rolling, strided])('are read and not scored, also across windows ($kind)', async (convention) => {
    const { engine, backend } = new Bench();
    const { documents } = await engine.scoreText(model(2), asked, convention);
    const first = convention === strided ? 1 : 0;
    expect(documents.map((nll) => [...nll])).toEqual(parts.map(({ whole, front }) => whole.slice(Math.max(front, first)).map((id) => Math.fround(2 + id / 10))));
    expect(parts[0].front % 8).not.toBe(0); // so that a window begins in the context and ends behind it
    const read = backend.runs.flatMap(({ tokens }) => [...tokens]);
    expect(read).toContain(parts[0].whole[parts[0].front - 1]); // the last of the context
  });

  test.each([rolling, strided])('are not in the pieces, which are what is scored, nor in the bytes ($kind)', async (convention) => {
    const { engine } = new Bench();
    const { documents, bytes } = await engine.scoreText(model(1), asked, convention);
    const pieces = await engine.pieces(ref(1), asked, convention);
    expect(pieces.map(({ length }) => length)).toEqual(documents.map(({ length }) => length));
    const unscored = convention === strided ? tokenizer.pieces(parts[1].whole)[0] : '';
    expect(pieces.map((each) => each.join(''))).toEqual([text.documents[0], text.documents[1].slice(unscored.length)]);
    expect(bytes).toBe(Buffer.byteLength(pieces.flat().join('')));
  });

  test('of nothing change nothing', async () => {
    const { engine } = new Bench();
    for (const convention of [rolling, strided]) {
      const plain = await engine.scoreText(model(1), text, convention);
      expect(await engine.scoreText(model(1), { ...text, contexts: ['', ''] }, convention)).toEqual(plain);
    }
  });

  test.each([
    ['The so', 'up is hot.', 'oup is hot.'],
    ['A hou', 'se of wood', ' wood'],
  ])('take as many tokens as they have alone, as in a question: %j, then %j', async (context, document, scored) => {
    const { engine } = new Bench();
    const joined = { name: 'mine', documents: [document], contexts: [context] };
    const { targets, from } = encodePair(tokenizer, context, document, 256);
    const { documents, bytes } = await engine.scoreText(model(2), joined, rolling);
    expect([...documents[0]]).toEqual(targets.slice(from).map((id) => Math.fround(2 + id / 10)));
    expect((await engine.pieces(ref(1), joined, rolling))[0].join('')).toBe(scored);
    expect(bytes).toBe(scored.length);
  });

  test('do not stand in for a text: what has nothing of its own is too short', async () => {
    const { engine } = new Bench();
    const failed = await refusal(engine.scoreText(model(1), { name: 'mine', documents: [''], contexts: [contexts[0]] }, rolling));
    expect(failed).toMatchObject({ code: 'text-too-short', facts: { text: 'mine' } });
  });
});

describe('answering items', () => {
  const item = (...continuations: string[]): Item =>
    ({ gold: 0, text: '', choices: continuations.map((continuation) => ({ context: 'The soup is', continuation, characters: continuation.length - 1 })) }) as Item;

  test('scores the continuations alone, and chooses the likelier', async () => {
    const { engine } = new Bench();
    const items = [item(' hot', ' very hot and good'), item(' very hot and good', ' hot')];
    const [one, other] = await engine.answerItems(model(2), items);
    const expected = tokenizer.encode(' hot').reduce((sum, id) => sum - 2 - id / 10, 0);
    expect(one.logLikelihoods[0]).toBeCloseTo(expected, 3);
    expect(other.logLikelihoods).toEqual([...one.logLikelihoods].reverse());
    expect([one.choice, other.choice]).toEqual([0, 1]);
  });

  test.each([
    [1, 1],
    [200, 6],
  ])('tells each answer once, as soon as it is complete, and all before it is done: %i items', async (count, moments) => {
    const { engine, backend } = new Bench();
    const items = Array.from({ length: count }, (_, i) => item(` hot ${i}`, ` very hot and good ${i}`, ` ${i}`));
    const told: [number: number, answer: Answer, runs: number][] = [];
    const answers = await engine.answerItems(model(2), items, undefined, (fresh) => told.push(...fresh.map(([i, answer]): [number, Answer, number] => [i, answer, backend.runs.length])));
    expect(told).toHaveLength(items.length); // at the very moment it is done
    expect(told.map(([i, answer]) => [i, answer]).sort(([a], [b]) => Number(a) - Number(b))).toEqual(answers.map((answer, i) => [i, answer]));
    expect(new Set(told.map(([, , runs]) => runs)).size).toBeGreaterThanOrEqual(moments);
  });

  test('that was stopped has told what was complete by then', async () => {
    const { engine, backend } = new Bench();
    const items = Array.from({ length: 60 }, (_, i) => item(` hot ${i}`, ` very hot and good ${i}`));
    const told: number[] = [];
    const checkStopped = (): void => {
      if (backend.runs.length === 2) throw failure('stopped');
    };
    const failed = await refusal(engine.answerItems(model(2), items, { onProgress: () => undefined, checkStopped }, (fresh) => told.push(...fresh.map(([i]) => i))));
    expect(isStopped(failed)).toBe(true);
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThan(items.length);
    expect(new Set(told).size).toBe(told.length);
  });

  test('refuses a token outside the vocabulary, too', async () => {
    const { engine } = new Bench();
    expect((await refusal(engine.answerItems(model(1, 'mismatched'), [item(' hot', ' cold')]))).code).toBe('token-outside-vocabulary');
  });
});

describe('Stop', () => {
  const stopWhen = (condition: () => boolean): Watch => ({
    onProgress: () => undefined,
    checkStopped() {
      if (condition()) throw failure('stopped');
    },
  });
  const long = { name: 'long', documents: Array.from({ length: 400 }, (_, i) => `${i} ${text.documents[1]}`) };

  test('between two batches ends the scoring there; the model stays merged for the next time', async () => {
    const { engine, backend } = new Bench();
    expect(isStopped(await refusal(engine.scoreText(model(1), long, rolling, stopWhen(() => backend.runs.length === 2))))).toBe(true);
    expect(backend.runs).toHaveLength(2);
    await engine.scoreText(model(1), long, rolling);
    expect(backend.runs.length).toBeGreaterThan(2 + 4);
    expect(backend.merges).toHaveLength(1);
  });

  test('before the merge keeps what was loaded', async () => {
    const { engine, backend, shelf } = new Bench();
    expect(isStopped(await refusal(engine.scoreText(even(1, 2), long, rolling, stopWhen(() => true))))).toBe(true);
    expect([backend.merges, backend.runs]).toEqual([[], []]);
    await engine.scoreText(even(1, 2), text, rolling);
    expect(shelf.fetched).toEqual(['config of narrow', '1', '2']);
  });
});

describe('exporting', () => {
  test('writes the merged weights, and every ingredient with its sha256 and coefficient', async () => {
    const { engine } = new Bench();
    const soup = mix('my soup', [model(1), model(2), model(5)], [0.25, 0.75, 0]);
    const file = await engine.exportModel(soup, 'manual');
    const { metadata, tensors } = await readHeader(file, 'soup.safetensors');
    const info = tensors.get('level');
    expect([...new Float32Array(await file.slice(info?.begin, info?.end).arrayBuffer())]).toEqual([1.75]);
    expect(JSON.parse(metadata.get('stockpot.recipe') ?? '')).toEqual({
      soup: 'my soup',
      method: 'manual',
      ingredients: [
        { checkpoint: 'step1', sha256: ref(1).sha256, coefficient: 0.25 },
        { checkpoint: 'step2', sha256: ref(2).sha256, coefficient: 0.75 },
        { checkpoint: 'step5', sha256: ref(5).sha256, coefficient: 0 },
      ],
    });
  });
});
