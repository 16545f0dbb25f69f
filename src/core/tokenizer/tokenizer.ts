/** Text <-> token ids, as a model's tokenizer.json says. */
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { failure } from '../errors';
import { sha256Of } from '../sha256';
import { prefixToken, type AddedToken, type PostProcessor } from './prefix-token';

interface TokenizerJson {
  added_tokens?: AddedToken[];
  normalizer?: unknown;
  pre_tokenizer?: unknown;
  post_processor?: PostProcessor | null;
  model?: unknown;
}

export class Tokenizer {
  readonly #inner: HuggingFaceTokenizer;
  /** some token, and the text it stands for: decoders that drop the space at the beginning of a text drop none behind it */
  readonly #anchor: { ids: number[]; text: string };
  /** the token in front of a text that is scored from its first token on */
  readonly prefix: number;

  /** the same for tokenizers that make the same tokens of every text, however their files are written */
  readonly fingerprint: string;

  private constructor(json: { added_tokens: AddedToken[] }, prefix: number, fingerprint: string) {
    this.fingerprint = fingerprint;
    this.#inner = new HuggingFaceTokenizer(json, {});
    this.prefix = prefix;
    const ids = this.encode('x').slice(-1);
    this.#anchor = { ids, text: ids.length ? this.#decode(ids) : '' };
  }

  /**
   * @param text the tokenizer.json
   * @throws tokenizer-malformed
   */
  static parse(text: string, file: string): Tokenizer {
    try {
      const json = JSON.parse(text) as TokenizerJson;
      const added = json.added_tokens ?? [];
      const prefix = prefixToken(added, json.post_processor ?? null);
      if (prefix === undefined) throw new Error('it has no token to put in front of a text');
      // A reader's text is text: "<|endoftext|>" in it is thirteen characters, never the control token.
      const plain = added.filter(({ special }) => !special);
      const { normalizer, pre_tokenizer, model } = json;
      return new Tokenizer({ ...json, added_tokens: plain }, prefix, sha256Of(JSON.stringify([normalizer, pre_tokenizer, model, added])));
    } catch (error) {
      throw failure('tokenizer-malformed', { file, found: error instanceof Error ? error.message : String(error) });
    }
  }

  /** Token ids of a text, without any special token. Lone surrogates become U+FFFD, as UTF-8 would have them. */
  encode(text: string): number[] {
    return text === '' ? [] : this.#inner.encode(text.toWellFormed(), { add_special_tokens: false }).ids;
  }

  /**
   * The stretch of text each token stands for; their concatenation is the decoded text. A character spread over several
   * tokens is shown at the first of them.
   */
  pieces(ids: number[]): string[] {
    const pieces: string[] = ids.map(() => '');
    for (let start = 0; start < ids.length; ) {
      let end = start + 1;
      let text = this.#stretch(ids, start, end);
      while (text.endsWith('\uFFFD') && this.#isInsideCharacter(ids, start, end)) text = this.#stretch(ids, start, ++end);
      pieces[start] = text;
      start = end;
    }
    return pieces;
  }

  /** What the tokens from `start` to `end` stand for behind those before them. */
  #stretch(ids: number[], start: number, end: number): string {
    if (start === 0) return this.#decode(ids.slice(0, end));
    return this.#decode([...this.#anchor.ids, ...ids.slice(start, end)]).slice(this.#anchor.text.length);
  }

  /** Whether a character begins before `end` and ends after it: then the two sides decoded apart are not what they are together. */
  #isInsideCharacter(ids: number[], start: number, end: number): boolean {
    const after = Math.min(ids.length, end + 3); // a character has at most 4 bytes
    return after > end && this.#stretch(ids, start, end) + this.#stretch(ids, end, after) !== this.#stretch(ids, start, after);
  }

  #decode(ids: number[]): string {
    return this.#inner.decode(ids, { skip_special_tokens: false, clean_up_tokenization_spaces: false });
  }
}
