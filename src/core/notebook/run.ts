/** Running a cell: names become values, the engine measures, formulas turn measurements into a result. */
import type { TextScores } from '../engine';
import { failure } from '../errors';
import { perplexityOf, standardError } from '../perplexity/perplexity';
import { isCheckpoint, mix, type Model } from '../soup/model';
import type { Cell, CellKind, CellOf } from './document';
import { isFitted, modelInputs, soupModel, textInput } from './inputs';
import type { Kitchen } from './kitchen';
import type { CellResult, PerplexityResult, ResultOf, SweepPoint } from './results';
import { runEvaluation } from './run-evaluation';
import { runSoup } from './run-soup';
import { scoreOf, scoresOf } from './scores';

type Runners = { [K in 'checkpoints' | 'perplexity' | 'soup' | 'sweep' | 'evaluation']: (cell: CellOf<K>, kitchen: Kitchen) => Promise<ResultOf<K>> };

const runners: Runners = { checkpoints: runCheckpoints, perplexity: runPerplexity, soup: runSoup, sweep: runSweep, evaluation: runEvaluation };

/**
 * Runs one cell; the cells it rests on have been run before.
 * @throws a Failure that says what is wrong with the cell, its inputs or the engine
 */
export function runCell(cell: Cell, kitchen: Kitchen): Promise<CellResult> {
  const runner = runners[cell.kind as keyof Runners] as ((cell: Cell, kitchen: Kitchen) => Promise<CellResult>) | undefined;
  if (!runner) throw new Error(`a ${cell.kind satisfies CellKind} cell is not run`);
  return runner(cell, kitchen);
}

async function runCheckpoints(cell: CellOf<'checkpoints'>, { engine, watch }: Kitchen): Promise<ResultOf<'checkpoints'>> {
  if (cell.checkpoints.length === 0) throw failure('input-needed', { cell: cell.id, wanted: 'at least one checkpoint' });
  const facts = [];
  for (const ref of cell.checkpoints) {
    watch.checkStopped();
    facts.push(await engine.open(ref, watch));
  }
  return { kind: 'checkpoints', checkpoints: facts };
}

async function runPerplexity(cell: CellOf<'perplexity'>, kitchen: Kitchen): Promise<PerplexityResult> {
  const models = modelInputs(kitchen.notebook, cell, cell.models, kitchen.results);
  if (cell.texts.length === 0) throw failure('input-needed', { cell: cell.id, wanted: 'a text' });
  const checkpoints = models.filter(isCheckpoint).map(({ id }) => id);
  const result: PerplexityResult = { kind: 'perplexity', checkpoints, rows: [], tokens: [], window: 0 };
  for (const name of cell.texts) {
    const text = await textInput(kitchen.notebook, cell, name, kitchen.items);
    const scores = await scoresOf(kitchen, models, text, cell.convention);
    result.tokens.push({
      text: name,
      pieces: await kitchen.engine.pieces(models[0].ingredients[0].checkpoint, text, cell.convention),
      models: scores.map(({ documents }, i) => ({ model: models[i].id, nll: documents })),
    });
    for (const [i, { id: model }] of models.entries()) {
      result.rows.push({ model, text: name, fitted: isFitted(kitchen.notebook, model, name), ...perplexityOf(scores[i].documents, scores[i].bytes) });
    }
    result.window = scores[0].window;
  }
  return result;
}

/** The model at a coefficient of the later end; the ends are the checkpoints themselves, so that their scores are shared. */
export function modelOnLine([earlier, later]: [Model, Model], coefficient: number): Model {
  if (coefficient === 0) return earlier;
  if (coefficient === 1) return later;
  return mix(`${coefficient.toFixed(3)} ${later.id}`, [earlier, later], [1 - coefficient, coefficient]);
}

async function runSweep(cell: CellOf<'sweep'>, kitchen: Kitchen): Promise<ResultOf<'sweep'>> {
  const ends = lineEnds(cell, kitchen);
  const text = await textInput(kitchen.notebook, cell, cell.text, kitchen.items);
  const measure = (coefficient: number): Promise<TextScores> => scoreOf(kitchen, modelOnLine(ends, coefficient), text, cell.convention);
  const atEnds = [await measure(0), await measure(1)];
  const coefficients = Array.from({ length: cell.points }, (_, i) => i / (cell.points - 1));
  const points: SweepPoint[] = [];
  for (const [i, coefficient] of coefficients.entries()) {
    points.push(sweepPoint(coefficient, await measure(coefficient), atEnds));
    kitchen.watch.onProgress({ doing: `Point ${i + 1} of ${coefficients.length}`, done: (i + 1) / coefficients.length, secondsLeft: null });
  }
  const marks = [];
  for (const name of cell.marks) {
    const place = placeOnLine(cell, name, ends, kitchen);
    if (place) {
      const scores = await scoreOf(kitchen, place.model, text, cell.convention);
      marks.push({ soup: name, method: place.method, point: sweepPoint(place.coefficient, scores, atEnds) });
    }
  }
  return { kind: 'sweep', ends: [ends[0].id, ends[1].id], points, marks };
}

/** The perplexity at one coefficient, for the slider. */
export async function measureOnLine(cell: CellOf<'sweep'>, coefficient: number, kitchen: Kitchen): Promise<SweepPoint> {
  const ends = lineEnds(cell, kitchen);
  const text = await textInput(kitchen.notebook, cell, cell.text, kitchen.items);
  const measure = (c: number): Promise<TextScores> => scoreOf(kitchen, modelOnLine(ends, c), text, cell.convention);
  return sweepPoint(coefficient, await measure(coefficient), [await measure(0), await measure(1)]);
}

function lineEnds(cell: CellOf<'sweep'>, { notebook, results }: Kitchen): [Model, Model] {
  const models = modelInputs(notebook, cell, cell.between, results);
  if (models.length < 2) throw failure('input-needed', { cell: cell.id, wanted: 'two models, the ends of its line' });
  return [models[0], models[models.length - 1]];
}

/** Where a soup lies on the line, or null when it has other ingredients than the two ends. */
function placeOnLine(cell: CellOf<'sweep'>, name: string, ends: [Model, Model], { notebook, results }: Kitchen): { model: Model; method: string; coefficient: number } | null {
  const soup = notebook.cells.find((other): other is CellOf<'soup'> => other.kind === 'soup' && other.id === name);
  if (!soup) throw failure('input-missing', { cell: cell.id, input: name, wanted: 'soup' });
  const ids = modelInputs(notebook, soup, soup.ingredients, results).map(({ id }) => id);
  const coefficients = results.soup(name)?.coefficients;
  if (!coefficients || ids.length !== 2 || ids[0] !== ends[0].id || ids[1] !== ends[1].id) return null;
  return { model: soupModel(notebook, soup, results), method: soup.method, coefficient: coefficients[1] };
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
