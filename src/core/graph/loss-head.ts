/** Negative log-likelihoods in the graph: 8 bytes per token come back instead of 4 x vocabulary (201 KB for Pythia). */
import type { GraphBuilder, RowBlock, Value } from './builder';

interface LossInputs {
  /** [N, D] */
  hidden: Value;
  /** int32 [N, 1] */
  targets: Value;
  /** [V, D], whole or in blocks of its rows */
  unembedding: Value;
  /** N */
  tokens: number;
  /** V */
  vocabulary: number;
  maxTensorBytes: number;
}

/**
 * For each token, with logits z [V] and target y:
 * `nll = log sum_v exp(z_v) - z_y` and `gap = max_v z_v - z_y`, which is 0 exactly where the target is the model's first choice.
 *
 * Tiled over tokens: the logits of 2048 Pythia tokens would take 412 MB, and a WebGPU device binds 128 MiB by default. Where the
 * unembedding comes in blocks of its rows, a block goes over all tiles before the next, and its maxima and sums are joined at last.
 * @returns [N] each
 */
export function lossHead(g: GraphBuilder, { hidden, targets, unembedding, tokens, vocabulary, maxTensorBytes }: LossInputs): { nll: Value; gap: Value } {
  const blocks = g.rowBlocks(unembedding);
  const tiles = tileSizes(tokens, Math.min(vocabulary, ...blocks.map(({ begin, end }) => end - begin)), maxTensorBytes);
  const rows = g.split(hidden, tiles, 0);
  const ids = g.split(targets, tiles, 0);
  const parts = blocks.map((block) => {
    const whole = { ...block, value: g.whole(block.value) };
    return tiles.map((_, i) => tileLoss(g, rows[i], ids[i], whole));
  });
  const tiled = tiles.map((_, i) => (parts.length === 1 ? parts[0][i] : joined(g, parts.map((block) => block[i]))));
  const losses = tiled.map((part) => lossOf(g, part));
  const flat = g.integers([-1]);
  const join = (parts: Value[]): Value =>
    g.op('Reshape', [parts.length > 1 ? g.op('Concat', parts, { axis: 0 }) : parts[0], flat]);
  return { nll: join(losses.map(({ nll }) => nll)), gap: join(losses.map(({ gap }) => gap)) };
}

/** Tile lengths that sum to `tokens`, each with at most `maxTensorBytes` of logits. */
export function tileSizes(tokens: number, vocabulary: number, maxTensorBytes: number): number[] {
  const most = Math.max(1, Math.floor(maxTensorBytes / (4 * vocabulary)));
  const count = Math.max(1, Math.ceil(tokens / most));
  const size = Math.ceil(tokens / count);
  return Array.from({ length: count }, (_, i) => Math.min(size, tokens - i * size)).filter((length) => length > 0);
}

/** What a block of the vocabulary says of a tile of n tokens, [n, 1] each. */
interface PartialLoss {
  /** the largest logit */
  max: Value;
  /** sum of exp(logit - max) */
  sum: Value;
  /** the target's logit, 0 where the target lies in another block */
  target: Value;
}

function tileLoss(g: GraphBuilder, hidden: Value, targets: Value, { value, begin, end }: RowBlock): PartialLoss {
  const axis = g.integers([1]);
  const z = g.op('Gemm', [hidden, value], { transB: 1 }); // [n, V]
  const max = g.op('ReduceMax', [z, axis], { keepdims: 1 }); // [n, 1]
  const sum = g.op('ReduceSum', [g.op('Exp', [g.op('Sub', [z, max])]), axis], { keepdims: 1 });
  if (end === Infinity) return { max, sum, target: g.op('GatherElements', [z, targets], { axis: 1 }) };
  const { inside, local } = g.within(targets, begin, end);
  const target = g.op('Mul', [g.op('GatherElements', [z, local], { axis: 1 }), g.cast(inside, 'float32')]);
  return { max, sum, target };
}

/** log-sum-exp over blocks: each block's sum is brought to the largest maximum of all. */
function joined(g: GraphBuilder, parts: PartialLoss[]): PartialLoss {
  const axis = g.integers([1]);
  const side = (values: Value[]): Value => g.op('Concat', values, { axis: 1 }); // [n, blocks]
  const maxima = side(parts.map(({ max }) => max));
  const max = g.op('ReduceMax', [maxima, axis], { keepdims: 1 });
  const sums = g.op('Mul', [side(parts.map(({ sum }) => sum)), g.op('Exp', [g.op('Sub', [maxima, max])])]);
  const total = (values: Value): Value => g.op('ReduceSum', [values, axis], { keepdims: 1 });
  return { max, sum: total(sums), target: total(side(parts.map(({ target }) => target))) };
}

function lossOf(g: GraphBuilder, { max, sum, target }: PartialLoss): { nll: Value; gap: Value } {
  const gap = g.op('Sub', [max, target]);
  return { nll: g.op('Add', [g.op('Log', [sum]), gap]), gap };
}
