/** What is asked of soups that are not linear at the edges, on models small enough to be worked out. */
import { describe, expect, test } from 'vitest';
import architectureModels from '../../../reference/golden/architectures.json';
import { nodeBackend } from '../../terminal/node-engine';
import { Checkpoint } from '../checkpoint/checkpoint';
import { parseConfig, type ModelConfig } from '../checkpoint/config';
import { writeSafetensors } from '../checkpoint/safetensors';
import { exampleOf, gradients, grams } from '../gradient/derived';
import { gramGroups, gramName } from '../gradient/gram-graph';
import { parameterShapes } from '../graph/architectures';
import type { FisherFusion, RegMeanFusion } from '../merging/fusion';
import type { Window } from '../perplexity/windows';
import { fixedParameter, fixedTokens, selfTestConfig } from '../scoring/fixed-model';
import { unwatched } from '../scoring/watch';
import { fisherSoup } from './fisher';
import type { FusionIngredient } from './ingredient';
import { regmeanSoup } from './regmean';

const data = { items: [] };
const fisher: FisherFusion = { method: 'fisher', data, estimator: 'empirical', examples: 64, floor: 1e-6, normalise: true, seed: 1 };
const regmean: RegMeanFusion = { method: 'regmean', data, scale: 0.9, ridge: 0 };
const small = selfTestConfig;

/** The fixed model, moved by a fixed tenth in a direction of its own. */
async function ingredient(config: ModelConfig, id: string, spoil: (name: string, values: Float32Array) => void = () => undefined): Promise<FusionIngredient> {
  const tensors = [...parameterShapes(config)].map(([name, shape]) => {
    const direction = fixedParameter(`${id} ${name}`, shape);
    const values = fixedParameter(name, shape).map((value, i) => value + 0.1 * direction[i]);
    spoil(name, values);
    return { name, shape, values };
  });
  return { id, sha256: id, checkpoint: await Checkpoint.open([writeSafetensors(tensors, {})], config, id) };
}

function windowsOf(config: ModelConfig, count: number, length: number): Window[] {
  return Array.from({ length: count }, (_, w) => {
    const tokens = fixedTokens(`window ${w}`, length + 1, config.vocab_size);
    return { tokens: tokens.slice(0, -1), targets: tokens.slice(1), from: 0 };
  });
}

async function onBackend<T>(config: ModelConfig, work: (backend: ReturnType<typeof nodeBackend>) => Promise<T>): Promise<T> {
  const backend = nodeBackend();
  await backend.prepare(config);
  try {
    return await work(backend);
  } finally {
    await backend.close();
  }
}

type Soup = Map<string, Float32Array>;
const byFisher = async (ingredients: FusionIngredient[], windows: Window[], fusion: Partial<FisherFusion> = {}, config: ModelConfig = small): Promise<{ weights: Soup; shares: number[] }> =>
  onBackend(config, (backend) => fisherSoup(backend, config, ingredients, windows, { ...fisher, ...fusion }, unwatched));
const byRegmean = async (ingredients: FusionIngredient[], windows: Window[], fusion: Partial<RegMeanFusion> = {}, config: ModelConfig = small): Promise<Soup> =>
  onBackend(config, (backend) => regmeanSoup(backend, config, ingredients, windows, { ...regmean, ...fusion }, unwatched));

/** The largest difference to a checkpoint, of any weight. */
async function apart(soup: Soup, { checkpoint }: FusionIngredient): Promise<number> {
  let most = 0;
  for (const [name, values] of soup) {
    const theirs = await checkpoint.values(name);
    values.forEach((value, i) => (most = Math.max(most, Math.abs(value - theirs[i]))));
  }
  return most;
}

const windows = windowsOf(small, 2, 40);

describe('one ingredient, and equal ones', () => {
  test('give themselves', async () => {
    const a = await ingredient(small, 'a');
    const twin = { ...a, id: 'twin' };
    for (const ingredients of [[a], [a, twin]]) {
      const { weights, shares } = await byFisher(ingredients, windows);
      expect(await apart(weights, a)).toBeLessThan(1e-6);
      expect(shares).toEqual(ingredients.map(() => 1 / ingredients.length));
      expect(await apart(await byRegmean(ingredients, windows), a)).toBeLessThan(1e-7);
    }
  });
});

test('ten ingredients make a soup whose shares sum to one', async () => {
  const ten = await Promise.all(Array.from({ length: 10 }, (_, i) => ingredient(small, `i${i}`)));
  const { weights, shares } = await byFisher(ten, windows);
  expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
  for (const soup of [weights, await byRegmean(ten, windows)]) {
    for (const values of soup.values()) expect(values.every(Number.isFinite)).toBe(true);
  }
});

