/**
 * The kinds of cell in the order of the work, and what each needs from the cells before it: the table of contents of the app.
 * A new kind is an entry here, a schema in document.ts, a runner in run.ts and a component in src/cells.
 */
import type { Cell, CellKind, CellOf } from './document';

interface Kind<K extends CellKind> {
  title: string;
  /** one line for the person who chooses a kind */
  purpose: string;
  /** the names it refers to: cells, checkpoints or soups above it */
  inputs(cell: CellOf<K>): string[];
  /** what of the cell itself its result depends on, leaving out what is only for show */
  definition(cell: CellOf<K>): unknown;
  /** a fresh cell of this kind */
  blank(id: string): CellOf<K>;
}

const rolling = { kind: 'rolling' } as const;

export const kinds: { [K in CellKind]: Kind<K> } = {
  note: {
    title: 'Note',
    purpose: 'Text with formulas',
    inputs: () => [],
    definition: () => null,
    blank: (id) => ({ id, title: '', kind: 'note', markdown: '' }),
  },
  checkpoints: {
    title: 'Checkpoints',
    purpose: 'Choose checkpoints of one run',
    inputs: () => [],
    definition: ({ checkpoints }) => checkpoints,
    blank: (id) => ({ id, title: '', kind: 'checkpoints', checkpoints: [], presets: [] }),
  },
  text: {
    title: 'Text',
    purpose: 'A text of yours, without labels',
    inputs: () => [],
    definition: ({ text, split, separator, paradigm }) => ({ text, split, separator: split === 'separator' ? separator : '', paradigm }),
    blank: (id) => ({ id, title: '', kind: 'text', text: '', split: 'none', separator: '<|endoftext|>', paradigm: 'raw' }),
  },
  perplexity: {
    title: 'Perplexity',
    purpose: 'How well each model predicts a text',
    inputs: ({ models, texts }) => [...models, ...texts],
    definition: ({ models, texts, convention }) => ({ models, texts, convention }),
    blank: (id) => ({ id, title: '', kind: 'perplexity', models: [], texts: [], convention: rolling }),
  },
  soup: {
    title: 'Soup',
    purpose: 'Merge checkpoints into one',
    inputs: ({ ingredients, text, method }) => [...ingredients, ...(text && method === 'perplexity' ? [text] : [])],
    definition: ({ method, ingredients, parameters, text, convention }) => ({
      method,
      ingredients,
      parameters,
      ...(method === 'perplexity' ? { text, convention } : {}),
    }),
    blank: (id) => ({ id, title: '', kind: 'soup', method: 'uniform', ingredients: [], text: null, convention: rolling, parameters: {} }),
  },
  sweep: {
    title: 'Sweep',
    purpose: 'Perplexity along the line between two models',
    inputs: ({ between, text, marks }) => [...between, text, ...marks],
    definition: ({ between, text, convention, points, marks }) => ({ between, text, convention, points, marks }),
    blank: (id) => ({ id, title: '', kind: 'sweep', between: [], text: 'text', convention: rolling, points: 11, marks: [], at: 0.5 }),
  },
  evaluation: {
    title: 'Evaluation',
    purpose: 'How often each model answers right',
    inputs: ({ models }) => models,
    definition: ({ models, tasks }) => ({ models, tasks }),
    blank: (id) => ({ id, title: '', kind: 'evaluation', models: [], tasks: [] }),
  },
};

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
