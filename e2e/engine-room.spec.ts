/** Per-token NLLs in the browser against transformers, on both backends. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { fusionCases, scoredDocuments } from '../reference/fusion-cases';
import { gradientFile } from '../reference/gradient-errors';
import { fileNames, forms } from '../reference/saved-forms';
import type { FisherFusion } from '../src/core/merging/fusion';
import type { Model } from '../src/core/soup/model';
import { folderLibrary, nodeEngine, readCatalog } from '../src/terminal/node-engine';
import { openEngineRoom } from './engine-room-door';
import { expect, test } from './fixtures';
import { farthest, goldenArchitectures, goldenCheckpoints, goldenNll, report, root } from './golden';
import { bundled } from './notebooks';
import { engineRoom } from './playwright.config';
import type { Device } from './engine-room/engine-room';

const tolerance = { wasm: 1e-4, webgpu: 1e-3 };
const gradientPath = (name: string): string => `reference/golden/gradients/${gradientFile(name)}`;
const kind = (): 'wasm' | 'webgpu' => (test.info().project.name === 'webgpu' ? 'webgpu' : 'wasm');

test.use({ baseURL: engineRoom });

test.beforeEach(({ page }) => openEngineRoom(page));

const scoreWide = (page: Page, device: Device): ReturnType<Window['engineRoom']['scoreWide']> =>
  page.evaluate(([device, tokens]) => window.engineRoom.scoreWide(device, tokens), [device, goldenNll.wide.tokens] as const);

test('every token of the golden texts under three checkpoints and two soups', async ({ page }) => {
  const device = kind();
  expect(Object.keys(goldenNll.models)).toHaveLength(5);
  for (const [id, golden] of Object.entries(goldenNll.models)) {
    // the long text (three windows of 256) once on the software adapter, which takes a second for each
    const withLong = device === 'wasm' || id === 'distant';
    const documents = [...goldenNll.documents, ...(withLong ? [goldenNll.documents.join('\n')] : [])];
    const { nll, told } = await page.evaluate(
      ([device, coefficients, documents]) => window.engineRoom.scoreTexts(device, coefficients, documents),
      [device, golden.coefficients, documents] as const,
    );
    expect(told.complaints, told.device).toEqual([]);
    const expected = [...golden.documents, ...(withLong ? [golden.long] : [])];
    expect(nll).toHaveLength(expected.length);
    const worst = Math.max(...expected.map((row, i) => farthest(nll[i], row)));
    report(`${device}, ${id}, largest difference of a token's NLL`, worst);
    expect(worst, id).toBeLessThanOrEqual(tolerance[device]);
  }
});

test("Pythia's vocabulary and 1024 tokens in bindings of 128 MiB", async ({ page }) => {
  const device: Device = kind() === 'webgpu' ? 'webgpu with default limits' : 'wasm';
  const { nll, told } = await scoreWide(page, device);
  expect(told.complaints).toEqual([]);
  if (kind() === 'webgpu') expect(told.bindingLimit).toBe(128 * 2 ** 20);
  const worst = farthest(nll, goldenNll.wide.nll);
  report(`${device}, wide model, largest difference of a token's NLL`, worst);
  expect(worst).toBeLessThanOrEqual(tolerance[kind()]);
});

/** Holds fixed models of some architectures against transformers. */
async function holdArchitectures(page: Page, models: typeof architectures): Promise<void> {
  for (const [name, { config, length, nll: expected }] of models) {
    const { nll, told } = await page.evaluate(
      ([device, config, name, rows, length]) => window.engineRoom.scoreFixed(device, config, name, rows, length),
      [kind(), config, name, expected.length / length, length] as const,
    );
    expect(told.complaints, name).toEqual([]);
    const worst = farthest(nll, expected);
    report(`${kind()}, ${name}, largest difference of a token's NLL`, worst);
    expect(worst, name).toBeLessThanOrEqual(tolerance[kind()]);
  }
}

const architectures = Object.entries(goldenArchitectures).filter(([name]) => name !== 'versions');
const [small, large] = [architectures.filter(([name]) => !name.endsWith('narrow')), architectures.filter(([name]) => name.endsWith('narrow'))];

test('every architecture', async ({ page }) => {
  expect(small.length).toBeGreaterThanOrEqual(14);
  await holdArchitectures(page, small);
});

test('three models of real vocabulary and depth', async ({ page }) => {
  expect(large.length).toBe(3);
  await holdArchitectures(page, large);
});

