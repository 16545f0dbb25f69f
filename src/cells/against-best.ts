/** Models against each other on the same tokens: relative change of perplexity, with its paired error. */
import type { PerplexityRow, ResultOf } from '../core/notebook/results';
import { standardError } from '../core/perplexity/perplexity';
import { percentChange } from '../ui/numbers';

export interface Change {
  /** of the perplexity, as a fraction: −0.05 is 5 % lower */
  change: number;
  /** its standard error, a fraction too; null where the text is too short for one */
  error: number | null;
  /** paired standard error of the difference of mean NLL, nats per token */
  nats: number | null;
  /** whether the difference is no more than two standard errors; null where there is no error to tell */
  withinNoise: boolean | null;
}

/** The checkpoint with the lowest perplexity on a text: what soups are held against. */
export function bestCheckpoint(result: ResultOf<'perplexity'>, text: string): PerplexityRow | null {
  const candidates = result.rows.filter((row) => row.text === text && result.checkpoints.includes(row.model));
  return candidates.length ? candidates.reduce((a, b) => (b.perplexity < a.perplexity ? b : a)) : null;
}

/** How one row differs from another of the same text. */
export function changeBetween(result: ResultOf<'perplexity'>, row: PerplexityRow, other: PerplexityRow): Change {
  const models = result.tokens.find(({ text }) => text === row.text)?.models ?? [];
  const nllOf = (name: string): Float32Array[] => models.find(({ model }) => model === name)?.nll ?? [];
  const ratio = row.perplexity / other.perplexity;
  const nats = standardError([{ documents: nllOf(row.model), weight: 1 }, { documents: nllOf(other.model), weight: -1 }]);
  return { change: ratio - 1, error: nats === null ? null : ratio * nats, nats, withinNoise: nats === null ? null : Math.abs(Math.log(ratio)) <= 2 * nats };
}

/** @returns by model, the change in percent as text; the best checkpoint itself says so */
export function againstBest(result: ResultOf<'perplexity'>, text: string): Map<string, string> {
  const best = bestCheckpoint(result, text);
  if (!best) return new Map();
  const rows = result.rows.filter((row) => row.text === text);
  return new Map(rows.map((row) => [row.model, row === best ? '(best checkpoint)' : changeText(changeBetween(result, row, best))]));
}

export function changeText({ change, error }: Change): string {
  return percentChange(change, error);
}

/** Whether every error of a difference to the best checkpoint is smaller than that of the model's own perplexity. */
export function pairingHelps(result: ResultOf<'perplexity'>, text: string): boolean {
  const best = bestCheckpoint(result, text);
  const others = result.rows.filter((row) => row.text === text && row !== best);
  if (!best || others.length === 0) return false;
  return others.every((row) => {
    const { nats } = changeBetween(result, row, best);
    return nats !== null && row.stderr !== null && nats < row.stderr / row.perplexity;
  });
}
