/** What cells come to when they are run. Kept beside the notebook, apart from what the person wrote. */
import type { CheckpointFacts } from '../engine';
import type { Accuracy, Answer } from '../evaluation/accuracy';
import type { Fusion, FusionFacts } from '../merging/fusion';
import type { Coefficients, MethodName, Trial } from '../merging/merge-method';
import type { Perplexity } from '../perplexity/perplexity';
import { sameBackend, type BackendInfo } from '../scoring/backend';
import type { CellKind } from './document';
import type { CellKey } from './stale';

export interface CheckpointsResult {
  kind: 'checkpoints';
  checkpoints: CheckpointFacts[];
}

export interface PerplexityRow extends Perplexity {
  model: string;
  text: string;
  /** whether the model's coefficients were taken from this very text, so that it is judged on what it was fitted to */
  fitted: boolean;
}

/** Per-token NLLs of one text under each model, for the map. */
export interface TokenScores {
  text: string;
  /** per document, the stretch of text of each scored token */
  pieces: string[][];
  /** per model, per document */
  models: { model: string; nll: Float32Array[] }[];
}

export interface PerplexityResult {
  kind: 'perplexity';
  /** which of the models are checkpoints: what a soup is held against */
  checkpoints: string[];
  rows: PerplexityRow[];
  tokens: TokenScores[];
  window: number;
}

export interface SoupResult extends Coefficients {
  kind: 'soup';
  method: MethodName;
  ingredients: string[];
  /** per ingredient, on the method's text; empty where the method needs none */
  perplexities: Perplexity[];
  temperature: number;
  /** of which items, where it was made with some */
  items?: { task: string; sha256: string };
  /** how coefficients were found by trying soups out; absent for other methods */
  trials?: TrialReport;
  /** what the weights of a soup that is not linear are made from; its coefficients are then shares. Absent for linear ones */
  fusion?: { recipe: Fusion; facts: FusionFacts };
}

/** One part of the data selects, the rest reports: what selects is never what reports. */
export interface TrialReport {
  by: 'text' | 'items';
  tried: Trial[];
  /** how many tokens or items selected */
  selected: number;
  /** how the soup does on the rest, beside the ingredient that did best on what selected */
  reported: {
    /** tokens or items */
    count: number;
    /** perplexity, or accuracy */
    soup: number;
    best: { model: string; value: number };
    /** soup less ingredient, over the same tokens or items: nats per token, or accuracy */
    difference: number;
    stderr: number | null;
  };
}

/** One point of the line: `coefficient` is that of the later end. */
export interface SweepPoint extends Perplexity {
  coefficient: number;
  /** paired standard error of the difference of mean NLL to the better end, nats per token */
  pairedStderr: number | null;
}

export interface SweepResult {
  kind: 'sweep';
  ends: [earlier: string, later: string];
  points: SweepPoint[];
  marks: { soup: string; method: string; point: SweepPoint }[];
  /** uniform soups of several models, where the sweep goes over pairs or lengths; absent on a line */
  soups?: SweepSoup[];
}

/** A uniform soup of some of a sweep's models, in their order; one model alone is a soup of itself. */
export interface SweepSoup extends Perplexity {
  ingredients: string[];
  best: { model: string; perplexity: number };
  /** mean NLL less that of the best ingredient, nats per token, and its paired standard error; 0 for one model alone */
  difference: number;
  differenceStderr: number | null;
}

/** One as its pictures need it. */
export type DrawnSoup = Pick<SweepSoup, 'ingredients' | 'perplexity' | 'stderr' | 'best' | 'difference'>;

export interface EvaluationRow extends Accuracy {
  model: string;
  task: string;
  /** whether the model's coefficients were taken from a text made of this task's items, answers left out */
  fitted: boolean;
}

/** What was asked of every model. */
export interface AskedTask {
  task: string;
  /** of all items of the set, without demonstrations */
  sha256: string;
  shots: number;
  /** items in the set; asked were `gold.length` of them, from `skip` on */
  of: number;
  /** absent where none was passed over */
  skip?: number;
  /** the right choice of each item */
  gold: number[];
  /** the number of each item's cluster (task.ts); absent where every item stands alone */
  clusters?: number[];
}

export interface EvaluationResult {
  kind: 'evaluation';
  /** with the checkpoints that a soup is made of; none for a checkpoint */
  models: { model: string; ingredients: string[] }[];
  tasks: AskedTask[];
  rows: EvaluationRow[];
  answers: { model: string; task: string; answers: Answer[] }[];
}

/** One group of ingredients under one method. */
export interface ComparedSoup {
  /** by place among the groups */
  group: number;
  method: MethodName;
  /** what it is called in the rows */
  model: string;
  /** none where it could not be made */
  coefficients: number[];
  /** why it could not be made, in a sentence; null where it was */
  problem: string | null;
}

/** A soup and the best ingredient of its group, over the same tokens. */
export interface TokenDifference {
  model: string;
  text: string;
  best: string;
  /** mean NLL of the soup less that of the ingredient, nats per token, and its paired standard error */
  difference: number;
  stderr: number | null;
}

export interface ComparisonResult extends Pick<EvaluationResult, 'tasks' | 'rows' | 'answers'> {
  kind: 'comparison';
  /** the ingredients of each, by name of model */
  groups: string[][];
  soups: ComparedSoup[];
  perplexities: PerplexityRow[];
  differences: TokenDifference[];
  /** of which items soups were made, where they were made with some */
  items?: { task: string; sha256: string };
}

export type CellResult = CheckpointsResult | PerplexityResult | SoupResult | SweepResult | EvaluationResult | ComparisonResult;
export type ResultOf<K extends CellKind> = Extract<CellResult, { kind: K }>;

/** Raised when the shape of results changes: older ones are let go. */
export const resultVersion = 3;

/** A result, under what key and where it was computed. */
export interface KeptResult {
  version: typeof resultVersion;
  key: CellKey;
  backend: BackendInfo;
  /** ISO 8601 */
  finished: string;
  result: CellResult;
}

/** The results that hold: computed under the present keys, on the backend in use. A soup of other coefficients is another model. */
export class Results {
  constructor(
    private readonly kept: ReadonlyMap<string, KeptResult>,
    private readonly keys: ReadonlyMap<string, CellKey>,
    private readonly backend: BackendInfo,
  ) {}

  soup(id: string): SoupResult | undefined {
    const kept = this.kept.get(id);
    const holds = kept && kept.key.key === this.keys.get(id)?.key && sameBackend(kept.backend, this.backend);
    return holds && kept.result.kind === 'soup' ? kept.result : undefined;
  }
}
