import { describe, expect, test } from 'vitest';
import type { SweepSoup } from '../../core/notebook/results';
import { pairMatrix } from './pair-matrix';

const soup = (ingredients: string[], difference = 0): SweepSoup => ({ ingredients, difference, differenceStderr: null, perplexity: 40, nll: 1, tokens: 1, bytes: 1, bitsPerByte: 1, stderr: null, best: { model: ingredients[0], perplexity: 40 } }) as SweepSoup;

describe('the matrix of all pairs', () => {
  const { models, cells } = pairMatrix([soup(['a']), soup(['b']), soup(['c']), soup(['a', 'b'], -0.1), soup(['a', 'c'], 2), soup(['b', 'c'], -0.05)]);
  const at = (row: string, column: string) => cells.find((cell) => models[cell.row] === row && models[cell.column] === column);

  test('has a place for every pair, the earlier one’s row, and for each model alone', () => {
    expect(models).toEqual(['a', 'b', 'c']);
    expect(cells.map(({ row, column }) => `${row}${column}`).sort()).toEqual(['00', '01', '02', '11', '12', '22']);
  });

  test('tells by how much a soup is better, and nothing of a model alone', () => {
    expect(at('a', 'b')?.change).toBeCloseTo(0.0952, 4);
    expect(at('a', 'c')?.change).toBeCloseTo(-6.389, 3);
    expect(at('b', 'b')?.change).toBeNull();
  });

  test('colours larger changes more strongly, and lets one barrier not leave the others pale', () => {
    const [small, middle, large] = [at('b', 'c'), at('a', 'b'), at('a', 'c')].map((cell) => cell?.strength ?? NaN);
    expect(small).toBeLessThan(middle);
    expect(middle).toBeLessThan(large);
    expect(large).toBeLessThan(1);
    expect(small).toBeGreaterThan(0.25);
    expect(at('a', 'a')?.strength).toBe(0);
  });

  test('of soups that change nothing is colourless', () => {
    expect(pairMatrix([soup(['a']), soup(['b']), soup(['a', 'b'])]).cells.map(({ strength }) => strength)).toEqual([0, 0, 0]);
  });
});
