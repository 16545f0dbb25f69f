/** Fisher and RegMean soups of bundled checkpoints against PyTorch (reference/golden_fusion.py): tensor by tensor, and their perplexity. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { fusionCases, scoredDocuments, type FusionCase } from '../../reference/fusion-cases';
import { nodeEngine, folderLibrary, readCatalog } from '../terminal/node-engine';
import { checkpointNamed, refOf, runNamed, type Catalog } from './checkpoint/catalog';
import { Checkpoint } from './checkpoint/checkpoint';
import { parseConfig } from './checkpoint/config';
import { examplesOf } from './fusion/examples';
import { parameterShapes } from './graph/architectures';
import { perplexityOf } from './perplexity/perplexity';
import { fixedTokens } from './scoring/fixed-model';
import type { Model } from './soup/model';
import { Tokenizer } from './tokenizer/tokenizer';

/** `norm(a - b) / norm(b)` of a tensor, and of a perplexity. */
const tolerance = 1e-4;

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const config = parseConfig(read('models/pico/config.json'), 'config.json');
const tokenizer = Tokenizer.parse(read('models/pico/tokenizer.json'), 'tokenizer.json');

let catalog: Catalog;
beforeAll(async () => {
  catalog = await readCatalog(new URL('../../models', import.meta.url).pathname);
});

function modelOf(each: FusionCase): Model {
  const run = runNamed(catalog, 'pico');
  const ingredients = each.ingredients.map((name) => ({ checkpoint: refOf(run, checkpointNamed(catalog, { kind: 'bundled', run: 'pico', name })), coefficient: 1 / each.ingredients.length }));
  return { id: each.name, ingredients, fusion: each.fusion };
}

/** As the Python side sums a tensor: bit k of the stream's value i makes entry i of sum k negative. */
function sumsOf(name: string, values: Float64Array, count: number): number[] {
  const bits = fixedTokens(`sign ${name}`, values.length, 65_536);
  return Array.from({ length: count }, (_, k) => values.reduce((sum, value, i) => sum + ((bits[i] >> k) & 1 ? -value : value), 0));
}

test('both methods are among them, with two ingredients and with three', () => {
  expect(fusionCases.map(({ method, ingredients }) => `${method} ${ingredients.length}`).sort()).toEqual(['fisher 2', 'fisher 3', 'regmean 2', 'regmean 3']);
});

describe.each(fusionCases)('$name', (each) => {
  test('looks at the same windows', () => {
    expect(examplesOf(each.fusion.data, tokenizer, config)).toEqual(each.windows);
  });

  test('is the same soup', async () => {
    const engine = nodeEngine(folderLibrary(new URL('../../models', import.meta.url).pathname, catalog));
    const model = modelOf(each);
    const soup = await Checkpoint.open([await engine.exportModel(model, each.method)], config, 'soup');
    const parts = await Promise.all(each.ingredients.map(async (name) => Checkpoint.open([new Blob([readFileSync(new URL(`../../models/pico/${name}/model.safetensors`, import.meta.url))])], config, name)));
    const errors: Record<string, number> = {};
    for (const name of parameterShapes(config).keys()) {
      const [values, theta] = [await soup.values(name), await Promise.all(parts.map((part) => part.values(name)))];
      const difference = Float64Array.from(values, (value, i) => value - theta.reduce((sum, one) => sum + one[i], 0) / theta.length);
      const { norm, sums } = each.tensors[name];
      const found = sumsOf(name, difference, sums.length);
      errors[name] = Math.sqrt(found.reduce((sum, value, k) => sum + (value - sums[k]) ** 2, 0) / sums.length) / norm;
    }
    expect(Object.keys(errors)).toEqual(expect.arrayContaining(Object.keys(each.tensors)));
    expect(Object.entries(errors).filter(([, error]) => !(error <= tolerance))).toEqual([]);

    const scores = await engine.scoreText(model, { name: 'text', documents: scoredDocuments() }, { kind: 'rolling' });
    const { perplexity } = perplexityOf(scores.documents, scores.bytes);
    expect(Math.abs(perplexity / each.perplexity - 1)).toBeLessThanOrEqual(tolerance);
    console.log(`${each.name}: tensors at most ${Math.max(...Object.values(errors)).toExponential(1)}, perplexity ${(perplexity / each.perplexity - 1).toExponential(1)}`);
  });
});
