/** Stand-ins for tests: a notebook run from above by an engine whose numbers can be worked out in one's head. */
import type { CheckpointFacts, Engine, OnAnswers, TextScores } from '../engine';
import type { Answer } from '../evaluation/accuracy';
import { itemsOfRows } from '../evaluation/item-files';
import type { Item } from '../evaluation/task';
import { winogrande } from '../evaluation/winogrande';
import type { Slopes } from '../gradient/slopes';
import type { FusionFacts } from '../merging/fusion';
import type { BackendInfo } from '../scoring/backend';
import { unwatched, type Watch } from '../scoring/watch';
import type { CheckpointRef, Model } from '../soup/model';
import type { CellKind, Notebook } from './document';
import type { Kitchen } from './kitchen';
import { memoryStore, type MeasurementStore } from './measurements';
import { reportOf, type Report } from './report';
import { Results, type CellResult, type KeptResult, type ResultOf } from './results';
import { runCell } from './run';
import { cellKeys } from './stale';

export const info: BackendInfo = { kind: 'node', precision: 'fp32', runtime: 'fake 1', device: '2 threads' };

/** Mean NLL of each checkpoint; a soup is a little better than its ingredients' mean, the more mixed the better. */
const usualMeans: Record<string, number> = { step7000: 2, step8000: 1.5, step500: 4 };

/** An engine that counts what it is asked and takes no time. */
export class FakeEngine implements Engine {
  readonly asked: string[] = [];
  constructor(
    readonly info: BackendInfo,
    private readonly means = usualMeans,
  ) {}

  meanOf({ ingredients }: Model): number {
    return ingredients.reduce((sum, { checkpoint, coefficient }) => sum + coefficient * this.means[checkpoint.id] + 0.1 * coefficient ** 2, 0);
  }

  open(ref: CheckpointRef): Promise<CheckpointFacts> {
    this.asked.push(`open ${ref.id}`);
    return Promise.resolve({ id: ref.id, parameters: 10, sha256: ref.sha256, bytes: 40, window: 256, tokensPerRun: 512 });
  }

  scoreText(model: Model, { documents }: { documents: string[] }): Promise<TextScores> {
    this.asked.push(`text ${model.id}`);
    const mean = this.meanOf(model);
    const nll = documents.map((_, d) => Float32Array.from({ length: 64 }, (_, i) => mean + 0.25 * Math.sin(i + d)));
    return Promise.resolve({ model: model.id, documents: nll, bytes: 300, window: 256 });
  }

  async answerItems(model: Model, items: Item[], watch: Watch = unwatched, onAnswers: OnAnswers = () => undefined): Promise<Answer[]> {
    this.asked.push(`${items.length} items ${model.id}`);
    const answers = items.map(({ text }, i) => ({ logLikelihoods: [-1, -2 - text.length], greedy: [false, false], choice: i % 2, choiceNorm: 0 }));
    for (const [i, answer] of answers.entries()) {
      watch.checkStopped();
      onAnswers([[i, answer]]);
    }
    return answers;
  }

  pieces(_ref: CheckpointRef, { documents }: { documents: string[] }): Promise<string[][]> {
    return Promise.resolve(documents.map((document) => [document]));
  }

  fuse(model: Model): Promise<FusionFacts> {
    this.asked.push(`fuse ${model.id}`);
    return Promise.resolve({ shares: model.ingredients.map((_, i) => (i + 1) / 3), examples: 2, tokens: 60, window: 256, distance: 0.01 });
  }

  slopes(model: Model, checkpoints: CheckpointRef[]): Promise<Slopes> {
    this.asked.push(`slopes ${model.id}`);
    const coefficientOf = (id: string): number => model.ingredients.find(({ checkpoint }) => checkpoint.id === id)?.coefficient ?? 0;
    return Promise.resolve({ loss: this.meanOf(model), slopes: checkpoints.map(({ id }) => this.means[id] + 0.2 * coefficientOf(id)) });
  }

  exportModel(model: Model): Promise<Blob> {
    return Promise.resolve(new Blob([JSON.stringify(model)]));
  }
}

export const items = itemsOfRows(winogrande, ['1', '2', '2'].map((answer) => ({ sentence: 'a _ b', option1: 'x', option2: 'y', answer })), 'f');

/** A notebook being run from above, as the page does it. */
export class Run {
  /** of every set */
  items = items;
  readonly kept = new Map<string, KeptResult>();
  constructor(
    readonly notebook: Notebook,
    readonly measurements: MeasurementStore = memoryStore(),
    readonly engine = new FakeEngine(info),
  ) {}

  get kitchen(): Kitchen {
    const read = { items: this.items, pool: this.items, sha256: 'hash of the items' };
    return { notebook: this.notebook, engine: this.engine, results: new Results(this.kept, cellKeys(this.notebook), this.engine.info), measurements: this.measurements, items: () => Promise.resolve(read), watch: unwatched };
  }

  cell(id: string): Notebook['cells'][number] {
    const found = this.notebook.cells.find((candidate) => candidate.id === id);
    if (!found) throw new Error(`no cell ${id}`);
    return found;
  }

  async one(id: string): Promise<CellResult> {
    const result = await runCell(this.cell(id), this.kitchen);
    const key = cellKeys(this.notebook).get(id);
    if (!key) throw new Error(`no key for ${id}`);
    this.kept.set(id, { version: 3, key, backend: this.engine.info, finished: '2026-01-01T00:00:00Z', result });
    return result;
  }

  async all(): Promise<Report> {
    for (const { id, kind } of this.notebook.cells) if (kind !== 'note' && kind !== 'text') await this.one(id);
    return reportOf(this.notebook, this.kept);
  }

  result<K extends CellKind>(id: string, kind: K): ResultOf<K> {
    const result = this.kept.get(id)?.result;
    if (result?.kind !== kind) throw new Error(`${id} has no ${kind} result`);
    return result as ResultOf<K>;
  }
}
