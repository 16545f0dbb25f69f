/** A context and its continuation -> the window that scores the continuation, by lm-evaluation-harness's rules. */
import { failure } from '../errors';
import type { Window } from '../perplexity/windows';
import { stripEnd } from './white-space';
import type { Tokenizer } from '../tokenizer/tokenizer';

/**
 * `_encode_pair` and `_loglikelihood_tokens` of lm_eval/api/model.py and models/huggingface.py:
 * white space that ends the context moves to the continuation; both are encoded together, and the continuation is what is
 * left after as many tokens as the context has alone; without a context the prefix token stands in for it; a sequence that
 * is too long loses its beginning.
 * @param window the longest row the model takes
 * @throws choice-empty where a token spans the join and nothing is left to score
 */
export function encodePair(tokenizer: Tokenizer, context: string, continuation: string, window: number): Window {
  const kept = stripEnd(context);
  const moved = context.slice(kept.length) + continuation;
  const whole = tokenizer.encode(kept + moved);
  const front = kept === '' ? [tokenizer.prefix] : tokenizer.encode(kept);
  const scored = kept === '' ? whole : whole.slice(front.length);
  if (scored.length === 0) throw failure('choice-empty', { continuation });
  const row = [...front, ...scored].slice(-(window + 1));
  return { tokens: row.slice(0, -1), targets: row.slice(1), from: Math.max(0, row.length - 1 - scored.length) };
}
