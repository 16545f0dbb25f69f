/** The least squares of one linear layer, in 64 bits. */
import { Matrix } from 'ml-matrix';
import { failure } from '../errors';
import { inStretches, solverOf, stretch } from './solver';

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
 * Computed as rows of outputs, (W_i - mean)^T G~_i A^-1.
 * In this form the solution's errors are relative to how the ingredients differ, and equal ingredients give themselves. The differences
 * W_i - mean sum to zero, so that with the last one's G~ taken from the others' one product less is enough.
 * @param G per ingredient, [in, in]
 * @param theta per ingredient, the weight as it is stored
 * @param rest between two stretches
 * @throws gram-singular, and what `rest` throws
 */
export async function solveLayer(
  layer: SolvedLayer,
  G: Float32Array[],
  theta: Float32Array[],
  mean: Float32Array,
  { scale, ridge }: { scale: number; ridge: number },
  rest: () => Promise<void>,
): Promise<Float32Array> {
  const { width } = layer;
  const soup = mean.slice();
  if (theta.every((values) => values.every((value, k) => value === mean[k]))) return soup;
  const scaled = G.map((values) => scaledGram(values, width, scale));
  const A = scaled.reduce((sum, each) => sum.add(each), Matrix.zeros(width, width));
  addToDiagonal(A, ridge);
  const solve = await solverOf(A, distinct(A.diagonal(), layer), rest);
  const apart = scaled.slice(0, -1).map((each) => each.sub(scaled[scaled.length - 1]));
  const out = mean.length / width;
  // of an unembedding, which has many more outputs than it reads, G~ A^-1 is solved for once
  const solved = out > width;
  if (solved) for (const [i, each] of apart.entries()) apart[i] = await inStretches(each, solve, rest);
  for (let begin = 0; begin < out; begin += stretch) {
    const outputs = Math.min(stretch, out - begin);
    const right = Matrix.zeros(outputs, width);
    apart.forEach((each, i) => right.add(differenceOf(layer, theta[i], mean, begin, outputs).mmul(each)));
    const change = solved ? right : solve(right);
    forEachWeight(layer, out, begin, outputs, (k, i, o) => (soup[k] += change.get(o, i)));
    await rest();
  }
  return soup;
}

/** Off-diagonal entries scaled. The two halves differ in their last bits on some devices: both become their mean. */
function scaledGram(values: Float32Array, width: number, scale: number): Matrix {
  const scaled = new Matrix(width, width);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
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

/** Counts pivots that are more than nothing; @throws gram-singular at the first block where one is not. */
function distinct(diagonal: number[], { name, width }: SolvedLayer): (pivots: number[], from: number) => void {
  return (pivots, from) => {
    const good = pivots.filter((pivot, k) => pivot > leastPivot * diagonal[from + k]).length;
    if (good < pivots.length) throw failure('gram-singular', { layer: name, width, rank: from + good });
  };
}

/** W_i - mean as [outputs, in]. */
function differenceOf(layer: SolvedLayer, theta: Float32Array, mean: Float32Array, begin: number, outputs: number): Matrix {
  const difference = new Matrix(outputs, layer.width);
  forEachWeight(layer, mean.length / layer.width, begin, outputs, (k, i, o) => difference.set(o, i, theta[k] - mean[k]));
  return difference;
}

/** Goes through the weights of some outputs: where each is stored, what it reads, and which of these outputs it is for. */
function forEachWeight({ width, turned }: SolvedLayer, out: number, begin: number, outputs: number, visit: (k: number, i: number, o: number) => void): void {
  for (let i = 0; i < width; i++) {
    for (let o = 0; o < outputs; o++) visit(turned ? i * out + begin + o : (begin + o) * width + i, i, o);
  }
}
