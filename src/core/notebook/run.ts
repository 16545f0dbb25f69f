/** Running a cell: names become values, the engine measures, formulas turn measurements into a result. */
import { failure } from '../errors';
import { perplexityOf } from '../perplexity/perplexity';
import { isCheckpoint } from '../soup/model';
import type { Cell, CellKind, CellOf } from './document';
import { isFitted, modelInputs, textInput } from './inputs';
import type { Kitchen } from './kitchen';
import type { CellResult, PerplexityResult, ResultOf } from './results';
import { runComparison } from './run-comparison';
import { runEvaluation } from './run-evaluation';
import { runSoup } from './run-soup';
import { runSweep } from './run-sweep';
import { scoresOf } from './scores';

type Runners = { [K in 'checkpoints' | 'perplexity' | 'soup' | 'sweep' | 'evaluation' | 'comparison']: (cell: CellOf<K>, kitchen: Kitchen) => Promise<ResultOf<K>> };

const runners: Runners = { checkpoints: runCheckpoints, perplexity: runPerplexity, soup: runSoup, sweep: runSweep, evaluation: runEvaluation, comparison: runComparison };

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