describe('Fisher', () => {
  test('leaves the mean where nothing is known: rows of the embedding that no example reads', async () => {
    const [a, b] = [await ingredient(small, 'a'), await ingredient(small, 'b')];
    const { weights } = await byFisher([a, b], windows, { floor: 0 });
    const name = 'gpt_neox.embed_in.weight';
    const [soup, x, y] = [weights.get(name) as Float32Array, await a.checkpoint.values(name), await b.checkpoint.values(name)];
    const read = new Set(windows.flatMap(({ tokens }) => tokens));
    const unread = Array.from({ length: small.vocab_size }, (_, id) => id).filter((id) => !read.has(id));
    expect(unread.length).toBeGreaterThan(5);
    for (const id of unread) for (let k = id * 32; k < (id + 1) * 32; k++) expect(soup[k]).toBeCloseTo((x[k] + y[k]) / 2, 6);
  });

  test('with a floor above everything is the uniform soup', async () => {
    const [a, b] = [await ingredient(small, 'a'), await ingredient(small, 'b')];
    const { weights, shares } = await byFisher([a, b], windows, { floor: 1e9 });
    expect(shares).toEqual([0.5, 0.5]);
    const [x, y] = [await a.checkpoint.values('embed_out.weight'), await b.checkpoint.values('embed_out.weight')];
    (weights.get('embed_out.weight') as Float32Array).forEach((value, k) => expect(value).toBeCloseTo((x[k] + y[k]) / 2, 6));
  });

  test('sampled draws the same targets from the same seed, and others from another', async () => {
    const ingredients = [await ingredient(small, 'a'), await ingredient(small, 'b')];
    const soup = async (seed: number): Promise<Float32Array> => (await byFisher(ingredients, windows, { estimator: 'sampled', seed })).weights.get('embed_out.weight') as Float32Array;
    const first = await soup(1);
    expect(await soup(1)).toEqual(first);
    expect(await soup(2)).not.toEqual(first);
  });

  test('takes the gradients of the targets that were drawn', async () => {
    await onBackend(small, async (backend) => {
      const { checkpoint } = await ingredient(small, 'a');
      await backend.merge([{ sha256: 'a', checkpoint, coefficient: 1 }], 0);
      const drawn = exampleOf({ tokens: [5, 6, 7, 8], targets: [0, 0, 0, 0], from: 0 }, 4, (length) => Float32Array.from({ length: 96 * length }, (_, i) => 0.01 + ((i * 37) % 101) / 50));
      const sums = await backend.accumulate(gradients({ drawn: true, squared: false }), [drawn], () => Promise.resolve());
      // one token's gradient of the unembedding is p - 1 at its target and p elsewhere, times what is read: over the vocabulary it sums to 0
      const d = sums.get('d.embed_out.weight') as Float32Array;
      for (let k = 0; k < 32; k++) expect(Array.from({ length: 96 }, (_, id) => d[id * 32 + k]).reduce((a, b) => a + b, 0)).toBeCloseTo(0, 4);
      expect((sums.get('loss') as Float32Array)[0]).toBeGreaterThan(0);
    });
  });
});

describe('RegMean', () => {
  test('from a text shorter than a layer is wide has no single answer, and says what to do', async () => {
    const ingredients = [await ingredient(small, 'a'), await ingredient(small, 'b')];
    const refused = byRegmean(ingredients, windowsOf(small, 1, 12), { scale: 1 });
    await expect(refused).rejects.toThrow(expect.objectContaining({ code: 'gram-singular' }));
    await expect(refused).rejects.toThrow(/longer text.*below 1.*ridge/);
    for (const fusion of [{ scale: 0.9 }, { scale: 1, ridge: 0.01 }]) {
      const soup = await byRegmean(ingredients, windowsOf(small, 1, 12), fusion);
      for (const values of soup.values()) expect(values.every(Number.isFinite)).toBe(true);
    }
  });

  const { config: gpt2 } = (architectureModels as unknown as Record<string, { config: object }>)['gpt2'];
  const models: [string, ModelConfig][] = [['GPT-NeoX', small], ['GPT-2, whose weights are turned', parseConfig(JSON.stringify(gpt2), 'gpt2')]];

  test.each(models)('of %s is where the least squares are least', async (_, config) => {
    const ingredients = [await ingredient(config, 'a'), await ingredient(config, 'b')];
    const many = windowsOf(config, 6, 48);
    const soup = await byRegmean(ingredients, many, { scale: 1 }, config);
    await onBackend(config, async (backend) => {
      const groups = gramGroups(config);
      const G: Map<string, Float32Array>[] = [];
      for (const { sha256, checkpoint } of ingredients) {
        await backend.merge([{ sha256, checkpoint, coefficient: 1 }], 0);
        G.push(await backend.accumulate(grams(groups), many.map((window) => exampleOf(window)), () => Promise.resolve()));
      }
      for (const group of groups) {
        for (const { weight, turned } of group.layers) {
          const out = (parameterShapes(config).get(weight) as number[])[turned ? 1 : 0];
          const at = (i: number, o: number): number => (turned ? i * out + o : o * group.width + i);
          const theta = await Promise.all(ingredients.map(({ checkpoint }) => checkpoint.values(weight)));
          const W = soup.get(weight) as Float32Array;
          // sum_i G_i (W - W_i) vanishes there; its terms do not
          for (const o of [0, out - 1]) {
            for (let row = 0; row < group.width; row += 7) {
              let [sum, size] = [0, 0];
              theta.forEach((W_i, n) => {
                const values = G[n].get(gramName(group)) as Float32Array;
                for (let i = 0; i < group.width; i++) {
                  const term = values[row * group.width + i] * (W[at(i, o)] - W_i[at(i, o)]);
                  sum += term;
                  size += Math.abs(term);
                }
              });
              expect(Math.abs(sum), weight).toBeLessThan(1e-4 * size);
            }
          }
        }
      }
    });
  });

  test('refuses layers that would take minutes to solve', async () => {
    const wide = { ...small, intermediate_size: 4096 };
    const a = await ingredient(small, 'a');
    await expect(onBackend(small, (backend) => regmeanSoup(backend, wide, [a], windows, regmean, unwatched))).rejects.toThrow(expect.objectContaining({ code: 'gram-too-wide' }));
  });
});

test('a checkpoint with a number that is none is named', async () => {
  const a = await ingredient(small, 'a');
  const spoilt = await ingredient(small, 'spoilt', (name, values) => name === 'embed_out.weight' && (values[3] = NaN));
  for (const made of [byFisher([a, spoilt], windows), byRegmean([a, spoilt], windows)]) {
    await expect(made).rejects.toThrow(expect.objectContaining({ code: 'weights-not-finite', facts: { file: 'spoilt', tensor: 'embed_out.weight', count: 1 } }));
  }
});
