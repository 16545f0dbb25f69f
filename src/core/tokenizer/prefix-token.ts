/**
 * The token in front of a text that is scored from its first token on: the beginning-of-text token, else the end-of-text token, as
 * lm-evaluation-harness chooses it. A tokenizer.json does not call either by that name.
 */

export interface AddedToken {
  id: number;
  content: string;
  special?: boolean;
}

/** The parts of a tokenizer.json's post-processor that put a token in front. */
export interface PostProcessor {
  type: string;
  /** of a Sequence */
  processors?: PostProcessor[];
  /** of a TemplateProcessing */
  single?: { SpecialToken?: { id: string } }[];
  /** of a RobertaProcessing or BertProcessing */
  cls?: [string, number];
}

/** Names of a beginning, then those of an end, which many models have for both. */
const knownNames = ['<|begin_of_text|>', '<s>', '<bos>', '<|endoftext|>', '</s>', '<|end_of_text|>', '<eos>'];

/** The id of the token that the file itself puts in front of a text, else that of a known name; undefined where there is neither. */
export function prefixToken(added: AddedToken[], postProcessor: PostProcessor | null): number | undefined {
  const names = [...(postProcessor ? inFront(postProcessor) : []), ...knownNames];
  return names.map((name) => added.find(({ content }) => content === name)).find((token) => token !== undefined)?.id;
}

function inFront({ processors = [], single = [], cls }: PostProcessor): string[] {
  const first = single[0]?.SpecialToken?.id ?? cls?.[0];
  return [...(first === undefined ? [] : [first]), ...processors.flatMap(inFront)];
}
