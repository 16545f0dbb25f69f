/** The results of a notebook as plain JSON, for files and other programs. */
import type { BackendInfo } from '../scoring/backend';
import type { Cell, Notebook } from './document';
import type { CellResult, KeptResult, ResultOf } from './results';

export interface Report {
  version: 1;
  backend: string | null;
  /** the cells with a result; each number below names its cell */
  cells: ReportedCell[];
  checkpoints: { cell: string; id: string; parameters: number; sha256: string }[];
  /** `nll` is the sum in nats; `fitted`: the model's coefficients were taken from this very text */
  perplexity: { cell: string; model: string; text: string; fitted: boolean; tokens: number; nll: number; perplexity: number; bitsPerByte: number; stderr: number | null }[];
  /** `id` is the cell's */
  soups: { id: string; method: string; ingredients: string[]; coefficients: number[]; stderrs: (number | null)[] | null }[];
  /** `fitted`: the model's coefficients were taken from a text made of this task's items; `interval` is that of the accuracy, 95 % */
  evaluations: {
    cell: string;
    model: string;
    task: string;
    shots: number;
    fitted: boolean;
    n: number;
    accuracy: number;
    accuracyNorm: number;
    stderr: number | null;
    stderrNorm: number | null;
    interval: [number, number];
    perplexity: number | null;
  }[];
  /** `id` is the cell's; `coefficient` is that of the later end */
  sweeps: { id: string; text: string; ends: [string, string]; points: { coefficient: number; tokens: number; perplexity: number; stderr: number | null }[] }[];
}

/** Where and when a cell was computed. */
export interface ReportedCell extends Omit<BackendInfo, 'kind'> {
  id: string;
  title: string;
  kind: CellResult['kind'];
  backend: BackendInfo['kind'];
  /** ISO 8601 */
  finished: string;
}

export function reportOf(notebook: Notebook, results: ReadonlyMap<string, KeptResult>): Report {
  const report: Report = { version: 1, backend: null, cells: [], checkpoints: [], perplexity: [], soups: [], evaluations: [], sweeps: [] };
  for (const cell of notebook.cells) {
    const kept = results.get(cell.id);
    if (!kept || kept.result.kind !== cell.kind) continue;
    report.backend = kept.backend.kind;
    report.cells.push(computedCell(cell, kept));
    addResult(report, cell, kept.result);
  }
  return report;
}

function computedCell({ id, title }: Cell, { backend, finished, result }: KeptResult): ReportedCell {
  const { kind, ...where } = backend;
  return { id, title, kind: result.kind, backend: kind, ...where, finished };
}

function addResult(report: Report, cell: Cell, result: CellResult): void {
  switch (result.kind) {
    case 'checkpoints':
      return void report.checkpoints.push(...result.checkpoints.map(({ id, parameters, sha256 }) => ({ cell: cell.id, id, parameters, sha256 })));
    case 'perplexity':
      return void report.perplexity.push(...result.rows.map((row) => ({ cell: cell.id, ...row })));
    case 'soup':
      return void report.soups.push(soupOf(cell.id, result));
    case 'evaluation':
      return void report.evaluations.push(...result.rows.map((row) => ({ cell: cell.id, ...row, shots: shotsOf(result, row.task) })));
    case 'sweep':
      return void report.sweeps.push({ id: cell.id, text: cell.kind === 'sweep' ? cell.text : '', ends: result.ends, points: result.points.map(pointOf) });
  }
}

function soupOf(id: string, { method, ingredients, coefficients, stderrs }: ResultOf<'soup'>): Report['soups'][number] {
  return { id, method, ingredients, coefficients, stderrs };
}

function shotsOf({ tasks }: ResultOf<'evaluation'>, task: string): number {
  return tasks.find((asked) => asked.task === task)?.shots ?? 0;
}

function pointOf({ coefficient, tokens, perplexity, stderr }: ResultOf<'sweep'>['points'][number]): Report['sweeps'][number]['points'][number] {
  return { coefficient, tokens, perplexity, stderr };
}
