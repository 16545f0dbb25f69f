/** The graph that gives Gram matrices of what linear layers read: X^T X over the tokens that are scored. */
import type { ModelConfig } from '../checkpoint/config';
import { architectureOf, windowOf } from '../graph/architectures';
import { GraphBuilder, type LinearLayer, type Value } from '../graph/builder';
import type { Graph } from '../graph/onnx';
import { pruned } from '../graph/pruned';
import { weightInputs, wholeWeights, type WeightLayout } from '../graph/weights';

/** Linear layers that read the same values, such as those of queries, keys and values. */
export interface GramGroup {
  /** the weights of the layers, and whether each is [in, out] instead of [out, in] */
  layers: Pick<LinearLayer, 'weight' | 'turned'>[];
  /** how many values a token has there */
  width: number;
}

/** The linear layers of a model in the order of the forward pass; an unembedding that is no embedding at the same time is one. */
export function gramGroups(config: ModelConfig): GramGroup[] {
  const shapes = architectureOf(config).parameterShapes(config);
  return [...byInput(build(config, wholeWeights).layers)].map(([, layers]) => {
    const { weight, turned } = layers[0];
    return { layers: layers.map(({ weight, turned }) => ({ weight, turned })), width: (shapes.get(weight) as number[])[turned ? 0 : 1] };
  });
}

/** The name of a group's Gram matrix among the outputs. */
export function gramName({ layers }: GramGroup): string {
  return `gram.${layers[0].weight}`;
}

/**
 * Inputs: those of the weights that are needed; `tokens`, `positions` and `bias` as in scoring-graph.ts, with T and N = B*T free;
 * `seed` float32 [N], 1 where a token is scored and 0 elsewhere.
 * Outputs: for each group `gram.` and the name of its first weight, float32 [width, width].
 */
export function gramGraph(config: ModelConfig, layout: WeightLayout, groups: GramGroup[]): Graph {
  const { g, layers } = build(config, layout);
  const inputs = new Map(layers.map(({ weight, input }) => [weight, input]));
  const scored = g.op('Reshape', [g.input('seed', 'float32', ['N']), g.integers([-1, 1])]);
  for (const group of groups) {
    const X = g.op('Mul', [inputs.get(group.layers[0].weight) as Value, scored]);
    g.output(gramName(group), 'float32', [group.width, group.width], g.op('Gemm', [X, X], { transA: 1 }));
  }
  return pruned(g.graph);
}

/** The body of a model, and the layers in it. */
function build(config: ModelConfig, layout: WeightLayout): { g: GraphBuilder; layers: LinearLayer[] } {
  const g = new GraphBuilder(`${config.model_type} Gram matrices`);
  const architecture = architectureOf(config);
  g.weights(weightInputs(architecture.parameterShapes(config), layout), layout.type);
  const tokens = g.input('tokens', 'int32', ['B', 'T']);
  const positions = g.input('positions', 'int64', ['B', 'T']);
  const bias = g.input('bias', 'float32', ['B', 1, 'T', 'T']);
  const hidden = architecture.body(g, config, { tokens, positions, bias, longest: windowOf(config) });
  const head = { weight: architecture.unembedding(config), input: hidden, turned: false };
  return { g, layers: config.tie_word_embeddings ? g.linearLayers : [...g.linearLayers, head] };
}

function byInput(layers: LinearLayer[]): Map<Value, LinearLayer[]> {
  const groups = new Map<Value, LinearLayer[]>();
  for (const layer of layers) groups.set(layer.input, [...(groups.get(layer.input) ?? []), layer]);
  return groups;
}
