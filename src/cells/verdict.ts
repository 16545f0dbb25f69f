/** Did the soups help? A sentence computed from what was measured on a text. */
import type { PerplexityRow, ResultOf } from '../core/notebook/results';
import { percentSize } from '../ui/numbers';
import { bestCheckpoint, changeBetween, changeText, type Change } from './against-best';

export interface Verdict {
  /** the best soup against the best checkpoint */
  main: string;
  /** the best soup against the next best; where there are two, the other one against the checkpoint as well */
  rest: string;
}

/** @returns null where there is no soup, or no checkpoint to hold it against */
export function verdictOn(result: ResultOf<'perplexity'>, text: string): Verdict | null {
  const best = bestCheckpoint(result, text);
  const soups = result.rows.filter((row) => row.text === text && !result.checkpoints.includes(row.model)).sort((a, b) => a.perplexity - b.perplexity);
  if (!best || soups.length === 0) return null;
  const where = result.tokens.length > 1 ? `On “${text}”` : 'On this text';
  const [first, second] = soups;
  const against = (row: PerplexityRow, other: PerplexityRow, name: string): string => {
    const change = changeBetween(result, row, other);
    return `“${row.model}” against ${name}: ${changeText(change)}${ifNoise(change)}.`;
  };
  const rest = [
    ...(soups.length === 2 ? [against(second, best, 'the same checkpoint')] : []), // of more the table tells
    ...(soups.length > 1 ? [against(first, second, `“${second.model}”`)] : []),
  ];
  return { main: `${where} ${mainClause(first, best, changeBetween(result, first, best))}`, rest: rest.join(' ') };
}

function mainClause(soup: PerplexityRow, best: PerplexityRow, difference: Change): string {
  const { change, error, withinNoise } = difference;
  const checkpoint = `the best checkpoint (${best.model})`;
  if (withinNoise === true) return `“${soup.model}” and ${checkpoint} do not differ by more than noise: ${changeText(difference)} in perplexity.`;
  const direction = change < 0 ? 'below' : 'above';
  const clause = `the perplexity of “${soup.model}” is ${percentSize(change, error)} ${direction} that of ${checkpoint}`;
  if (withinNoise === null) return `${clause}; the text is too short to tell whether that is chance.`;
  return change < 0 ? `${clause}.` : `${clause}: here the soup did not help.`;
}

function ifNoise({ withinNoise }: Change): string {
  return withinNoise ? ', within noise' : '';
}
