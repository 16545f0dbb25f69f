/** About how much work cells are, before they run. */
import { own } from '../evaluation/own';
import { tasks } from '../evaluation/tasks';
import { mostTrials } from '../merging/search';
import { splitDocuments, utf8Length } from '../perplexity/documents';
import { comparedSoup, soupData } from './cells';
import type { Cell, CellOf, EvaluationTask, Notebook } from './document';
import { expandNames } from './inputs';

/** What an English text comes to: 3.7 bytes a token for pico, 4.4 for Pythia. */
const bytesPerToken = 3.6;

/** A model on a text, or a model on a task: what is measured once, however many cells ask for it. */
type Work = [what: string, tokens: number];

/**
 * How many runs of the model the cells ask for, roughly: within a factor of two, and what several cells share is counted once.
 * @param tokensPerRun what the device takes at once
 */
export function estimateRuns(notebook: Notebook, cells: Cell[], tokensPerRun: number): number {
  return estimateRunsEach(notebook, cells, tokensPerRun).reduce((sum, runs) => sum + runs, 0);
}

/** For each cell in order, the runs that it adds to those of the cells before it. */
export function estimateRunsEach(notebook: Notebook, cells: Cell[], tokensPerRun: number): number[] {
  const tokensOf = tokensByText(notebook);
  const counted = new Map<string, number>();
  return cells.map((cell) => {
    let added = 0;
    for (const [what, tokens] of workOf(notebook, cell, tokensOf)) {
      const [before, runs] = [counted.get(what) ?? 0, Math.max(1, tokens / tokensPerRun)];
      if (runs <= before) continue;
      counted.set(what, runs); // of a task, the first items are not asked again where more of them are wanted
      added += runs - before;
    }
    return added;
  });
}

function workOf(notebook: Notebook, cell: Cell, tokensOf: (text: string) => number): Work[] {
  const on = (models: string[], texts: string[]): Work[] => texts.flatMap((text) => models.map((model): Work => [`${model} on “${text}”`, tokensOf(text)]));
  switch (cell.kind) {
    case 'perplexity':
      return on(expandNames(notebook, cell.models), [...new Set(cell.texts)]);
    case 'soup':
      return soupWork(cell, expandNames(notebook, cell.ingredients), tokensOf);
    case 'sweep':
      return on(sweepModels(notebook, cell), [cell.text]);
    case 'comparison':
      return comparisonWork(notebook, cell, tokensOf);
    case 'evaluation':
      return cell.tasks.flatMap((task) => expandNames(notebook, cell.models).map((model): Work => [`${model} “${task.name}”`, taskTokens(task)]));
    default:
      return [];
  }
}

/** In forward passes of the same tokens: what is squared for Fisher, and a Gram matrix of every layer, measured on WebAssembly. */
const gradientCost = 3.5;
const gramCost = 2;

function soupWork(cell: CellOf<'soup'>, ingredients: string[], tokensOf: (text: string) => number): Work[] {
  const data = soupData(cell);
  const tokens = data === 'items' && cell.items ? taskTokens(cell.items) : data === 'text' && cell.text !== null ? tokensOf(cell.text) : 0;
  const where = data === 'items' ? `items of “${cell.items?.name}”` : `“${cell.text}”`;
  const each = (what: string, cost: number): Work[] => (tokens === 0 ? [] : ingredients.map((name) => [`${name} ${what} ${where}`, cost * tokens]));
  switch (cell.method) {
    case 'perplexity':
      return each('on', 1);
    case 'greedy':
      return [...each('first and second part of', 1), ...each(`“${cell.id}” with`, 1)];
    case 'search': {
      const trials = ingredients.length === 2 ? mostTrials : mostTrials * (1 + gradientCost);
      return [...each('first and second part of', 1), [`trials of “${cell.id}”`, (trials * tokens) / 2]];
    }
    case 'fisher':
      return each(`“${cell.id}” backwards on`, gradientCost);
    case 'regmean':
      return each(`“${cell.id}” Gram matrices on`, gramCost);
    default:
      return [];
  }
}

function sweepModels(notebook: Notebook, cell: CellOf<'sweep'>): string[] {
  const models = expandNames(notebook, cell.between);
  const soups = { line: cell.points, pairs: (models.length * (models.length - 1)) / 2, lengths: 3 * models.length }[cell.over];
  const made = Array.from({ length: soups }, (_, i) => `point ${i} of “${cell.id}”`);
  return cell.over === 'line' ? [...made, ...cell.marks] : [...models, ...made];
}

/** Every soup is made and judged, every ingredient judged once. */
function comparisonWork(notebook: Notebook, cell: CellOf<'comparison'>, tokensOf: (text: string) => number): Work[] {
  const soups = cell.groups.flatMap((group, i) => cell.methods.map((method) => comparedSoup(cell, group, method, `${method} ${i} of ${cell.id}`)));
  const judged = [...new Set([...cell.groups.flatMap((group) => expandNames(notebook, group)), ...soups.map(({ id }) => id)])];
  return [
    ...soups.flatMap((soup) => soupWork(soup, expandNames(notebook, soup.ingredients), tokensOf)),
    ...cell.texts.flatMap((text) => judged.map((model): Work => [`${model} on “${text}”`, tokensOf(text)])),
    ...cell.tasks.flatMap((task) => judged.map((model): Work => [`${model} “${task.name}”`, taskTokens(task)])),
  ];
}

/** What an item's choices share is counted once. */
function taskTokens({ name, limit, shots }: EvaluationTask): number {
  const { items, tokensPerItem } = Object.hasOwn(tasks, name) ? tasks[name].size : own.size;
  return tokensPerItem * (1 + shots) * Math.min(limit ?? Infinity, items);
}

/** How long each text is, by its name: measured when it is first asked for, and only then; a name that stands for nothing is no text. */
function tokensByText({ cells }: Notebook): (name: string) => number {
  const texts = new Map(cells.flatMap((cell): [string, CellOf<'text'>][] => (cell.kind === 'text' ? [[cell.id, cell]] : [])));
  const known = new Map<string, number>();
  return (name) => {
    const text = texts.get(name);
    const tokens = known.get(name) ?? (text ? tokensOf(text) : 0);
    known.set(name, tokens);
    return tokens;
  };
}

function tokensOf({ text, split, separator, items }: CellOf<'text'>): number {
  if (items) return taskTokens(items);
  try {
    return splitDocuments('', text, split, separator).reduce((sum, document) => sum + utf8Length(document) / bytesPerToken, 0);
  } catch {
    return 0; // an unusable text costs nothing: its cell says what is wrong
  }
}
