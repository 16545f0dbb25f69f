import { describe, expect, test } from 'vitest';
import { fakeClock } from '../core/hub/fake-clock';
import { unwatched } from '../core/scoring/watch';
import { fetchFolder } from './fetch-folder';

type Answer = string | number;
const small = { 'config.json': '{}', 'tokenizer.json': '{}' };

/** A server with these files, or with these refusals first; of others it answers with a status. */
function server(files: Record<string, Answer | Answer[]>, elsewhere = 404) {
  const asked: string[] = [];
  const left = new Map(Object.entries(files).map(([name, answers]) => [name, [answers].flat()]));
  const fetch = (address: string): Promise<Response> => {
    asked.push(address);
    const answers = left.get(new URL(address).pathname.split('/').pop() ?? '') ?? [elsewhere];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return Promise.resolve(typeof answer === 'number' ? new Response(null, { status: answer }) : new Response(answer));
  };
  const clock = fakeClock();
  return { asked, clock, fetch: (address: string) => fetchFolder(address, { fetch, watch: unwatched, clock }) };
}

const folder = 'https://example.org/run/step1/';

describe('a folder', () => {
  test.each([404, 403])('whose weights are found by their usual names, where others answer %i', async (status) => {
    const { fetch } = server({ ...small, 'pytorch_model.bin': 'weights' }, status);
    const { base, weights } = await fetch('https://example.org/run/step1?download=true');
    expect(base).toBe(folder);
    expect(await Promise.all(weights.map(async ({ path, file }) => [path, await file.text()]))).toEqual([['pytorch_model.bin', 'weights']]);
  });

  test('is refused where it is forbidden itself', async () => {
    await expect(server({}, 403).fetch(folder)).rejects.toMatchObject({ code: 'hub-refused', facts: { status: 403, file: 'config.json' } });
  });

  test('on a server that does not answer, or answers no other page, says which it may be', async () => {
    const fetch = (): Promise<Response> => Promise.reject(new TypeError('Failed to fetch')); // a browser does not tell the two apart
    await expect(fetchFolder(folder, { fetch, watch: unwatched, clock: fakeClock() })).rejects.toMatchObject({ code: 'address-closed', facts: { host: 'example.org', file: 'config.json' } });
  });

  test('without weights is incomplete', async () => {
    await expect(server(small).fetch(folder)).rejects.toMatchObject({ code: 'checkpoint-incomplete' });
  });
});

test('a server that is busy is asked again, a little later', async () => {
  const { fetch, clock, asked } = server({ ...small, 'config.json': [429, 503, '{}'], 'model.safetensors': 'weights' });
  const { weights } = await fetch(folder);
  expect(weights).toHaveLength(1);
  expect(asked.filter((address) => address.endsWith('config.json'))).toHaveLength(3);
  expect(clock.waited).toBeGreaterThan(1);
});

test('a file by its own address', async () => {
  const { base, weights } = await server({ ...small, 'ema.pt': 'weights' }).fetch(`${folder}ema.pt`);
  expect([base, weights[0].path]).toEqual([folder, 'ema.pt']);
});

test.each(['100%.safetensors', '%2e%2e%2fup.safetensors', 'my model.bin'])('a file named %s is asked for nowhere', async (name) => {
  const { fetch, asked } = server(small);
  await expect(fetch(folder + name)).rejects.toMatchObject({ code: 'file-unrecognised' });
  expect(asked).toEqual([]);
});
