/** What going backwards costs, in forward passes of the same tokens. */
import { Checkpoint } from '../../src/core/checkpoint/checkpoint';
import type { ModelConfig } from '../../src/core/checkpoint/config';
import { exampleOf, gradients, grams } from '../../src/core/gradient/derived';
import { gramGroups } from '../../src/core/gradient/gram-graph';
import { gradientGraph } from '../../src/core/gradient/gradient-graph';
import { pruned } from '../../src/core/graph/pruned';
import type { Backend, Derived } from '../../src/core/scoring/backend';
import { fixedTokens } from '../../src/core/scoring/fixed-model';

export interface GradientRatios {
  tokens: number;
  /** the squared gradients of one example / forward, pair by pair */
  gradient: number[];
  /** Gram matrices of all layers / forward, pair by pair */
  grams: number[];
}

/** The loss alone, by a graph made as the others are. */
const forward: Derived = {
  key: 'forward',
  build(config, layout) {
    const graph = gradientGraph(config, layout, { drawn: false, squared: false });
    return pruned({ ...graph, outputs: graph.outputs.filter(({ name }) => name === 'loss') });
  },
};

/** Each graph on a backend of its own, so that all sessions stay. */
export async function gradientRatios(open: () => Promise<Backend>, config: ModelConfig, file: Blob, tokens: number, repeats: number): Promise<GradientRatios> {
  const ids = fixedTokens('bench', tokens + 1, config.vocab_size);
  const example = exampleOf({ tokens: ids.slice(0, -1), targets: ids.slice(1), from: 0 });
  const checkpoint = await Checkpoint.open([file], config, 'bench');
  const timers: (() => Promise<number>)[] = [];
  for (const derived of [forward, gradients({ drawn: false, squared: true }), grams(gramGroups(config))]) {
    const backend = await open();
    await backend.prepare(config);
    await backend.merge([{ sha256: 'bench', checkpoint, coefficient: 1 }], 0);
    timers.push(async () => {
      const start = performance.now();
      await backend.accumulate(derived, [example], () => Promise.resolve());
      return performance.now() - start;
    });
  }
  for (const timer of timers) await timer(); // compiles
  const ratios: GradientRatios = { tokens, gradient: [], grams: [] };
  for (let i = 0; i < repeats; i++) {
    const [plain, gradient, gram] = [await timers[0](), await timers[1](), await timers[2]()];
    ratios.gradient.push(gradient / plain);
    ratios.grams.push(gram / plain);
  }
  return ratios;
}
