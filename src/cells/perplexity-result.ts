/** For tests: results of perplexity cells from per-token NLLs. */
import type { ResultOf } from '../core/notebook/results';
import { perplexityOf } from '../core/perplexity/perplexity';

/** A result of models on the text “mine”; on “other” the models change places, the first with the last. */
export function perplexityResult(models: Record<string, Float32Array[]>, checkpoints: string[], names = ['mine', 'other']): ResultOf<'perplexity'> {
  const entries = Object.entries(models);
  const texts = names.map((text, t) => ({ text, of: entries.map(([model, nll], i) => ({ model, nll: t === 0 ? nll : entries[entries.length - 1 - i][1] })) }));
  return {
    kind: 'perplexity',
    checkpoints,
    rows: texts.flatMap(({ text, of }) => of.map(({ model, nll }) => ({ model, text, fitted: false, ...perplexityOf(nll, 1000) }))),
    tokens: texts.map(({ text, of }) => ({ text, pieces: [], models: of })),
    window: 256,
  };
}

/** 128 tokens of very different difficulty around a mean, the same for every model; the wobble differs from block to block. */
export function tokens(mean: number, wobble = 0): Float32Array[] {
  return [Float32Array.from({ length: 128 }, (_, i) => mean + Math.cos(i / 20) + wobble * Math.sin(i / 10))];
}
