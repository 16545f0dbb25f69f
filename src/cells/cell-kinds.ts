/** The kinds of cell as they are offered, in the order of the work. */
import type { CellKind } from '../core/notebook/document';

export const cellKinds: { kind: CellKind; words: string }[] = [
  { kind: 'note', words: 'words and formulas' },
  { kind: 'checkpoints', words: 'the model at some steps of its training' },
  { kind: 'text', words: 'pasted, from a file, or made of a task’s items; no labels' },
  { kind: 'soup', words: 'a weighted average of checkpoints' },
  { kind: 'sweep', words: 'the line between two models, or every pair of several' },
  { kind: 'perplexity', words: 'how well models predict texts' },
  { kind: 'evaluation', words: 'questions with a right answer' },
  { kind: 'comparison', words: 'merge methods side by side, group by group' },
];
