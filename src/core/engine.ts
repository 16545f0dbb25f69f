/**
 * Everything that scores, on one backend: opens checkpoints, makes a model's weights, and measures texts and items.
 * Values in, values out; it runs wherever its backend does.
 */
import { Checkpoint } from './checkpoint/checkpoint';
import { parseConfig, type ModelConfig } from './checkpoint/config';
import { differenceOf, type RunFacts } from './checkpoint/same-run';
import { bytesOf, type Source } from './checkpoint/source';
import { failure, isStopped } from './errors';
import type { Answer } from './evaluation/accuracy';
import { GatheredAnswers } from './evaluation/gathered-answers';
import { encodePair } from './evaluation/encode-pair';
import type { Item } from './evaluation/task';
import { examplesOf } from './fusion/examples';
import { FusedSoups, type FusedSoup } from './fusion/fused-soups';
import { slopesOf, type Slopes } from './gradient/slopes';
import { windowOf } from './graph/architectures';
import { methodNamed } from './merging/merge-methods';
import type { ScoredText } from './perplexity/documents';
import type { PerTokenScores } from './perplexity/scores';
import { cutDocument, type Convention, type Window } from './perplexity/windows';
import type { Backend, BackendInfo, Term } from './scoring/backend';
import { fusionMemoryOf, lackingForFusion } from './planning/fusion-memory';
import { plan, type Plan } from './planning/plan';
import { Remembered } from './remembered';
import type { Group } from './scoring/packing';
import { score, type OnScored, type WindowScores } from './scoring/score';
import { breathe, Pace, unwatched, type Watch } from './scoring/watch';
import { exportSoup, recipeOf } from './soup/export';
import type { CheckpointRef, Ingredient, Model } from './soup/model';
import type { Fusion, FusionFacts } from './merging/fusion';
import type { MethodName } from './merging/merge-method';
import { encodeDocuments } from './tokenizer/encode-documents';
import { Tokenizer } from './tokenizer/tokenizer';

/** Brings a checkpoint's files, each of them the one that is pinned: whoever implements it checks their hashes. */
export interface Library {
  /** the text of config.json */
  config(ref: CheckpointRef, watch: Watch): Promise<string>;
  /** the text of tokenizer.json */
  tokenizer(ref: CheckpointRef, watch: Watch): Promise<string>;
  /** one file, or all shards in order; on a disk where that can be, so that they are read only where they are needed */
  weights(ref: CheckpointRef, watch: Watch): Promise<Blob[]>;
}

/** What opening a checkpoint tells about it. */
export interface CheckpointFacts {
  id: string;
  parameters: number;
  sha256: string;
  bytes: number;
  window: number;
  /** tokens the backend takes in one run of this model */
  tokensPerRun: number;
}

/** A text as a model sees it. */
export interface TextScores extends PerTokenScores {
  /** the window the documents were cut to */
  window: number;
}

/** Told of answers as they are complete, by the index of their item. */
export type OnAnswers = (answers: [index: number, answer: Answer][]) => void;

/** What the notebook asks of an engine, here or across a worker's border. */
export interface Engine {
  readonly info: BackendInfo;
  open(ref: CheckpointRef, watch?: Watch): Promise<CheckpointFacts>;
  scoreText(model: Model, text: ScoredText, convention: Convention, watch?: Watch): Promise<TextScores>;
  answerItems(model: Model, items: Item[], watch?: Watch, onAnswers?: OnAnswers): Promise<Answer[]>;
  /** Makes a soup that is not linear, unless it is there. */
  fuse(model: Model, watch?: Watch): Promise<FusionFacts>;
  /** The mean NLL of a linear soup on a text, in nats per token, and its slope along the coefficient of each checkpoint. */
  slopes(model: Model, checkpoints: CheckpointRef[], text: ScoredText, convention: Convention, watch?: Watch): Promise<Slopes>;
  /** The stretches of text the scored tokens stand for, per document. */
  pieces(ref: CheckpointRef, text: ScoredText, convention: Convention): Promise<string[][]>;
  /** The soup as a safetensors file. */
  exportModel(model: Model, method: MethodName, watch?: Watch): Promise<Blob>;
}

