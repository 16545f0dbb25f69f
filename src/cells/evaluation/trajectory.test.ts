import { describe, expect, test } from 'vitest';
import type { CatalogRun } from '../../core/checkpoint/catalog';
import { evaluationResult, scoresOf, type Told } from '../../core/notebook/evaluation-result';
import { trajectoryOfScores, type TrajectoryScores } from './trajectory';

const file = { path: '', bytes: 0, sha256: '' };
const steps = { late: 800, early: 100, middle: 400, cooled: 900 };
const checkpoints = Object.entries(steps).map(([name, step]) => ({ ...file, name, step, tokens: 0, branch: name === 'cooled', heldOut: {} }));
const run: CatalogRun = { name: 'pico', title: '', description: '', parameters: 0, window: 256, license: '', files: { config: file, tokenizer: file }, checkpoints, curve: [] };

function trajectory(right: Record<string, string>, told: Told = {}): TrajectoryScores | null {
  const result = evaluationResult(right, told);
  return trajectoryOfScores(result, scoresOf(result), run);
}
const three = { late: '1110', early: '1000', middle: '1100' };

describe('accuracy over training', () => {
  test('is a curve through the checkpoints in the order of their steps', () => {
    const found = trajectory({ ...three, cooled: '1111' });
    expect(found).toMatchObject({ task: 'PIQA-style', n: 4, chance: 0.5, soups: [] });
    expect(found?.checkpoints.map(({ model, step, branch, accuracy }) => [model, step, branch, accuracy])).toEqual([
      ['early', 100, false, 0.25],
      ['middle', 400, false, 0.5],
      ['late', 800, false, 0.75],
      ['cooled', 900, true, 1],
    ]);
    for (const { accuracy, interval: [low, high] } of found?.checkpoints ?? []) expect(low < accuracy && accuracy <= high).toBe(true);
  });

  test('needs three checkpoints whose step is known', () => {
    expect(trajectory(three)).not.toBeNull();
    expect(trajectory({ late: '10', early: '11', mine: '11', soup: '10' }, { soups: { soup: ['late', 'early'] } })).toBeNull();
  });

  test('leaves out checkpoints of which no step is known', () => {
    expect(trajectory({ ...three, mine: '1111' })).toEqual(trajectory(three));
  });

  test('puts soups between their ingredients, as far as their steps are known', () => {
    const soups = { soup: ['late', 'early'], half: ['mine', 'middle'], none: ['mine'] };
    expect(trajectory({ ...three, soup: '1111', half: '0000', none: '0000' }, { soups })?.soups).toMatchObject([
      { model: 'soup', accuracy: 1, steps: [800, 100] },
      { model: 'half', accuracy: 0, steps: [400] },
    ]);
  });

  test('begins at nothing where nothing can be guessed', () => {
    expect(trajectory(three, { task: 'lambada_openai' })?.chance).toBe(0);
  });
});
