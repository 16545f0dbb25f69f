/** The whole graph that scores: an architecture's body, then the loss, with every weight an input. */
import type { ModelConfig } from '../checkpoint/config';
import { architectureOf } from './architectures';
import { GraphBuilder } from './builder';
import { lossHead } from './loss-head';
import { encodeModel, type Graph } from './onnx';
import { weightInputs, wholeWeights, type WeightLayout } from './weights';

/**
 * Builds the scoring graph of an architecture. Its session serves every checkpoint and every soup of that shape.
 *
 * Inputs: each parameter under its checkpoint name, or blocks of its rows (weights.ts); `tokens` int32 [B, T]; `targets` int32 [N, 1], N = B*T; `positions` int64
 * [B, T] and `bias` float32 [B, 1, T, T], which say where a token stands and what it attends to (scoring/packing.ts).
 * Outputs: `nll` float32 [N], nats; `gap` float32 [N], see loss-head.ts.
 * @param tokensPerRun N: fixed, so that the loss is tiled; B and T are free
 * @param maxTensorBytes no activation of the loss exceeds this
 * @throws tensor-too-large, where a tensor that cannot be given in blocks exceeds what the layout allows
 */
export function buildScoringGraph(config: ModelConfig, tokensPerRun: number, maxTensorBytes: number, layout: WeightLayout): Graph {
  const g = new GraphBuilder(config.model_type);
  const architecture = architectureOf(config);
  g.weights(weightInputs(architecture.parameterShapes(config), layout), layout.type);
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
  return g.graph;
}

/** The same as the bytes of an ONNX model without weights. */
export function scoringGraph(config: ModelConfig, tokensPerRun: number, maxTensorBytes: number, layout = wholeWeights): Uint8Array<ArrayBuffer> {
  return encodeModel(buildScoringGraph(config, tokensPerRun, maxTensorBytes, layout));
}
