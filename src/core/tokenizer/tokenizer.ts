/** Text <-> token ids, as a model's tokenizer.json says. */
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { failure } from '../errors';
import { sha256Of } from '../sha256';

interface AddedToken {
  id: number;
  content: string;
  special?: boolean;
}

interface TokenizerJson {
  added_tokens?: AddedToken[];
  normalizer?: unknown;
  pre_tokenizer?: unknown;
  model?: unknown;
}

/** The names under which tokenizers keep the token that stands in front of a text. */
const prefixNames = ['<|endoftext|>', '<s>', '<|begin_of_text|>', '<bos>', '</s>'];

export class Tokenizer {
  readonly #inner: HuggingFaceTokenizer;
  /** the token in front of a text that is scored from its first token on */
  readonly prefix: number;

  /** the same for tokenizers that make the same tokens of every text, however their files are written */
  readonly fingerprint: string;

  private constructor(json: { added_tokens: AddedToken[] }, prefix: number, fingerprint: string) {
    this.fingerprint = fingerprint;
    this.#inner = new HuggingFaceTokenizer(json, {});
    this.prefix = prefix;
  }

  /**
   * @param text the tokenizer.json
   * @throws tokenizer-malformed
   */
  static parse(text: string, file: string): Tokenizer {
    try {
      const json = JSON.parse(text) as TokenizerJson;
      const added = json.added_tokens ?? [];
      const prefix = prefixNames.map((name) => added.find(({ content }) => content === name)).find((token) => token !== undefined);
      if (!prefix) throw new Error('it has no token to put in front of a text');
      // A reader's text is text: "<|endoftext|>" in it is thirteen characters, never the control token.
      const plain = added.filter(({ special }) => !special);
      const { normalizer, pre_tokenizer, model } = json;
      return new Tokenizer({ ...json, added_tokens: plain }, prefix.id, sha256Of(JSON.stringify([normalizer, pre_tokenizer, model, added])));
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
      let text = this.#decode(ids.slice(start, end));
      while (text.endsWith('\uFFFD') && this.#isInsideCharacter(ids, start, end)) text = this.#decode(ids.slice(start, ++end));
      pieces[start] = text;
      start = end;
    }
    return pieces;
  }

  /** Whether a character begins before `end` and ends after it: then the two sides decoded apart are not what they are together. */
  #isInsideCharacter(ids: number[], start: number, end: number): boolean {
    const after = ids.slice(end, end + 3); // a character has at most 4 bytes
    return after.length > 0 && this.#decode(ids.slice(start, end)) + this.#decode(after) !== this.#decode([...ids.slice(start, end), ...after]);
  }

  #decode(ids: number[]): string {
    return this.#inner.decode(ids, { skip_special_tokens: false, clean_up_tokenization_spaces: false });
  }
}
