/** Running a sweep: the line between two models, every pair of several, or the last ones before each. */
import type { TextScores } from '../engine';
import { failure } from '../errors';
import { perplexityOf, standardError } from '../perplexity/perplexity';
import { mix, type Model } from '../soup/model';
import type { CellOf } from './document';
import { modelInputs, soupModel, textInput } from './inputs';
import type { Kitchen } from './kitchen';
import type { ResultOf, SweepPoint, SweepSoup } from './results';
import { scoreOf } from './scores';

type Sweep = CellOf<'sweep'>;
type Measure = (model: Model) => Promise<TextScores>;

/** The paper merges two, three and four neighbours (its figures 3 and 6). */
export const mostNeighbours = 4;

/** @throws input-needed, input-missing, and what engine and stop throw */
export async function runSweep(cell: Sweep, kitchen: Kitchen): Promise<ResultOf<'sweep'>> {
  return cell.over === 'line' ? overLine(cell, kitchen) : overSoups(cell, kitchen);
}

/** The model at a coefficient of the later end; the ends are the checkpoints themselves, so that their scores are shared. */
export function modelOnLine([earlier, later]: [Model, Model], coefficient: number): Model {
  if (coefficient === 0) return earlier;
  if (coefficient === 1) return later;
  return mix(`${coefficient.toFixed(3)} ${later.id}`, [earlier, later], [1 - coefficient, coefficient]);
}

/** The perplexity at one coefficient, for the slider. */
export async function measureOnLine(cell: Sweep, coefficient: number, kitchen: Kitchen): Promise<SweepPoint> {
  const ends = lineEnds(cell, kitchen);
  const measure = await measurer(cell, kitchen);
  return sweepPoint(coefficient, await measure(modelOnLine(ends, coefficient)), [await measure(ends[0]), await measure(ends[1])]);
}

async function overLine(cell: Sweep, kitchen: Kitchen): Promise<ResultOf<'sweep'>> {
  const ends = lineEnds(cell, kitchen);
  const measure = await measurer(cell, kitchen);
  const atEnds = [await measure(ends[0]), await measure(ends[1])];
  const coefficients = Array.from({ length: cell.points }, (_, i) => i / (cell.points - 1));
  const points: SweepPoint[] = [];
  for (const [i, coefficient] of coefficients.entries()) {
    points.push(sweepPoint(coefficient, await measure(modelOnLine(ends, coefficient)), atEnds));
    kitchen.watch.onProgress({ doing: `Point ${i + 1} of ${coefficients.length}`, done: (i + 1) / coefficients.length, secondsLeft: null });
  }
  const marks = [];
  for (const name of cell.marks) {
    const place = placeOnLine(cell, name, ends, kitchen);
    if (place) marks.push({ soup: name, method: place.method, point: sweepPoint(place.coefficient, await measure(place.model), atEnds) });
  }
  return { kind: 'sweep', ends: [ends[0].id, ends[1].id], points, marks };
}

async function overSoups(cell: Sweep, kitchen: Kitchen): Promise<ResultOf<'sweep'>> {
  const models = twoOrMore(cell, kitchen);
  const measure = await measurer(cell, kitchen);
  const groups = cell.over === 'pairs' ? pairsOf(models) : lengthsOf(models);
  const soups: SweepSoup[] = [];
  for (const [i, group] of groups.entries()) {
    soups.push(await soupOf(group, measure));
    kitchen.watch.onProgress({ doing: `Soup ${i + 1} of ${groups.length}`, done: (i + 1) / groups.length, secondsLeft: null });
  }
  return { kind: 'sweep', ends: [models[0].id, models[models.length - 1].id], points: [], marks: [], soups };
}

/** Every model alone, then each with each later one. */
function pairsOf(models: Model[]): Model[][] {
  return [...models.map((model) => [model]), ...models.flatMap((earlier, i) => models.slice(i + 1).map((later) => [earlier, later]))];
}

/** Up to each model the last one, two, three and four, where there are so many. */
function lengthsOf(models: Model[]): Model[][] {
  return models.flatMap((_, i) => Array.from({ length: Math.min(mostNeighbours, i + 1) }, (_, before) => models.slice(i - before, i + 1)));
}

async function soupOf(group: Model[], measure: Measure): Promise<SweepSoup> {
  const alone = [];
  for (const model of group) alone.push({ model, scores: await measure(model) });
  const best = alone.reduce((a, b) => (total(b.scores) < total(a.scores) ? b : a));
  const scores = group.length === 1 ? best.scores : await measure(mix(group.map(({ id }) => id).join(' + '), group, group.map(() => 1 / group.length)));
  const [ours, theirs] = [perplexityOf(scores.documents, scores.bytes), perplexityOf(best.scores.documents, best.scores.bytes)];
  return {
    ...ours,
    ingredients: group.map(({ id }) => id),
    best: { model: best.model.id, perplexity: theirs.perplexity },
    difference: (ours.nll - theirs.nll) / ours.tokens,
    differenceStderr: standardError([{ documents: scores.documents, weight: 1 }, { documents: best.scores.documents, weight: -1 }]),
  };
}

async function measurer(cell: Sweep, kitchen: Kitchen): Promise<Measure> {
  const text = await textInput(kitchen.notebook, cell, cell.text, kitchen.items);
  return (model) => scoreOf(kitchen, model, text, cell.convention);
}

function twoOrMore(cell: Sweep, { notebook, results }: Kitchen): Model[] {
  const models = modelInputs(notebook, cell, cell.between, results);
  if (models.length < 2) throw failure('input-needed', { cell: cell.id, wanted: 'two models, the ends of its line' });
  return models;
}

function lineEnds(cell: Sweep, kitchen: Kitchen): [Model, Model] {
  const models = twoOrMore(cell, kitchen);
  return [models[0], models[models.length - 1]];
}

/** Where a soup lies on the line, or null when it has other ingredients than the two ends, or no coefficients. */
function placeOnLine(cell: Sweep, name: string, ends: [Model, Model], { notebook, results }: Kitchen): { model: Model; method: string; coefficient: number } | null {
  const soup = notebook.cells.find((other): other is CellOf<'soup'> => other.kind === 'soup' && other.id === name);
  if (!soup) throw failure('input-missing', { cell: cell.id, input: name, wanted: 'soup' });
  const ids = modelInputs(notebook, soup, soup.ingredients, results).map(({ id }) => id);
  const resolved = results.soup(name);
  if (!resolved || resolved.fusion || ids.length !== 2 || ids[0] !== ends[0].id || ids[1] !== ends[1].id) return null;
  return { model: soupModel(notebook, soup, results), method: soup.method, coefficient: resolved.coefficients[1] };
}

function sweepPoint(coefficient: number, scores: TextScores, ends: TextScores[]): SweepPoint {
  const perplexity = perplexityOf(scores.documents, scores.bytes);
  const best = ends.reduce((a, b) => (total(b) < total(a) ? b : a));
  const pairedStderr = standardError([{ documents: scores.documents, weight: 1 }, { documents: best.documents, weight: -1 }]);
  return { coefficient, ...perplexity, pairedStderr };
}

function total({ documents, bytes }: TextScores): number {
  return perplexityOf(documents, bytes).nll;
}
