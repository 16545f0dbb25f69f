/** The graph that gives gradients of the loss, with every weight an input: scoring-graph.ts and what goes back through it. */
import type { ModelConfig } from '../checkpoint/config';
import { architectureOf } from '../graph/architectures';
import { GraphBuilder, type Value } from '../graph/builder';
import { lossHead } from '../graph/loss-head';
import type { Graph } from '../graph/onnx';
import { windowOf } from '../graph/architectures';
import { weightInputs, type WeightInput, type WeightLayout } from '../graph/weights';
import { differentiate } from './differentiate';
import { drawTargets } from './draw-targets';

export interface GradientWanted {
  /** whether the targets are drawn from the model's own distribution instead of given */
  drawn: boolean;
  /** whether each gradient is squared, value by value */
  squared: boolean;
}

/** The name of a weight's gradient among the outputs. */
export function gradientName({ name }: WeightInput): string {
  return `d.${name}`;
}

/**
 * Gradients of sum_i seed_i nll_i by every parameter.
 *
 * Inputs: the weights; `tokens`, `positions` and `bias` as in scoring-graph.ts, with T and N = B*T free; `seed` float32 [N], 0 where a
 * token is not scored; `targets` int32 [N, 1], or where they are drawn `waits` float32 [N, V] (draw-targets.ts).
 * Outputs: `d.` and the name of each weight input, float32 and of its shape; `loss` float32 [1], sum_i seed_i nll_i.
 * The loss is not tiled: 4NV bytes of logits must fit a device.
 */
export function gradientGraph(config: ModelConfig, layout: WeightLayout, { drawn, squared }: GradientWanted): Graph {
  const g = new GraphBuilder(`${config.model_type} gradient`);
  const architecture = architectureOf(config);
  const weights = weightInputs(architecture.parameterShapes(config), layout);
  g.weights(weights, layout.type);
  const tokens = g.input('tokens', 'int32', ['B', 'T']);
  const positions = g.input('positions', 'int64', ['B', 'T']);
  const bias = g.input('bias', 'float32', ['B', 1, 'T', 'T']);
  const seed = g.input('seed', 'float32', ['N']);
  const hidden = architecture.body(g, config, { tokens, positions, bias, longest: windowOf(config) });
  const unembedding = architecture.unembedding(config);
  const targets = drawn ? drawTargets(g, hidden, unembedding, g.input('waits', 'float32', ['N', config.vocab_size])) : g.input('targets', 'int32', ['N', 1]);
  const { nll } = lossHead(g, { hidden, targets, unembedding, tokens: 1, vocabulary: config.vocab_size, maxTensorBytes: Infinity }); // one tile, of any size
  const gradients = differentiate(g, nll, seed, weights.map(({ name }) => name));
  const power = (gradient: Value): Value => (squared ? g.op('Mul', [gradient, gradient]) : gradient);
  for (const weight of weights) g.output(gradientName(weight), 'float32', weight.shape, power(gradients.get(weight.name) as Value));
  g.output('loss', 'float32', [1], g.op('ReduceSum', [g.op('Mul', [nll, seed])], { keepdims: 1 }));
  return g.graph;
}
