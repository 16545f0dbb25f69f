/**
 * Coefficients that minimise the soup's own perplexity on a text. This goes beyond the paper, whose coefficients follow from what the
 * ingredients score each by itself, and like it needs no labels.
 */
import type { Selection, Trial, Trials } from './merge-method';
import { minimumOnLine } from './minimum-on-line';
import { descendOnSimplex } from './simplex';
import { bestOf, checked, startingTrials } from './trials';

/** Soups that are tried at most, the ingredients alone not counted where there are more than two. */
export const mostTrials = 12;

export const search: Selection = {
  kind: 'selection',
  name: 'search',
  title: 'Search',
  says: 'coefficients for which the soup itself has the lowest perplexity on the text',
  paper: 'Kiefer 1953 and Brent 1973 for two ingredients; https://doi.org/10.1006/inco.1996.2612 for more',
  data: 'text',
  reads: ['share'],
  async choose(ingredients, _parameters, trials, soup) {
    const tried: Trial[] = ingredients.length === 2 ? await onLine(trials, soup) : await startingTrials(ingredients.length, trials, soup);
    if (ingredients.length > 2) tried.push(...(await descendOnSimplex(trials, ingredients.length, mostTrials, soup)));
    return { coefficients: bestOf(tried).coefficients, tried };
  },
};

async function onLine(trials: Trials, soup: string): Promise<Trial[]> {
  const tried: Trial[] = [];
  await minimumOnLine(async (c) => {
    const trial = { coefficients: [1 - c, c], loss: checked(await trials.loss([1 - c, c]), soup) };
    tried.push(trial);
    return trial.loss;
  }, mostTrials);
  return tried;
}
