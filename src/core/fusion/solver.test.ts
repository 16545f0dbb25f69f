import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { inStretches, solverOf } from './solver';

/** Reproducible numbers between -1 and 1. */
function noise(rows: number, columns: number, seed = 1): Matrix {
  const values = new Matrix(rows, columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) values.set(i, j, Math.sin(seed * 12.9898 + i * 78.233 + j * 37.719 + i * j));
  return values;
}

/** What some rows have in common, [n, n], and something on the diagonal. */
function gram(n: number, rows: number, ridge: number): Matrix {
  const A = noise(rows, n).gram();
  for (let i = 0; i < n; i++) A.set(i, i, A.get(i, i) + ridge);
  return A;
}

const noRest = (): Promise<void> => Promise.resolve();
const largest = (values: Matrix): number => Math.max(Math.abs(values.max()), Math.abs(values.min()));

describe('solving by halves', () => {
  test.each([1, 2, 127, 128, 129, 257, 400])('%i values: what the whole decomposition gives', async (n) => {
    const A = gram(n, n + 20, 0.1);
    const R = noise(70, n, 2);
    const whole = new CholeskyDecomposition(A);
    const pivots: number[] = [];
    const solve = await solverOf(A, (some, from) => pivots.splice(from, some.length, ...some), noRest);
    const expected = whole.solve(R.transpose()).transpose();
    expect(largest(solve(R).sub(expected)) / largest(expected)).toBeLessThan(1e-9);
    expect(largest((await inStretches(R, solve, noRest)).sub(expected)) / largest(expected)).toBeLessThan(1e-9);
    const ofWhole = whole.lowerTriangularMatrix.diagonal().map((entry) => entry ** 2);
    expect(pivots).toHaveLength(n);
    pivots.forEach((pivot, k) => expect(pivot / ofWhole[k]).toBeCloseTo(1, 8));
  });

  test('leaves its matrix and its rows as they are', async () => {
    const [A, R] = [gram(200, 220, 0.1), noise(3, 200)];
    const [before, rows] = [A.clone(), R.clone()];
    (await solverOf(A, () => undefined, noRest))(R);
    expect(A.to1DArray()).toEqual(before.to1DArray());
    expect(R.to1DArray()).toEqual(rows.to1DArray());
  });

  test('a matrix of too little rank leaves nothing of a diagonal entry, and is given up there', async () => {
    const A = gram(300, 150, 0);
    const refused = solverOf(
      A,
      (pivots, from) => {
        const spent = pivots.findIndex((pivot, k) => !(pivot > 1e-9 * A.get(from + k, from + k)));
        if (spent >= 0) throw new Error(`rank ${from + spent}`);
      },
      noRest,
    );
    await expect(refused).rejects.toThrow('rank 150');
  });

  test('gives its caller a turn again and again, who can end it', async () => {
    let turns = 0;
    const stopped = solverOf(gram(600, 620, 0.1), () => undefined, () => (++turns === 5 ? Promise.reject(new Error('enough')) : noRest())); // prettier-ignore
    await expect(stopped).rejects.toThrow('enough');
    expect(turns).toBe(5);
  });
});
