/** Running a comparison: one soup of every method for each group of ingredients, all judged on the same texts and tasks. */
import type { TextScores } from '../engine';
import { Failure, explain, failure, type FailureCode } from '../errors';
import { methodNamed } from '../merging/merge-methods';
import type { ScoredText } from '../perplexity/documents';
import { perplexityOf, standardError } from '../perplexity/perplexity';
import type { Model } from '../soup/model';
import { comparedSoup } from './cells';
import { comparedSoupName } from './compared';
import type { CellOf, EvaluationTask } from './document';
import { isFitted, modelInputs, modelOfSoup, textInput } from './inputs';
import type { Kitchen } from './kitchen';
import type { ComparisonResult } from './results';
import { ask, prepare, type PreparedTask } from './run-evaluation';
import { runSoup } from './run-soup';
import { scoreOf } from './scores';

/** What one soup alone cannot do, which is no reason to give up the others. */
const ownProblems: FailureCode[] = ['coefficients-invalid', 'gram-singular', 'gram-too-wide', 'ingredient-not-checkpoint', 'soup-not-linear', 'soup-too-large', 'text-too-short', 'items-too-few', 'items-not-split', 'input-needed'];

/** What soups are judged on. */
interface Judges {
  texts: ScoredText[];
  tasks: { task: EvaluationTask; prepared: PreparedTask }[];
}

/** @throws input-needed, input-missing, and what items, engine and stop throw */
export async function runComparison(cell: CellOf<'comparison'>, kitchen: Kitchen): Promise<ComparisonResult> {
  const { groups, judges } = await prepared(cell, kitchen);
  const result: ComparisonResult = { kind: 'comparison', groups: groups.map((group) => group.map(({ id }) => id)), soups: [], perplexities: [], differences: [], tasks: [], rows: [], answers: [] };
  result.tasks.push(...judges.tasks.map(({ prepared: { asked } }) => asked));
  const comparison = new Comparison(cell, kitchen, judges, result);
  for (const model of new Map(groups.flat().map((model) => [model.id, model])).values()) await comparison.judge(model, kitchen);
  for (const [group, ingredients] of groups.entries()) {
    for (const method of cell.methods) {
      await comparison.soup(group, ingredients, method);
      kitchen.onPartial?.({ ...result });
    }
  }
  return result;
}

async function prepared(cell: CellOf<'comparison'>, kitchen: Kitchen): Promise<{ groups: Model[][]; judges: Judges }> {
  const { notebook, results, items } = kitchen;
  if (cell.groups.length === 0) throw failure('input-needed', { cell: cell.id, wanted: 'at least one group of checkpoints' });
  if (cell.methods.length === 0) throw failure('input-needed', { cell: cell.id, wanted: 'at least one method' });
  if (cell.texts.length + cell.tasks.length === 0) throw failure('input-needed', { cell: cell.id, wanted: 'a text or a task to judge the soups on' });
  const judges: Judges = { texts: [], tasks: [] };
  for (const name of cell.texts) judges.texts.push(await textInput(notebook, cell, name, items));
  for (const task of cell.tasks) judges.tasks.push({ task, prepared: await prepare(task, kitchen) });
  return { groups: cell.groups.map((group) => modelInputs(notebook, cell, group, results)), judges };
}

class Comparison {
  /** by text and model */
  readonly #scores = new Map<string, TextScores>();

  constructor(
    private readonly cell: CellOf<'comparison'>,
    private readonly kitchen: Kitchen,
    private readonly judges: Judges,
    private readonly result: ComparisonResult,
  ) {}

  /** Makes a soup and judges it; what it alone cannot do is told in its place. */
  async soup(group: number, ingredients: Model[], method: CellOf<'comparison'>['methods'][number]): Promise<void> {
    const id = comparedSoupName(method, group);
    const soup = { group, method, model: id };
    const { kitchen, told } = this.#withSoup(id, this.cell.groups[group], method, group);
    try {
      told();
      const made = await runSoup(comparedSoup(this.cell, this.cell.groups[group], method, id), kitchen);
      if (made.items) this.result.items = made.items;
      const model = modelOfSoup(id, ingredients, made);
      await this.judge(model, kitchen);
      for (const text of this.judges.texts) this.#holdAgainstBest(model, text, ingredients);
      this.result.soups.push({ ...soup, coefficients: made.coefficients, problem: null });
    } catch (thrown) {
      if (!(thrown instanceof Failure) || !ownProblems.includes(thrown.code)) throw thrown;
      this.result.soups.push({ ...soup, coefficients: [], problem: explain(thrown).join(' ') });
    }
  }

  /** @param kitchen whose notebook has the model, so that what it was fitted to is known */
  async judge(model: Model, kitchen: Kitchen): Promise<void> {
    for (const text of this.judges.texts) {
      const scores = await scoreOf(kitchen, model, text, this.cell.convention);
      this.#scores.set(JSON.stringify([text.name, model.id]), scores);
      this.result.perplexities.push({ model: model.id, text: text.name, fitted: isFitted(kitchen.notebook, model.id, text.name), ...perplexityOf(scores.documents, scores.bytes) });
    }
    for (const { task, prepared } of this.judges.tasks) await ask(model, task, prepared, this.result, { ...kitchen, onPartial: undefined });
  }

  #holdAgainstBest(model: Model, { name }: ScoredText, ingredients: Model[]): void {
    const of = (id: string): TextScores => this.#scores.get(JSON.stringify([name, id])) as TextScores;
    const mean = ({ documents, bytes }: TextScores): number => perplexityOf(documents, bytes).nll / perplexityOf(documents, bytes).tokens;
    const best = ingredients.reduce((a, b) => (mean(of(b.id)) < mean(of(a.id)) ? b : a));
    const [ours, theirs] = [of(model.id), of(best.id)];
    const stderr = standardError([{ documents: ours.documents, weight: 1 }, { documents: theirs.documents, weight: -1 }]);
    this.result.differences.push({ model: model.id, text: name, best: best.id, difference: mean(ours) - mean(theirs), stderr });
  }

  /** The kitchen with a notebook that ends with the soup, and progress that says how many there are. */
  #withSoup(id: string, ingredients: string[], method: CellOf<'comparison'>['methods'][number], group: number): { kitchen: Kitchen; told: () => void } {
    const { notebook, watch } = this.kitchen;
    const above = notebook.cells.slice(0, notebook.cells.findIndex((other) => other.id === this.cell.id));
    const soup = comparedSoup(this.cell, ingredients, method, id);
    const total = this.cell.groups.length * this.cell.methods.length;
    const done = group * this.cell.methods.length + this.cell.methods.indexOf(method);
    const front = `Soup ${done + 1} of ${total}, ${methodNamed(method).title}`;
    const kitchen: Kitchen = {
      ...this.kitchen,
      notebook: { ...notebook, cells: [...above, soup] },
      watch: { ...watch, onProgress: (progress) => watch.onProgress({ ...progress, doing: `${front}: ${progress.doing}` }) },
    };
    return { kitchen, told: () => watch.onProgress({ doing: front, done: done / total, secondsLeft: null }) };
  }
}
