/** About how much work cells are, before they run. */
import { own } from '../evaluation/own';
import { tasks } from '../evaluation/tasks';
import { splitDocuments, utf8Length } from '../perplexity/documents';
import { isRunnable } from './cells';
import type { Cell, CellOf, EvaluationTask, Notebook } from './document';
import { expandNames } from './inputs';

/** What an English text comes to: 3.7 bytes a token for pico, 4.4 for Pythia. */
const bytesPerToken = 3.6;

/**
 * How many runs of the model the cells ask for, roughly: within a factor of two, and what several cells share is counted once.
 * @param tokensPerRun what the device takes at once
 */
export function estimateRuns(notebook: Notebook, cells: Cell[], tokensPerRun: number): number {
  const scored = new Map<string, number>();
  for (const cell of cells.filter(isRunnable)) {
    for (const [what, tokens] of workOf(notebook, cell)) scored.set(what, Math.max(1, tokens / tokensPerRun));
  }
  return [...scored.values()].reduce((sum, runs) => sum + runs, 0);
}

function workOf(notebook: Notebook, cell: Cell): [what: string, tokens: number][] {
  switch (cell.kind) {
    case 'perplexity':
      return cell.texts.flatMap((text) => expandNames(notebook, cell.models).map((model) => textWork(notebook, model, text)));
    case 'soup':
      return cell.method === 'perplexity' && cell.text !== null
        ? expandNames(notebook, cell.ingredients).map((model) => textWork(notebook, model, cell.text as string))
        : [];
    case 'sweep': {
      const inner = Array.from({ length: cell.points }, (_, i) => `${cell.id} ${i}`);
      return [...inner, ...cell.marks].map((model) => textWork(notebook, model, cell.text));
    }
    case 'evaluation':
      return cell.tasks.flatMap((task) => expandNames(notebook, cell.models).map((model): [string, number] => [`${model} ${task.name}`, taskTokens(task)]));
    default:
      return [];
  }
}

/** What an item's choices share is counted once. */
function taskTokens({ name, limit, shots }: EvaluationTask): number {
  const { items, tokensPerItem } = Object.hasOwn(tasks, name) ? tasks[name].size : own.size;
  return tokensPerItem * (1 + shots) * Math.min(limit ?? Infinity, items);
}

function textWork(notebook: Notebook, model: string, name: string): [string, number] {
  const text = notebook.cells.find((cell): cell is CellOf<'text'> => cell.kind === 'text' && cell.id === name);
  return [`${model} ${name}`, text ? tokensOf(text) : 0];
}

function tokensOf({ text, split, separator, items }: CellOf<'text'>): number {
  if (items) return taskTokens(items);
  try {
    return splitDocuments('', text, split, separator).reduce((sum, document) => sum + utf8Length(document) / bytesPerToken, 0);
  } catch {
    return 0; // an unusable text costs nothing: its cell says what is wrong
  }
}