interface Run {
  config: ModelConfig;
  tokenizer: Tokenizer;
}

/** A checkpoint whose tensors can be read, and what it is. */
interface Opened {
  checkpoint: Checkpoint;
  facts: CheckpointFacts;
}

/** Items encoded between two breaths: 20 ms of work where questions are short. */
const itemsAtOnce = 32;

export class LocalEngine implements Engine {
  readonly #runs = new Remembered<Run>();
  /** by sha256: files and their tables, no weights */
  readonly #opened = new Remembered<Opened>();
  readonly #fusedSoups: FusedSoups;
  #merged = '';

  constructor(
    private readonly backend: Backend,
    private readonly library: Library,
  ) {
    this.#fusedSoups = new FusedSoups(backend);
  }

  get info(): BackendInfo {
    return this.backend.info;
  }

  get sessions(): number {
    return this.backend.sessions;
  }

  async open(ref: CheckpointRef, watch: Watch = unwatched): Promise<CheckpointFacts> {
    const { config } = await this.#prepare(ref, watch);
    const { facts } = await this.#open(ref, config, watch);
    return { ...facts, id: ref.id };
  }

  async scoreText(model: Model, text: ScoredText, convention: Convention, watch: Watch = unwatched): Promise<TextScores> {
    const run = await this.#materialise(model, watch);
    const window = windowOf(run.config);
    const encoded = encodeDocuments(run.tokenizer, text, convention);
    const cut = encoded.map(({ tokens, from }) => cutDocument(tokens, window, run.tokenizer.prefix, convention, from));
    const groups = cut.flat().map((window) => [window]);
    const scores = await this.#score(model, run, groups, watch, `Scoring “${text.name}” with ${model.id}`);
    if (scores.length === 0) {
      const longest = encoded.reduce((most, { tokens }) => Math.max(most, tokens.length), 0);
      throw failure('text-too-short', { text: text.name, tokens: longest });
    }
    let next = 0;
    const documents = cut.map((windows) => concatenate(windows.map(() => scores[next++].nll)));
    return { model: model.id, documents, bytes: encoded.reduce((sum, { bytes }) => sum + bytes, 0), window };
  }

  async answerItems(model: Model, items: Item[], watch: Watch = unwatched, onAnswers: OnAnswers = () => undefined): Promise<Answer[]> {
    const run = await this.#materialise(model, watch);
    const window = windowOf(run.config);
    const groups = await this.#encodeItems(items, run.tokenizer, window, watch);
    const gathered = new GatheredAnswers(items);
    const doing = `Answering ${items.length} items with ${model.id}`;
    const told: Watch = {
      ...watch,
      onProgress: (progress) => {
        const fresh = gathered.fresh();
        if (fresh.length > 0) onAnswers(fresh);
        watch.onProgress(progress);
      },
    };
    await this.#score(model, run, groups, told, doing, (index, scores) => gathered.add(index, scores));
    return gathered.answers;
  }

  async pieces(ref: CheckpointRef, text: ScoredText, convention: Convention): Promise<string[][]> {
    const { tokenizer } = await this.#run(ref, unwatched);
    return encodeDocuments(tokenizer, text, convention).map(({ tokens, from }) => tokenizer.pieces(tokens).slice(from));
  }

