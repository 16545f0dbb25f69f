/** Asked of the double of the Hub (e2e/hub-double), which here needs no network. */
import { describe, expect, test } from 'vitest';
import { inMemory, sha256Of, type Content } from '../../../e2e/hub-double/content';
import { newDouble, type Double } from '../../../e2e/hub-double/double';
import { commitOf, picoFiles, picoRun, type ServedRepo } from '../../../e2e/hub-double/repositories';
import { fetchOf } from '../../../e2e/hub-double/without-network';
import { unwatched, type Progress } from '../scoring/watch';
import { fakeClock } from './fake-clock';
import { addressOfModelFile, filesOfRevision, hubSource, revisionsOf, textOfFile } from './models';
import type { Line } from './request';
import { blobIdOf, mostText } from './text-of-file';

const repo = 'kitchen/soup';
const commit = commitOf(repo, 'step1000');
const small = picoFiles();
const weights = inMemory('not quite weights');
const [first, second] = [inMemory('the first shard'), inMemory('the second')];

/** A repository with one revision, `step1000`. */
function withFiles(files: Record<string, Content | undefined>, shown: ServedRepo['shown'] = 'everybody'): Double {
  const kept = Object.entries({ ...small, ...files }).filter((entry): entry is [string, Content] => entry[1] !== undefined);
  return newDouble([{ repo, revisions: [{ name: 'step1000', files: Object.fromEntries(kept) }], shown }]);
}

function lineTo(double: Double, more: Partial<Line> = {}): Line {
  return { endpoint: double.endpoint, fetch: fetchOf(double), watch: unwatched, clock: fakeClock(), ...more };
}

const pins = (files: Record<string, Content>): object[] => Object.entries(files).map(([path, content]) => ({ path, bytes: content.bytes, sha256: sha256Of(content) }));
const indexOf = (...names: string[]): Content => inMemory(JSON.stringify({ metadata: {}, weight_map: Object.fromEntries(names.map((name, i) => [`tensor${i}`, name])) }));

/** What the double answers to an address, changed. */
function changing(double: Double, part: string, change: (response: Response) => Response | Promise<Response>): Line {
  const fetch = fetchOf(double);
  return lineTo(double, { fetch: async (address, init) => (address.includes(part) ? change(await fetch(address, init)) : fetch(address, init)) });
}

describe('revisions', () => {
  test('of a run are in the order of training, all 154 of them, and main is the last', async () => {
    const revisions = await revisionsOf(lineTo(newDouble([picoRun(repo)])), repo);
    expect(revisions).toHaveLength(155);
    expect(revisions.map(({ name }) => name).slice(0, 13)).toEqual(['step0', 'step1', 'step2', 'step4', 'step8', 'step16', 'step32', 'step64', 'step128', 'step256', 'step512', 'step1000', 'step2000']);
    expect(revisions.slice(-2).map(({ name }) => name)).toEqual(['step143000', 'main']);
    expect(revisions[11]).toEqual({ name: 'step1000', kind: 'branch', commit, step: { step: 1000, tokens: null, stage: null } });
    expect(revisions.at(-1)?.step).toBeNull();
  });

  test('may be tags', async () => {
    const revisions = await revisionsOf(lineTo(newDouble([{ repo, revisions: [{ name: 'step2', kind: 'tag', files: {} }, { name: 'step1', files: {} }] }])), repo);
    expect(revisions.map(({ name, kind }) => [name, kind])).toEqual([['step1', 'branch'], ['step2', 'tag']]);
  });

  test.each<[string, unknown]>([
    ['no branches', { tags: [] }],
    ['a commit that is none', { branches: [{ name: 'main', targetCommit: '../../evil' }] }],
    ['a name without end', { branches: [{ name: 'x'.repeat(1000), targetCommit: commit }] }],
  ])('that make no sense are not believed: %s', async (_, told) => {
    const line = changing(withFiles({}), '/refs', () => Response.json(told));
    await expect(revisionsOf(line, repo)).rejects.toMatchObject({ code: 'hub-malformed', facts: { file: repo } });
  });
});

