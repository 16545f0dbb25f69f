/** Each model against the best checkpoint on the same tokens: relative change of perplexity, with its paired error. */
import type { ResultOf } from '../core/notebook/results';
import { standardError } from '../core/perplexity/perplexity';

/**
 * @param checkpoints ids of the models that are checkpoints: the best of them is what the others are held against
 * @returns by model, the change in percent as text; the best checkpoint itself says so
 */
export function againstBest(result: ResultOf<'perplexity'>, text: string, checkpoints: string[]): Map<string, string> {
  const rows = result.rows.filter((row) => row.text === text);
  const candidates = rows.filter(({ model }) => checkpoints.includes(model));
  const words = new Map<string, string>();
  if (candidates.length === 0) return words;
  const best = candidates.reduce((a, b) => (b.perplexity < a.perplexity ? b : a));
  const nllOf = (model: string): Float32Array[] => result.tokens.find((t) => t.text === text)?.models.find((m) => m.model === model)?.nll ?? [];
  for (const { model, perplexity } of rows) {
    const ratio = perplexity / best.perplexity;
    const error = standardError([{ documents: nllOf(model), weight: 1 }, { documents: nllOf(best.model), weight: -1 }]);
    words.set(model, model === best.model ? '(the best)' : percent(ratio - 1, error === null ? null : ratio * error));
  }
  return words;
}

function percent(change: number, error: number | null): string {
  const sign = change < 0 ? '−' : '+';
  const value = `${sign}${(100 * Math.abs(change)).toFixed(1)}`;
  return error === null ? `${value} %` : `${value} ± ${(100 * error).toFixed(1)} %`;
}
