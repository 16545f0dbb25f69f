/** The least squares of one linear layer, in 64 bits. */
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { failure } from '../errors';

export interface SolvedLayer {
  name: string;
  /** how many values it reads */
  width: number;
  /** whether its weight is [in, out] instead of [out, in] */
  turned: boolean;
}

/**
 * Below this share of its diagonal entry a pivot is what 32-bit Gram matrices leave of zero: their entries are sums with relative
 * errors of about 1e-6.
 */
const leastPivot = 1e-7;

/**
 * W = mean + A^-1 sum_i G~_i (W_i - mean) with G~ = scale G off the diagonal and A = sum_i G~_i + ridge mean(diag) I, for W [in, out].
 * In this form the solution's errors are relative to how the ingredients differ, and equal ingredients give themselves.
 * @param G per ingredient, [in, in]
 * @param theta per ingredient, the weight as it is stored
 * @throws gram-singular
 */
export function solveLayer({ name, width, turned }: SolvedLayer, G: Float32Array[], theta: Float32Array[], mean: Float32Array, { scale, ridge }: { scale: number; ridge: number }): Float32Array {
  const out = mean.length / width;
  const scaled = G.map((values) => scaledGram(values, width, scale));
  const A = scaled.reduce((sum, each) => sum.add(each), Matrix.zeros(width, width));
  addToDiagonal(A, ridge);
  const right = Matrix.zeros(width, out);
  scaled.forEach((each, i) => right.add(each.mmul(differenceOf(theta[i], mean, width, out, turned))));
  if (right.max() === 0 && right.min() === 0) return mean;
  const decomposition = new CholeskyDecomposition(A);
  const L = decomposition.lowerTriangularMatrix;
  const rank = A.diagonal().filter((value, k) => L.get(k, k) ** 2 > leastPivot * value).length;
  if (!decomposition.isPositiveDefinite() || rank < width) throw failure('gram-singular', { layer: name, width, rank });
  const change = decomposition.solve(right);
  return mean.map((value, k) => value + (turned ? change.get(Math.floor(k / out), k % out) : change.get(k % width, Math.floor(k / width))));
}

function scaledGram(values: Float32Array, width: number, scale: number): Matrix {
  const scaled = new Matrix(width, width);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      // the two halves differ in their last bits on some devices
      const entry = ((values[i * width + j] + values[j * width + i]) / 2) * (i === j ? 1 : scale);
      scaled.set(i, j, entry);
      scaled.set(j, i, entry);
    }
  }
  return scaled;
}

/** Where no token has anything to read, the mean stays: 1 on the diagonal, and nothing to the right. */
function addToDiagonal(A: Matrix, ridge: number): void {
  const diagonal = A.diagonal();
  const mean = diagonal.reduce((sum, value) => sum + value, 0) / diagonal.length;
  diagonal.forEach((value, k) => A.set(k, k, value === 0 && ridge === 0 ? 1 : value + ridge * mean));
}

/** W_i - mean as [in, out]. */
function differenceOf(theta: Float32Array, mean: Float32Array, width: number, out: number, turned: boolean): Matrix {
  const difference = new Matrix(width, out);
  for (let i = 0; i < width; i++) {
    for (let o = 0; o < out; o++) {
      const k = turned ? i * out + o : o * width + i;
      difference.set(i, o, theta[k] - mean[k]);
    }
  }
  return difference;
}