describe('the files of a revision', () => {
  test('are pinned before any is fetched', async () => {
    const double = withFiles({ 'model.safetensors': weights, 'pytorch_model.bin': inMemory('the same in pickles'), 'model.gguf': inMemory('GGUF') });
    const files = await filesOfRevision(lineTo(double), repo, 'step1000');
    expect(files.commit).toBe(commit);
    expect(files.weights).toEqual(pins({ 'model.safetensors': weights }));
    expect(files.config).toEqual({ path: 'config.json', bytes: small['config.json'].bytes, blob: expect.stringMatching(/^[0-9a-f]{40}$/) as string, sha256: null });
    expect(files.tokenizer.path).toBe('tokenizer.json');
    expect(double.log.filter(({ address }) => address.includes('/tree/')).length, 'pages of the list').toBe(2);
    expect(double.log.some(({ address }) => address.includes('/resolve/'))).toBe(false);
  });

  test('of a known commit are asked for at it, and at nothing else', async () => {
    const double = withFiles({ 'model.safetensors': weights });
    await filesOfRevision(lineTo(double), repo, 'step1000', commit);
    await filesOfRevision(lineTo(double), repo, commit);
    expect(double.log.every(({ address }) => address.includes(`/tree/${commit}`))).toBe(true);
  });

  test('may be .bin', async () => {
    expect((await filesOfRevision(lineTo(withFiles({ 'pytorch_model.bin': weights })), repo, 'step1000')).weights).toEqual(pins({ 'pytorch_model.bin': weights }));
  });

  test.each([
    ['safetensors', 'model.safetensors.index.json', 'model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'],
    ['bin', 'pytorch_model.bin.index.json', 'pytorch_model-00001-of-00002.bin', 'pytorch_model-00002-of-00002.bin'],
  ])('may be shards of %s, in order', async (_, index, one, two) => {
    const files = await filesOfRevision(lineTo(withFiles({ [two]: second, [one]: first, [index]: indexOf(two, one, two) })), repo, 'step1000');
    expect(files.weights).toEqual(pins({ [one]: first, [two]: second }));
  });

  test('are missed by name: a shard', async () => {
    const index = indexOf('model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors');
    const double = withFiles({ 'model-00001-of-00002.safetensors': first, 'model.safetensors.index.json': index });
    await expect(filesOfRevision(lineTo(double), repo, 'step1000')).rejects.toMatchObject({ code: 'repo-file-absent', facts: { repo, revision: 'step1000', file: 'model-00002-of-00002.safetensors' } });
  });

  test('and a shard that lies elsewhere is not looked for', async () => {
    const double = withFiles({ 'model.safetensors.index.json': indexOf('../../other/model.safetensors') });
    await expect(filesOfRevision(lineTo(double), repo, 'step1000')).rejects.toMatchObject({ code: 'shard-index-malformed' });
  });

  test.each(['config.json', 'tokenizer.json'])('are missed by name: %s', async (name) => {
    const missing = filesOfRevision(lineTo(withFiles({ 'model.safetensors': weights, [name]: undefined })), repo, 'step1000', commit);
    await expect(missing).rejects.toMatchObject({ code: 'repo-file-absent', facts: { repo, revision: 'step1000', file: name } });
    await expect(missing).rejects.toThrow(name === 'tokenizer.json' ? /save_pretrained/ : /another revision/);
  });

  test('without weights in a form that is read name what there is', async () => {
    const found = { 'model-q4.gguf': weights, 'onnx/model.onnx': weights, 'flax_model.msgpack': weights, 'notes.txt': weights };
    const missing = filesOfRevision(lineTo(withFiles(found)), repo, 'step1000');
    await expect(missing).rejects.toMatchObject({ code: 'repo-weights-absent', facts: { found: ['model-q4.gguf', 'onnx/model.onnx', 'flax_model.msgpack'] } });
    await expect(missing).rejects.toThrow(/“kitchen\/soup” has no weights at “step1000” that this page reads, but model-q4\.gguf, onnx/);
  });

  test('that nothing pins are not taken', async () => {
    const line = changing(withFiles({ 'model.safetensors': weights }), '/tree/', async (response) => {
      const entries = ((await response.json()) as object[]).map((entry) => ({ ...entry, lfs: undefined }));
      return Response.json(entries, { headers: response.headers });
    });
    await expect(filesOfRevision(line, repo, 'step1000')).rejects.toMatchObject({ code: 'hub-malformed', facts: { file: 'model.safetensors', found: 'it has no sha256' } });
  });
});

describe('the text of a small file', () => {
  const bytes = small['config.json'];
  const content = bytes.read(0, bytes.bytes);
  const config = { path: 'config.json', bytes: bytes.bytes, blob: blobIdOf(content), sha256: null };

  test('is held against the hash that git has for it, and pinned by its sha256', async () => {
    const { text, file } = await textOfFile(lineTo(withFiles({})), repo, commit, config);
    expect(JSON.parse(text)).toHaveProperty('model_type', 'gpt_neox');
    expect(file).toEqual({ path: 'config.json', bytes: bytes.bytes, sha256: sha256Of(bytes) });
  });

  test('which is git’s own', () => {
    expect(blobIdOf(new TextEncoder().encode('what is up, doc?'))).toBe('bd9dbf5aae1a3862dd1526723246b20206e5fc37'); // from the Git Book
    expect(blobIdOf(new Uint8Array())).toBe('e69de29bb2d1d6434b8b29ae775ad8c2e48c5391');
  });

  test('or against its sha256, where it lies in the large storage', async () => {
    const large = inMemory(JSON.stringify({ vocabulary: 'x'.repeat(10_000_001) }));
    const double = withFiles({ 'model.safetensors': weights, 'tokenizer.json': large });
    const { tokenizer } = await filesOfRevision(lineTo(double), repo, 'step1000');
    expect(tokenizer.sha256).toBe(sha256Of(large));
    expect((await textOfFile(lineTo(double), repo, commit, tokenizer)).file.sha256).toBe(sha256Of(large));
    double.switches.flip = 7;
    await expect(textOfFile(lineTo(double), repo, commit, tokenizer)).rejects.toMatchObject({ code: 'hub-changed', facts: { file: 'tokenizer.json' } });
  });

  test.each<[string, string]>([
    ['other bytes', 'x'.repeat(bytes.bytes)],
    ['fewer bytes', 'x'],
    ['more bytes', 'x'.repeat(bytes.bytes + 1)],
  ])('is refused where it is another: %s', async (_, body) => {
    const line = changing(withFiles({}), '/resolve/', () => new Response(body));
    await expect(textOfFile(line, repo, commit, config)).rejects.toMatchObject({ code: 'hub-changed', facts: { file: 'config.json' } });
  });

  test('is not fetched where it is too large for a text', async () => {
    const double = withFiles({});
    await expect(textOfFile(lineTo(double), repo, commit, { ...config, bytes: mostText + 1 })).rejects.toMatchObject({ code: 'hub-too-large' });
    expect(double.log).toEqual([]);
  });
});

