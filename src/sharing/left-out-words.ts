/** Whose numbers go along with a link, and whose do not. */
import type { LeftOut } from '../core/link/share';
import { kinds } from '../core/notebook/cells';

/**
 * @param going how many cells have numbers of the reader's own that go along
 * @param received whether the notebook came with numbers, which go along where there are no own ones
 */
export function leftOutWords(missing: LeftOut[], going: number, received: boolean): string {
  const named = missing.map(({ cell, why }) => `“${cell.title || kinds[cell.kind].title}” (${why === 'not run' ? 'not run' : 'changed since it was run'})`);
  const out = named.length > 0 ? ` Left out: ${named.join(', ')}.` : '';
  if (going === 0 && received) return 'Nothing of this notebook has been run here: the numbers it came with go along.';
  if (going === 0) return `There are no numbers to go along.${out}`;
  return `The numbers of ${missing.length === 0 ? 'every cell go' : going === 1 ? 'one cell go' : `${going} cells go`} along.${out}`;
}
