/**
 * The kinds of cell in the order of the work, and what each needs from the cells before it: the table of contents of the app.
 * A new kind is an entry here, a schema in document.ts, a runner in run.ts and a component in src/cells.
 */
import { sha256Of } from '../sha256';
import type { Cell, CellKind, CellOf } from './document';

interface Kind<K extends CellKind> {
  title: string;
  /** the names it refers to: cells, checkpoints or soups above it */
  inputs(cell: CellOf<K>): string[];
  /** what of the cell itself its result depends on, leaving out what is only for show */
  definition(cell: CellOf<K>): unknown;
}

export const kinds: { [K in CellKind]: Kind<K> } = {
  note: {
    title: 'Note',
    inputs: () => [],
    definition: () => null,
  },
  checkpoints: {
    title: 'Checkpoints',
    inputs: () => [],
    definition: ({ checkpoints }) => checkpoints,
  },
  text: {
    title: 'Text',
    inputs: () => [],
    definition: ({ split, separator, paradigm, items, ...text }) =>
      items ? { items: pinned(items), paradigm } : { sha256: sha256OfText(text), split, separator: split === 'separator' ? separator : '', paradigm: 'raw' },
  },
  perplexity: {
    title: 'Perplexity',
    inputs: ({ models, texts }) => [...models, ...texts],
    definition: ({ models, texts, convention }) => ({ models, texts, convention }),
  },
  soup: {
    title: 'Soup',
    inputs: ({ ingredients, text, method }) => [...ingredients, ...(text && method === 'perplexity' ? [text] : [])],
    definition: ({ method, ingredients, parameters, text, convention }) => ({
      method,
      ingredients,
      parameters,
      ...(method === 'perplexity' ? { text, convention } : {}),
    }),
  },
  sweep: {
    title: 'Sweep',
    inputs: ({ between, text, marks }) => [...between, text, ...marks],
    definition: ({ between, text, convention, points, marks }) => ({ between, text, convention, points, marks }),
  },
  evaluation: {
    title: 'Evaluation',
    inputs: ({ models }) => models,
    definition: ({ models, tasks }) => ({ models, tasks: tasks.map(pinned) }),
  },
};

/** Of the text, or of the one that its place is kept for: a text that its author withheld is the same text once it is put in. */
export function sha256OfText({ text, withheld }: Pick<CellOf<'text'>, 'text' | 'withheld'>): string {
  return text === '' && withheld ? withheld.sha256 : sha256Of(text);
}

/** Items are what their hash says, wherever they were fetched. */
function pinned<T extends { commit: string | null }>(items: T): Omit<T, 'commit'> {
  return { ...items, commit: undefined };
}

/** The entry of a cell's own kind; the cast is sound because `kinds` maps each kind to its own cells. */
function kindOf(cell: Cell): Kind<CellKind> {
  return kinds[cell.kind] as unknown as Kind<CellKind>;
}

export function inputsOf(cell: Cell): string[] {
  return [...new Set(kindOf(cell).inputs(cell as never))];
}

export function definitionOf(cell: Cell): unknown {
  return kindOf(cell).definition(cell as never);
}

/** Whether running a cell measures something; notes and texts only say something. */
export function isRunnable(cell: Cell): boolean {
  return cell.kind !== 'note' && cell.kind !== 'text';
}
