/** What models make of a text: measured, or found again. */
import type { TextScores } from '../engine';
import type { ScoredText } from '../perplexity/documents';
import type { Convention } from '../perplexity/windows';
import type { Model } from '../soup/model';
import type { Kitchen } from './kitchen';
import { measured, measurementKey } from './measurements';
import { hashOf } from './stale';

/** A text under several models. */
export async function scoresOf(kitchen: Kitchen, models: Model[], text: ScoredText, convention: Convention): Promise<TextScores[]> {
  const scores: TextScores[] = [];
  for (const model of models) scores.push(await scoreOf(kitchen, model, text, convention));
  return scores;
}

/** A text under a model, measured once. */
export function scoreOf({ engine, measurements, watch }: Kitchen, model: Model, text: ScoredText, convention: Convention): Promise<TextScores> {
  const key = measurementKey(engine.info, model, ['text', ...textKey(text), convention]);
  return measured(measurements, key, () => engine.scoreText(model, text, convention, watch));
}

/** What stands for a text in a key. */
export function textKey({ documents, contexts }: ScoredText): string[] {
  return [hashOf(documents), ...(contexts ? [hashOf(contexts)] : [])];
}
