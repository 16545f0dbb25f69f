import { describe, expect, test } from 'vitest';
import { parseConfig } from '../checkpoint/config';
import { selfTestConfig } from '../scoring/fixed-model';
import { memoryOf, parametersOf, weightBytes } from './memory';
import type { Limits } from '../scoring/backend';
import { plan, type Ingredient } from './plan';
import { pythiaConfig, pythiaSizes, type PythiaSize } from './pythia';

const GB = 1e9;
const configOf = (size: PythiaSize): ReturnType<typeof parseConfig> => parseConfig(pythiaConfig(size), size);
const two = (size: PythiaSize, here = false): Ingredient[] => [1, 2].map(() => ({ bytes: 2 * parametersOf(configOf(size)), here }));
const wasm: Limits = { kind: 'wasm', binding: Infinity, halves: true, worker: null, device: null, disk: null };
const card: Limits = { kind: 'webgpu', binding: 2 ** 27, halves: true, worker: null, device: 8 * GB, disk: null };

test('the suite has as many parameters as EleutherAI counts', () => {
  expect(pythiaSizes.map((size) => parametersOf(configOf(size)))).toEqual([70_426_624, 162_322_944, 405_334_016, 1_011_781_632, 1_414_647_808, 2_775_208_960]);
});

describe('a plan', () => {
  test('takes 32 bits where they fit, and 16 where only those do', () => {
    expect(plan(configOf('1B'), two('1B'), card)).toMatchObject({ precision: 'fp32', refusal: null, warnings: [] });
    const larger = plan(configOf('2.8B'), two('2.8B'), card);
    expect(larger).toMatchObject({ precision: 'fp16-weights', refusal: null });
    expect(larger.warnings).toHaveLength(1);
    expect(larger.needs.device).toBeLessThanOrEqual(8 * GB);
  });

  test('refuses what fits neither way, and names what does', () => {
    expect(plan(configOf('2.8B'), two('2.8B'), { ...card, device: 2.5 * GB }).refusal).toMatchObject({
      found: expect.stringMatching(/^it takes [\d.]+ GB of graphics memory, and about 2\.5 GB are there$/) as string,
      largest: 'a model of about 405 million parameters or fewer (Pythia-410M)',
    });
    expect(plan(configOf('70M'), two('70M'), { ...wasm, worker: 1e8 }).refusal?.largest).toMatch(/not even Pythia-70M/);
  });

  test('refuses 16 bits where the device cannot cast them, but takes 32 there', () => {
    const software = { ...card, halves: false };
    expect(plan(configOf('1B'), two('1B'), software)).toMatchObject({ precision: 'fp32', refusal: null });
    expect(plan(configOf('2.8B'), two('2.8B'), software).refusal?.found).toMatch(/cannot cast/);
    expect(plan(configOf('70M'), two('70M'), software, 'fp16-weights').refusal?.found).toMatch(/cannot cast/);
  });

  test('takes tensors above what is bound at once, in blocks; of a single row above it there are none', () => {
    expect(plan(configOf('2.8B'), two('2.8B'), { ...card, device: null }).refusal).toBe(null); // its embedding takes 515 MB
    expect(plan(configOf('70M'), two('70M'), { ...card, binding: 1000 }).refusal?.found).toMatch(/^a row of “gpt_neox.embed_in.weight” is more/);
  });

  test('asks the disk for what is not there yet', () => {
    const disk = 1 * GB;
    const bytes = 4 * parametersOf(configOf('410M'));
    expect(plan(configOf('410M'), two('410M'), { ...wasm, disk })).toMatchObject({ needs: { download: bytes, disk: bytes }, resident: 0, refusal: { found: '1.6 GB have to be kept, and the disk has 1.0 GB left for this page' } });
    expect(plan(configOf('410M'), two('410M', true), { ...wasm, disk })).toMatchObject({ needs: { download: 0, disk: 0 }, refusal: null });
  });

  test('keeps checkpoints in what is left over, and no more than they take', () => {
    const needed = memoryOf({ config: configOf('160M'), kind: 'wasm', precision: 'fp32', storedSize: 2 }).worker;
    const both = 2 * weightBytes(configOf('160M'), 'fp32');
    const resident = (worker: number | null): number => plan(configOf('160M'), two('160M'), { ...wasm, worker }).resident;
    expect([resident(needed), resident(needed + 1e8), resident(needed + 9 * GB)]).toEqual([0, 1e8, both]);
    expect(resident(null)).toBe(2 ** 28);
  });

  test('holds for the smallest model as well', () => {
    expect(plan(selfTestConfig, [], { ...wasm, worker: GB })).toMatchObject({ precision: 'fp32', refusal: null, warnings: [] });
  });
});

describe('memory', () => {
  test('grows with the model, and 16-bit weights take less of it', () => {
    for (const kind of ['wasm', 'webgpu'] as const) {
      const of = (size: PythiaSize, precision: 'fp32' | 'fp16-weights'): number => {
        const { worker, device } = memoryOf({ config: configOf(size), kind, precision, storedSize: 2 });
        return kind === 'wasm' ? worker : device;
      };
      const full = pythiaSizes.map((size) => of(size, 'fp32'));
      expect([...full].sort((a, b) => a - b)).toEqual(full);
      for (const [i, size] of pythiaSizes.entries()) if (size !== '70M') expect(of(size, 'fp16-weights')).toBeLessThan(full[i]);
    }
  });
});
