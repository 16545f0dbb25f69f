/** One colour per model, the same in every figure. */
import type { Notebook } from '../core/notebook/document';

const methodColours: Record<string, string> = { uniform: 'var(--uniform)', perplexity: 'var(--weighted)' };

/** The first and the last checkpoint of a pair, and soups by their method; other models go without. */
export function coloursOf({ cells }: Notebook): Record<string, string> {
  const colours = new Map<string, string>();
  for (const cell of cells) {
    if (cell.kind === 'soup' && cell.method in methodColours) colours.set(cell.id, methodColours[cell.method]);
    if (cell.kind === 'checkpoints' && cell.checkpoints.length === 2) {
      const [earlier, later] = cell.checkpoints;
      colours.set(earlier.id, 'var(--earlier)');
      colours.set(later.id, 'var(--later)');
    }
  }
  return Object.fromEntries(colours); // with a model called “__proto__”, which an assignment would lose
}
