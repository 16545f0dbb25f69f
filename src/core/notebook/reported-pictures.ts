/**
 * Reported numbers as their pictures have them. What follows from them is computed; errors of differences are not reported, so that
 * there are none. What a foreign notebook reports of models that nothing else is said of is left out.
 */
import { comparedSoupName, judgesOf, type Judge, type MethodChanges } from './compared';
import type { Notebook } from './document';
import { expandNames } from './inputs';
import type { ReportedOf } from './reported';
import { numbersOf } from './reproduction-numbers';
import type { DrawnSoup } from './results';

/** The soups of a sweep over pairs or lengths. */
export function drawnSoups({ soups }: ReportedOf<'sweep'>): DrawnSoup[] {
  const mean = ({ nll, tokens }: (typeof soups)[number]): number => nll / tokens;
  const finite = soups.filter((soup) => Number.isFinite(Math.exp(mean(soup))));
  const alone = new Map(finite.filter(({ ingredients }) => ingredients.length === 1).map((soup) => [soup.ingredients[0], soup]));
  return finite.flatMap((soup) => {
    const models = soup.ingredients.flatMap((name) => alone.get(name) ?? []);
    if (models.length === 0 || models.length < soup.ingredients.length) return [];
    const best = models.reduce((a, b) => (mean(b) < mean(a) ? b : a));
    return { ingredients: soup.ingredients, perplexity: Math.exp(mean(soup)), stderr: soup.stderr, best: { model: best.ingredients[0], perplexity: Math.exp(mean(best)) }, difference: mean(soup) - mean(best) };
  });
}

/** The relative changes of each method against the best ingredient of each group, under one judge. */
export interface JudgedChanges {
  judge: Judge;
  methods: Pick<MethodChanges, 'method' | 'changes' | 'mean'>[];
}

/** @param notebook what the numbers are reported with: its comparison says which soup is whose */
export function reportedChanges(reported: ReportedOf<'comparison'>, notebook: Notebook): JudgedChanges[] {
  const cell = notebook.cells.find(({ id }) => id === reported.cell);
  if (cell?.kind !== 'comparison') return [];
  const groups = cell.groups.map((group) => expandNames(notebook, group));
  return judgesOf({ perplexities: reported.perplexities, tasks: reported.rows }).map((judge) => {
    const values = valuesBy(judge, reported);
    const methods = cell.methods.map((method) => {
      const changes = groups.flatMap((group, i) => changeOf(judge, values, comparedSoupName(method, i), group));
      return { method, changes, mean: changes.reduce((a, b) => a + b, 0) / changes.length };
    });
    return { judge, methods: methods.filter(({ changes }) => changes.length > 0) };
  });
}

/** Nothing where a soup was not made. */
function changeOf({ kind }: Judge, values: ReadonlyMap<string, number>, soup: string, group: string[]): number[] {
  const [value, ...ingredients] = [soup, ...group].map((model) => values.get(model) ?? NaN);
  const change = kind === 'text' ? 1 - value / Math.min(...ingredients) : value / Math.max(...ingredients) - 1;
  return Number.isFinite(change) ? [change] : [];
}

/** What a text or a task says of each model: the perplexity, or the accuracy. */
function valuesBy({ kind, name }: Judge, reported: ReportedOf<'comparison'>): Map<string, number> {
  if (kind === 'text') return new Map(reported.perplexities.filter(({ text }) => text === name).map(({ model, nll, tokens }) => [model, Math.exp(nll / tokens)]));
  return new Map(numbersOf(reported).flatMap((number) => (number.quantity === 'accuracy' && number.task === name ? [[number.model, number.told.value]] : [])));
}
