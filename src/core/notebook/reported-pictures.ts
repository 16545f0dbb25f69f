/**
 * Reported numbers as their pictures have them. What follows from them is computed; errors of differences are not reported, so that
 * there are none. What a foreign notebook reports of models that nothing else is said of is left out.
 */
import { comparedSoupName, type Judge, type MethodChanges } from './compared';
import type { Notebook } from './document';
import { expandNames } from './inputs';
import type { ReportedOf } from './reported';
import { numbersOf } from './reproduction-numbers';
import type { SweepSoup } from './results';

/** A soup of several models as its pictures need it. */
export type DrawnSoup = Pick<SweepSoup, 'ingredients' | 'perplexity' | 'stderr' | 'best' | 'difference'>;

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
  return judgedBy(reported).map(({ judge, values }) => {
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

/** What each text and each task says of each model: the perplexity, or the accuracy. */
function judgedBy(reported: ReportedOf<'comparison'>): { judge: Judge; values: Map<string, number> }[] {
  const judges = new Map<string, { judge: Judge; values: Map<string, number> }>();
  const note = (judge: Judge, model: string, value: number): void => {
    const key = `${judge.kind} ${judge.name}`;
    if (!judges.has(key)) judges.set(key, { judge, values: new Map() });
    judges.get(key)?.values.set(model, value);
  };
  for (const { model, text, nll, tokens } of reported.perplexities) note({ kind: 'text', name: text }, model, Math.exp(nll / tokens));
  for (const number of numbersOf(reported)) if (number.quantity === 'accuracy') note({ kind: 'task', name: number.task }, number.model, number.told.value);
  return [...judges.values()];
}