  async fuse(model: Model, watch: Watch = unwatched): Promise<FusionFacts> {
    const run = await this.#prepareModel(model, watch);
    return (await this.#fused(model, run, watch)).facts;
  }

  async slopes(model: Model, checkpoints: CheckpointRef[], text: ScoredText, convention: Convention, watch: Watch = unwatched): Promise<Slopes> {
    const run = await this.#materialise(model, watch);
    const windows = examplesOf({ text, convention }, run.tokenizer, run.config);
    checkTokens(windows, run.config.vocab_size);
    const opened = [];
    for (const ref of checkpoints) opened.push((await this.#open(ref, run.config, watch)).checkpoint);
    return slopesOf(this.backend, run.config, opened, windows, `Taking gradients of ${model.id}`, watch);
  }

  async exportModel(model: Model, method: MethodName, watch: Watch = unwatched): Promise<Blob> {
    await this.#materialise(model, watch);
    return exportSoup(await this.backend.readWeights(), recipeOf(model, method));
  }

  /** A few at a time, so that Stop is heard: all of MMLU with demonstrations takes minutes to encode. */
  async #encodeItems(items: Item[], tokenizer: Tokenizer, window: number, watch: Watch): Promise<Group[]> {
    const pace = new Pace(watch, 'Reading the items', items.length);
    const groups: Group[] = [];
    for (let start = 0; start < items.length; start += itemsAtOnce) {
      const some = items.slice(start, start + itemsAtOnce);
      groups.push(...some.map(({ choices }) => choices.map(({ context, continuation }) => encodePair(tokenizer, context, continuation, window))));
      pace.step(some.length);
      await breathe();
      watch.checkStopped();
    }
    return groups;
  }

  async #score(model: Model, { config }: Run, groups: Group[], watch: Watch, doing: string, onScored?: OnScored): Promise<WindowScores[]> {
    checkTokens(groups.flat(), config.vocab_size);
    return score(this.backend, config, groups, model.id, (batches) => new Pace(watch, doing, batches), watch, onScored);
  }

  /** Makes the model's weights the ones that the next run uses. */
  async #materialise(model: Model, watch: Watch): Promise<Run> {
    const run = await this.#prepareModel(model, watch);
    const used = model.ingredients.filter(({ coefficient }) => coefficient !== 0);
    const key = JSON.stringify(model.fusion ? fusionKey(model) : used.map(({ checkpoint, coefficient }) => [checkpoint.sha256, coefficient]));
    if (key === this.#merged) return run;
    const terms = model.fusion ? [{ ...(await this.#fused(model, run, watch)), coefficient: 1 }] : await this.#terms(used, run, watch);
    watch.checkStopped();
    const { resident } = this.#plan(used.map(({ checkpoint }) => checkpoint), run.config);
    await this.#merge(terms, resident, watch);
    this.#merged = key;
    return run;
  }

  /** Its run, with the backend ready for it. @throws ingredients-differ */
  async #prepareModel(model: Model, watch: Watch): Promise<Run> {
    const [first, ...others] = model.ingredients.map(({ checkpoint }) => checkpoint);
    for (const other of others) {
      const found = differenceOf(factsOf(await this.#run(first, watch)), factsOf(await this.#run(other, watch)));
      if (found) throw failure('ingredients-differ', { first: first.id, second: other.id, found });
    }
    return this.#prepare(first, watch);
  }

  async #terms(ingredients: Ingredient[], run: Run, watch: Watch): Promise<Term[]> {
    const terms: Term[] = [];
    for (const { checkpoint: ref, coefficient } of ingredients) {
      const { checkpoint } = await this.#open(ref, run.config, watch);
      terms.push({ sha256: ref.sha256, checkpoint, coefficient });
    }
    return terms;
  }

  /** A soup that is not linear, as a checkpoint. */
  async #fused(model: Model, run: Run, watch: Watch): Promise<FusedSoup> {
    const known = this.#fusedSoups.find(fusionKey(model));
    if (known) return known;
    this.#planFusion(model, run.config);
    const terms = await this.#terms(model.ingredients, run, watch);
    const ingredients = terms.map(({ sha256, checkpoint }, i) => ({ id: model.ingredients[i].checkpoint.id, sha256, checkpoint }));
    this.#merged = '';
    return this.#fusedSoups.make(model.id, run.config, run.tokenizer, ingredients, model.fusion as Fusion, watch);
  }

  /**
   * How the checkpoints are merged here.
   * @throws model-too-large
   */
  #plan(refs: CheckpointRef[], config: ModelConfig): Plan {
    const ingredients = refs.map(({ source }) => ({ bytes: source.kind === 'bundled' ? 0 : bytesOf(source.weights), here: true }));
    const made = plan(config, ingredients, this.backend.limits, this.info.precision);
    if (made.refusal) throw failure('model-too-large', { model: refs[0].id, ...made.refusal });
    return made;
  }

  /** @throws soup-too-large */
  #planFusion({ id, ingredients, fusion }: Model, config: ModelConfig): void {
    const { method } = fusion as Fusion;
    const { kind, precision } = this.info;
    const found = lackingForFusion(fusionMemoryOf({ config, kind, precision }, method, ingredients.length), this.backend.limits);
    if (found) throw failure('soup-too-large', { soup: id, method: methodNamed(method).title, found });
  }

  async #merge(terms: Term[], resident: number, watch: Watch): Promise<void> {
    this.#merged = '';
    try {
      await this.backend.merge(terms, resident, watch);
    } catch (thrown) {
      if (!isStopped(thrown)) for (const { sha256 } of terms) this.#opened.forget(sha256); // its file may be gone: the next try asks for it
      throw thrown;
    }
  }

