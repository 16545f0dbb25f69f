/** The whole graph that scores: an architecture's body, then the loss, with every weight an input. */
import type { ModelConfig } from '../checkpoint/config';
import { architectureOf } from './architectures';
import { GraphBuilder } from './builder';
import { lossHead } from './loss-head';
import { encodeModel } from './onnx';

/**
 * Builds the scoring graph of an architecture. Its session serves every checkpoint and every soup of that shape.
 *
 * Inputs: each parameter under its checkpoint name; `tokens` int32 [B, T]; `targets` int32 [N, 1], N = B*T; `positions` int64
 * [B, T] and `bias` float32 [B, 1, T, T], which say where a token stands and what it attends to (scoring/packing.ts).
 * Outputs: `nll` float32 [N], nats; `gap` float32 [N], see loss-head.ts.
 * @param tokensPerRun N: fixed, so that the loss is tiled; B and T are free
 * @param maxTensorBytes no activation of the loss exceeds this
 * @returns the bytes of an ONNX model without weights
 */
export function scoringGraph(config: ModelConfig, tokensPerRun: number, maxTensorBytes: number): Uint8Array<ArrayBuffer> {
  const g = new GraphBuilder(config.model_type);
  const architecture = architectureOf(config);
  for (const [name, shape] of architecture.parameterShapes(config)) g.input(name, 'float32', shape);
  const tokens = g.input('tokens', 'int32', ['B', 'T']);
  const targets = g.input('targets', 'int32', [tokensPerRun, 1]);
  const positions = g.input('positions', 'int64', ['B', 'T']);
  const bias = g.input('bias', 'float32', ['B', 1, 'T', 'T']);
  const hidden = architecture.body(g, config, { tokens, positions, bias, longest: tokensPerRun });
  const { nll, gap } = lossHead(g, {
    hidden,
    targets,
    unembedding: architecture.unembedding(config),
    tokens: tokensPerRun,
    vocabulary: config.vocab_size,
    maxTensorBytes,
  });
  g.output('nll', 'float32', [tokensPerRun], nll);
  g.output('gap', 'float32', [tokensPerRun], gap);
  return encodeModel(g.graph);
}