describe('a checkpoint on the Hub', () => {
  test('is pinned whole: its commit, its files, and its texts are here', async () => {
    const told: Progress[] = [];
    const line = lineTo(withFiles({ 'model.safetensors': weights }), { watch: { ...unwatched, onProgress: (progress) => told.push(progress) } });
    const { source, config, tokenizer } = await hubSource(line, repo, 'step1000');
    expect(source).toEqual({ kind: 'hub', repo, revision: 'step1000', commit, weights: pins({ 'model.safetensors': weights }), config: pins({ 'config.json': small['config.json'] })[0], tokenizer: pins({ 'tokenizer.json': small['tokenizer.json'] })[0] });
    expect([JSON.parse(config), JSON.parse(tokenizer)]).toEqual([expect.objectContaining({ model_type: 'gpt_neox' }), expect.objectContaining({ model: expect.anything() as unknown })]);
    expect(told[0].doing).toBe('Asking for kitchen/soup at step1000');
  });

  test('has addresses at its commit, each part written as an address has it', () => {
    expect(addressOfModelFile('https://mirror.example/', { repo, commit }, { path: 'a b/model.safetensors' })).toBe(`https://mirror.example/kitchen/soup/resolve/${commit}/a%20b/model.safetensors`);
  });
});

describe('a refusal is told as what it means', () => {
  const ask = (double: Double, more: Partial<Line> = {}): Promise<unknown> => hubSource(lineTo(double, more), repo, 'step1000', commit);
  const files = { 'model.safetensors': weights };

  test('no such repository, or a private one', async () => {
    await expect(revisionsOf(lineTo(newDouble([])), repo)).rejects.toMatchObject({ code: 'repo-absent', facts: { host: 'hub.example', repo } });
    await expect(ask(withFiles(files, 'private'))).rejects.toMatchObject({ code: 'repo-absent' });
    await expect(ask(withFiles(files, 'private'))).rejects.toThrow(/Check its name.*access token/);
  });

  test('which a token opens', async () => {
    const double = withFiles(files, 'private');
    double.tokens.add('hf_mine');
    await expect(ask(double, { token: 'hf_mine' })).resolves.toHaveProperty('source.commit', commit);
    await expect(revisionsOf(lineTo(double, { token: 'hf_mine' }), 'kitchen/nothing')).rejects.toMatchObject({ code: 'repo-absent' });
    expect(double.log.filter(({ authorization }) => authorization !== null).every(({ address }) => address.startsWith(`${double.endpoint}/`))).toBe(true);
  });

  test('terms to accept', async () => {
    await expect(ask(withFiles(files, 'gated'))).rejects.toMatchObject({ code: 'repo-gated', facts: { repo } });
    const forbidden = changing(withFiles(files), '/tree/', () => new Response('', { status: 403 }));
    await expect(filesOfRevision(forbidden, repo, commit)).rejects.toMatchObject({ code: 'repo-gated' });
  });

  test('no such revision', async () => {
    await expect(hubSource(lineTo(withFiles(files)), repo, 'step9')).rejects.toMatchObject({ code: 'revision-absent', facts: { repo, revision: 'step9' } });
  });

  test('and so where a mirror says no more than 401 or 404', async () => {
    const bare = (status: number): Line => lineTo(withFiles(files), { fetch: async () => new Response('', { status }), token: status === 401 ? 'hf_wrong' : undefined });
    await expect(revisionsOf(bare(404), repo)).rejects.toMatchObject({ code: 'repo-absent' });
    await expect(filesOfRevision(bare(404), repo, 'step9')).rejects.toMatchObject({ code: 'revision-absent' });
    await expect(revisionsOf(bare(401), repo)).rejects.toMatchObject({ code: 'token-refused', facts: { host: 'hub.example' } });
    await expect(revisionsOf(bare(418), repo)).rejects.toMatchObject({ code: 'hub-refused', facts: { status: 418 } });
  });

  test('but a busy Hub is waited for', async () => {
    const double = withFiles(files);
    double.switches.refuse = { from: 'hub', status: 429, times: 3, retryAfter: '20' };
    const clock = fakeClock();
    await expect(ask(double, { clock })).resolves.toHaveProperty('source.commit', commit);
    expect(clock.waited).toBe(60);
  });
});