  #open(ref: CheckpointRef, config: ModelConfig, watch: Watch): Promise<Opened> {
    return this.#opened.get(ref.sha256, async () => {
      const files = await this.library.weights(ref, watch);
      const checkpoint = await Checkpoint.open(files, config, ref.id);
      const facts: CheckpointFacts = {
        id: ref.id,
        parameters: checkpoint.parameters,
        sha256: ref.sha256,
        bytes: files.reduce((sum, { size }) => sum + size, 0),
        window: windowOf(config),
        tokensPerRun: this.backend.tokensPerRun(config),
      };
      return { checkpoint, facts };
    });
  }

  /** The run's configuration and tokenizer, with the backend ready for its shape. */
  async #prepare(ref: CheckpointRef, watch: Watch): Promise<Run> {
    const run = await this.#run(ref, watch);
    this.#plan([ref], run.config);
    const before = this.backend.sessions;
    await this.backend.prepare(run.config);
    if (this.backend.sessions !== before) this.#merged = '';
    return run;
  }

  #run(ref: CheckpointRef, watch: Watch): Promise<Run> {
    return this.#runs.get(runKey(ref.source), () => this.#readRun(ref, watch));
  }

  async #readRun(ref: CheckpointRef, watch: Watch): Promise<Run> {
    const [config, tokenizer] = await Promise.all([this.library.config(ref, watch), this.library.tokenizer(ref, watch)]);
    const where = ref.source.kind === 'bundled' ? ref.source.run : ref.id;
    return { config: parseConfig(config, `${where}/config.json`), tokenizer: Tokenizer.parse(tokenizer, `${where}/tokenizer.json`) };
  }
}

/** What checkpoints of one run share. */
function runKey(source: Source): string {
  return source.kind === 'bundled' ? source.run : `${source.config.sha256} ${source.tokenizer.sha256}`;
}

/** What stands for a soup that is not linear. */
function fusionKey({ ingredients, fusion }: Model): string {
  return FusedSoups.keyOf(ingredients.map(({ checkpoint }) => checkpoint), fusion as Fusion);
}

function factsOf({ config, tokenizer }: Run): RunFacts {
  return { config, fingerprint: tokenizer.fingerprint };
}

function checkTokens(windows: Window[], vocabulary: number): void {
  for (const { tokens, targets } of windows) {
    for (const row of [tokens, targets]) {
      const token = row.find((id) => id >= vocabulary);
      if (token !== undefined) throw failure('token-outside-vocabulary', { token, vocabulary });
    }
  }
}

function concatenate(parts: Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}
