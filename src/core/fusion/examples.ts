/** What Fisher and RegMean look at, as windows of tokens. */
import type { ModelConfig } from '../checkpoint/config';
import { failure } from '../errors';
import { encodeDocuments } from '../tokenizer/encode-documents';
import { encodePair } from '../evaluation/encode-pair';
import { windowOf } from '../graph/architectures';
import type { FusionData } from '../merging/fusion';
import { cutDocument, type Window } from '../perplexity/windows';
import { tileBytes } from '../scoring/portions';
import type { Tokenizer } from '../tokenizer/tokenizer';

/** The longest row whose gradient is taken at once: the logits of a row are not tiled, and must fit what every device binds. */
export function gradientWindow(config: ModelConfig): number {
  return Math.min(windowOf(config), Math.floor(tileBytes / (4 * config.vocab_size)));
}

/**
 * The windows of the data in its order: of each item the context with its right answer, of a text what its convention cuts.
 * @param most no more than these
 * @throws text-too-short
 */
export function examplesOf(data: FusionData, tokenizer: Tokenizer, config: ModelConfig, most = Infinity): Window[] {
  const window = gradientWindow(config);
  const found = 'items' in data ? data.items.slice(0, most).map(({ choices, gold }) => encodePair(tokenizer, choices[gold].context, choices[gold].continuation, window)) : windowsOf(data, tokenizer, window);
  const examples = found.filter(({ tokens, from }) => from < tokens.length).slice(0, most);
  if (examples.length === 0) throw failure('text-too-short', { text: 'text' in data ? data.text.name : 'the items', tokens: 0 });
  return examples;
}

function windowsOf({ text, convention }: Extract<FusionData, { text: unknown }>, tokenizer: Tokenizer, window: number): Window[] {
  return encodeDocuments(tokenizer, text, convention).flatMap(({ tokens, from }) => cutDocument(tokens, window, tokenizer.prefix, convention, from));
}