test('every architecture, type and form that transformers saves', async ({ page }) => {
  const saved = Object.entries(goldenCheckpoints).filter(([name]) => name !== 'versions');
  expect(saved).toHaveLength(6);
  for (const [architecture, types] of saved) {
    const config = readFileSync(join(root, 'reference/checkpoints', architecture, 'config-transformers-5.json'), 'utf8');
    for (const [type, expected] of Object.entries(types)) {
      const folder = ['reference/checkpoints', architecture, type].join('/');
      const addresses = forms.map((form) => fileNames(join(root, folder), form).map((name) => `/${folder}/${name}`));
      const { nlls, told } = await page.evaluate(
        ([device, config, addresses, length]) => window.engineRoom.scoreSaved(device, config, addresses, length),
        [kind(), config, addresses, expected.length] as const,
      );
      expect(told.complaints, folder).toEqual([]);
      expect(nlls).toHaveLength(4);
      const worst = Math.max(...nlls.map((nll) => farthest(nll, expected)));
      report(`${kind()}, ${architecture}, ${type}, largest difference of a token's NLL`, worst);
      expect(worst, folder).toBeLessThanOrEqual(tolerance[kind()]);
    }
  }
});

test('gradients of every architecture', async ({ page }) => {
  const models = small.filter(([name]) => existsSync(join(root, gradientPath(name))));
  expect(models.length).toBe(9);
  for (const [name, { config, length }] of models) {
    const { errors, told } = await page.evaluate(
      ([device, config, name, length, golden]) => window.engineRoom.gradientErrors(device, config, name, length, golden),
      [kind(), config, name, length, gradientPath(name)] as const,
    );
    expect(told.complaints, name).toEqual([]);
    const worst = Math.max(...Object.values(errors));
    report(`${kind()}, ${name}, largest relative error of a parameter's gradient`, worst);
    expect(worst, name).toBeLessThanOrEqual({ wasm: 1e-4, webgpu: 2e-3 }[kind()]);
  }
});

/** Of all tokens together. */
function perplexityOf(nll: ArrayLike<number>[]): number {
  const tokens = nll.flatMap((each) => Array.from(each));
  return Math.exp(tokens.reduce((sum, value) => sum + value, 0) / tokens.length);
}

test('a Fisher soup of drawn targets draws what Node draws', async ({ page }) => {
  const [{ ingredients, fusion }] = fusionCases.filter(({ name }) => name.startsWith('Fisher from a text'));
  const drawn = { ...(fusion as FisherFusion), estimator: 'sampled', examples: 2 } as const;
  const coefficients = Object.fromEntries(ingredients.map((ingredient) => [ingredient, 1 / ingredients.length]));
  const documents = scoredDocuments();
  const { nll, told } = await page.evaluate(([device, ...of]) => window.engineRoom.scoreTexts(device, ...of), [kind(), coefficients, documents, drawn] as const);
  expect(told.complaints).toEqual([]);
  const models = join(root, 'models');
  const model: Model = { id: 'drawn', ingredients: ingredients.map((name) => ({ checkpoint: bundled(name), coefficient: coefficients[name] })), fusion: drawn };
  const here = await nodeEngine(folderLibrary(models, await readCatalog(models))).scoreText(model, { name: 'documents', documents }, { kind: 'rolling' });
  const error = perplexityOf(nll) / perplexityOf(here.documents) - 1;
  report(`${kind()}, relative difference of its perplexity`, error);
  expect(Math.abs(error)).toBeLessThanOrEqual(1e-4);
});

test('Fisher and RegMean soups, by their perplexity', async ({ page }) => {
  // two ingredients on the software adapter, which takes a minute for a soup of three
  const cases = fusionCases.filter(({ ingredients }) => kind() === 'wasm' || ingredients.length === 2);
  expect(new Set(cases.map(({ method }) => method)).size).toBe(2);
  for (const { name, ingredients, fusion, perplexity } of cases) {
    const { nll, told } = await page.evaluate(
      ([device, coefficients, documents, fusion]) => window.engineRoom.scoreTexts(device, coefficients, documents, fusion),
      [kind(), Object.fromEntries(ingredients.map((ingredient) => [ingredient, 1 / ingredients.length])), scoredDocuments(), fusion] as const,
    );
    expect(told.complaints, name).toEqual([]);
    const error = perplexityOf(nll) / perplexity - 1;
    report(`${kind()}, ${name}, relative error of its perplexity`, error);
    expect(Math.abs(error), name).toBeLessThanOrEqual(1e-4);
  }
});
