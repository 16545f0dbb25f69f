/** What making a soup came to, in words. */
import type { SoupResult, TrialReport } from '../../core/notebook/results';
import { count, perplexityText, percentSize, withError } from '../../ui/numbers';

/** How the soup does on what did not select, beside the best ingredient; within two standard errors nothing is claimed. */
export function reportSentence({ by, selected, reported }: TrialReport): string {
  const { soup, best, difference, stderr } = reported;
  const unit = by === 'text' ? 'tokens' : 'items';
  const show = (value: number): string => (by === 'text' ? `perplexity ${perplexityText(value)}` : `${(100 * value).toFixed(1)} % right`);
  const where = `${count(selected)} ${unit} selected. On the other ${count(reported.count)}: ${show(soup)}, ${best.model} ${show(best.value)}`;
  if (difference === 0) return `${where}; no difference.`;
  const better = by === 'text' ? difference < 0 : difference > 0;
  const size = by === 'text' ? percentSize(Math.expm1(difference), stderr) : `${(100 * Math.abs(difference)).toFixed(1)}${stderr === null ? '' : ` ± ${(100 * stderr).toFixed(1)}`} points`;
  const sure = stderr === null ? 'how sure that is cannot be told' : Math.abs(difference) > 2 * stderr ? (better ? 'the soup is better' : 'the soup is worse') : 'which is within noise';
  return `${where}. They differ by ${size}: ${sure}.`;
}

/** What a soup without coefficients was made from. */
export function fusionSentence({ method, fusion }: SoupResult): string {
  if (!fusion) return '';
  const { examples, tokens, distance } = fusion.facts;
  const from = 'items' in fusion.recipe.data ? `${count(examples)} labelled items` : `${count(examples)} window${examples === 1 ? '' : 's'} of the text`;
  const shares = method === 'fisher' ? 'Shares are means over all weights: each weight has its own. ' : 'Layers are solved for, everything else is averaged. ';
  return `${shares}Made from ${from}, ${count(tokens)} tokens. Its weights are ${(100 * distance).toFixed(distance < 0.01 ? 2 : 1)} % away from the average of its ingredients.`;
}

/** One trial, as a row of a table. */
export function trialValue(by: TrialReport['by'], loss: number): string {
  return by === 'text' ? perplexityText(Math.exp(loss)) : `${(100 * (1 - loss)).toFixed(1)} %`;
}

export function coefficientsText(coefficients: number[]): string {
  return coefficients.map((c) => withError(c, null, c === 0 || c === 1 ? 0 : 3)).join(', ');
}
