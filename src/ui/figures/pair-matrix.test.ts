import { describe, expect, test } from 'vitest';
import type { DrawnSoup } from '../../core/notebook/results';
import { isEveryPair, pairMatrix } from './pair-matrix';

const soup = (ingredients: string[], difference = 0): DrawnSoup => ({ ingredients, difference, perplexity: 40, stderr: null, best: { model: ingredients[0], perplexity: 40 } });

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

test('all pairs are told from the last one to four', () => {
  const alone = ['a', 'b', 'c'].map((model) => soup([model]));
  const [ab, ac, bc] = [soup(['a', 'b']), soup(['a', 'c']), soup(['b', 'c'])];
  expect(isEveryPair([...alone, ab, ac, bc])).toBe(true);
  expect(isEveryPair([...alone, ab, bc, soup(['a', 'b', 'c'])])).toBe(false);
  expect(isEveryPair([...alone, ab, bc])).toBe(false);
});
