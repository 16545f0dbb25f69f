/** Negative log-likelihoods in the graph: 8 bytes per token come back instead of 4 x vocabulary (201 KB for Pythia). */
import type { GraphBuilder, Value } from './builder';

interface LossInputs {
  /** [N, D] */
  hidden: Value;
  /** int32 [N, 1] */
  targets: Value;
  /** [V, D] */
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
 * Tiled over tokens: the logits of 2048 Pythia tokens would take 412 MB, and a WebGPU device binds 128 MiB by default.
 * @returns [N] each
 */
export function lossHead(g: GraphBuilder, { hidden, targets, unembedding, tokens, vocabulary, maxTensorBytes }: LossInputs): { nll: Value; gap: Value } {
  const tiles = tileSizes(tokens, vocabulary, maxTensorBytes);
  const rows = split(g, hidden, tiles);
  const ids = split(g, targets, tiles);
  const tiled = tiles.map((_, i) => tileLoss(g, rows[i], ids[i], unembedding));
  const flat = g.integers([-1]);
  const join = (parts: Value[]): Value =>
    g.op('Reshape', [parts.length > 1 ? g.op('Concat', parts, { axis: 0 }) : parts[0], flat]);
  return { nll: join(tiled.map(({ nll }) => nll)), gap: join(tiled.map(({ gap }) => gap)) };
}

/** Tile lengths that sum to `tokens`, each with at most `maxTensorBytes` of logits. */
export function tileSizes(tokens: number, vocabulary: number, maxTensorBytes: number): number[] {
  const most = Math.max(1, Math.floor(maxTensorBytes / (4 * vocabulary)));
  const count = Math.ceil(tokens / most);
  const size = Math.ceil(tokens / count);
  return Array.from({ length: count }, (_, i) => Math.min(size, tokens - i * size)).filter((length) => length > 0);
}

function split(g: GraphBuilder, x: Value, sizes: number[]): Value[] {
  if (sizes.length === 1) return [x];
  return g.node('Split', [x, g.integers(sizes)], { axis: 0 }, g.names('Split', sizes.length));
}

function tileLoss(g: GraphBuilder, hidden: Value, targets: Value, unembedding: Value): { nll: Value; gap: Value } {
  const axis = g.integers([1]);
  const z = g.linear(hidden, unembedding); // [n, V]
  const max = g.op('ReduceMax', [z, axis], { keepdims: 1 }); // [n, 1]
  const sum = g.op('ReduceSum', [g.op('Exp', [g.op('Sub', [z, max])]), axis], { keepdims: 1 });
  const target = g.op('GatherElements', [z, targets], { axis: 1 });
  const gap = g.op('Sub', [max, target]);
  return { nll: g.op('Add', [g.op('Log', [sum]), gap]), gap };
}
