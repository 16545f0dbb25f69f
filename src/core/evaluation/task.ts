/** What a task and its items are. */

/** One way an item could be answered, as the text a model reads and the text it is scored on. */
export interface Choice {
  context: string;
  continuation: string;
  /** characters (code points) of the answer itself, without the space in front: what acc_norm divides by */
  characters: number;
}

export interface Item {
  choices: Choice[];
  /** index of the right choice */
  gold: number;
  /** the item's own words without its answer: what a text made of a task's items consists of */
  text: string;
  /** names the items that are variants of one another, such as twins: they are not independent; absent where an item stands alone */
  cluster?: string;
  /** what items must share for one to be a demonstration of the other (MMLU's subjects); absent where all do */
  group?: string;
}

/** A row of the official data, whatever file it came in. */
export type Row = Record<string, unknown>;

/** Where the official rows are at home: a dataset of the Hugging Face Hub, in its parquet form. */
export interface Home {
  dataset: string;
  config: string;
  /** what is asked */
  split: string;
  /** what demonstrations are drawn from; null where the harness has none but the split that is asked */
  shots: string | null;
}

export interface Task {
  /** official tasks as lm-evaluation-harness names them */
  name: string;
  title: string;
  /** the fields a row has, for a person whose file was refused */
  schema: string;
  /** the official files: what to pick */
  files: string;
  /** null for what is bundled */
  home: Home | null;
  /** roughly: items in the official set, and tokens that one of them takes without demonstrations (measured with pico's tokenizer where the set was at hand) */
  size: { items: number; tokensPerItem: number };
  /** `hashOfItems` of the set its authors publish, where it could be taken */
  knownItems?: string;
  /** as the publishers state it */
  licence: string;
  /** who to cite, with a link */
  citation: string;
  /**
   * What makes an answer right: the most likely choice (acc, and acc_norm where `normalised`), or every token of the only
   * continuation being the model's first choice (LAMBADA, which also has a perplexity).
   */
  metric: 'choice' | 'greedy';
  /** whether the harness reports acc_norm for it */
  normalised: boolean;
  /** the harness's rule for demonstrations: drawn at random for each item, or the first ones of the item's group */
  shots: 'random' | 'first';
  /** what stands once in front of the demonstrations */
  description(group?: string): string;
  /** what a person would be told to do: stands in front of zero-shot and few-shot texts made of items */
  instruction: string;
  /** An item from a row, or null when the row is none. */
  item(row: Row): Item | null;
}
