/**
 * R A^-1 for a symmetric positive definite A, by halves: of A = [A11 A12; A21 A22] the first half is solved for, then what it leaves of the
 * second, A22 - A21 A11^-1 A12. Small blocks are decomposed by the library; everything between them is products of matrices, which it
 * computes three times as fast as it solves, and between which the caller has a turn.
 */
import { CholeskyDecomposition, Matrix } from 'ml-matrix';

/** Rows R, [m, n] -> R A^-1. */
export type Solve = (rows: Matrix) => Matrix;

/** Blocks up to this size are decomposed whole. */
const block = 128;

/** Rows that are computed at once: with a layer of 2048 values, these take 1.7 s to multiply and to solve for, with 3072 3.9 s. */
export const stretch = 64;

/**
 * @param A symmetric to the last bit, [n, n]
 * @param onPivots told what is left of diagonal entries, from place `from` on, once all before them are accounted for; throws where that
 * is nothing
 * @param rest between two stretches
 * @throws what the two throw
 */
export async function solverOf(A: Matrix, onPivots: (pivots: number[], from: number) => void, rest: () => Promise<void>, from = 0): Promise<Solve> {
  const n = A.rows;
  if (n <= block) return blockSolver(A, (pivots) => onPivots(pivots, from));
  const half = block * Math.ceil(n / block / 2);
  const A21 = A.subMatrix(half, n - 1, 0, half - 1);
  const first = await solverOf(A.subMatrix(0, half - 1, 0, half - 1), onPivots, rest, from);
  const X = await inStretches(A21, first, rest);
  const left = A.subMatrix(half, n - 1, half, n - 1);
  await takeSymmetricProduct(left, X, A21.transpose(), rest);
  const second = await solverOf(left, onPivots, rest, from + half);
  const turned = X.transpose();
  return (rows) => {
    const [begin, end] = [rows.subMatrix(0, rows.rows - 1, 0, half - 1), rows.subMatrix(0, rows.rows - 1, half, n - 1)];
    const solvedEnd = second(end.sub(begin.mmul(turned)));
    const solved = new Matrix(rows.rows, n);
    return solved.setSubMatrix(first(begin).sub(solvedEnd.mmul(X)), 0, 0).setSubMatrix(solvedEnd, 0, half);
  };
}

function blockSolver(A: Matrix, onPivots: (pivots: number[]) => void): Solve {
  const decomposition = new CholeskyDecomposition(A);
  onPivots(decomposition.lowerTriangularMatrix.diagonal().map((entry) => entry ** 2));
  return (rows) => decomposition.solve(rows.transpose()).transpose();
}

/** Some rows at a time. */
export async function inStretches(rows: Matrix, solve: Solve, rest: () => Promise<void>): Promise<Matrix> {
  const solved = new Matrix(rows.rows, rows.columns);
  for (let begin = 0; begin < rows.rows; begin += stretch) {
    const end = Math.min(begin + stretch, rows.rows) - 1;
    solved.setSubMatrix(solve(rows.subMatrix(begin, end, 0, rows.columns - 1)), begin, 0);
    await rest();
  }
  return solved;
}

/** S - X Y, which is symmetric: the half above the diagonal is that below, to the last bit. */
async function takeSymmetricProduct(S: Matrix, X: Matrix, Y: Matrix, rest: () => Promise<void>): Promise<void> {
  for (let begin = 0; begin < S.rows; begin += stretch) {
    const end = Math.min(begin + stretch, S.rows) - 1;
    const product = X.subMatrix(begin, end, 0, X.columns - 1).mmul(Y.subMatrix(0, Y.rows - 1, 0, end));
    for (let i = begin; i <= end; i++) {
      for (let j = 0; j <= i; j++) {
        const value = S.get(i, j) - product.get(i - begin, j);
        S.set(i, j, value);
        S.set(j, i, value);
      }
    }
    await rest();
  }
}
