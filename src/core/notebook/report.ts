/** The results of a notebook as plain JSON, for files and other programs. */
import type { FusionFacts } from '../merging/fusion';
import type { BackendInfo } from '../scoring/backend';
import { changesByMethod, comparedGroups, judgesOf, type ComparedGroup, type Judge, type MethodChanges } from './compared';
import type { Cell, Notebook } from './document';
import type { CellResult, KeptResult, ResultOf, SweepSoup } from './results';

export interface Report {
  version: 1;
  backend: string | null;
  /** the cells with a result; each number below names its cell */
  cells: ReportedCell[];
  checkpoints: { cell: string; id: string; parameters: number; sha256: string }[];
  /** `nll` is the sum in nats; `fitted`: the model's coefficients were taken from this very text */
  perplexity: { cell: string; model: string; text: string; fitted: boolean; tokens: number; nll: number; perplexity: number; bitsPerByte: number; stderr: number | null }[];
  /** `id` is the cell's */
  soups: ({ id: string; method: string; ingredients: string[]; coefficients: number[]; stderrs: (number | null)[] | null } & Pick<ResultOf<'soup'>, 'trials'> & { facts?: FusionFacts })[];
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
  /** `id` is the cell's; `coefficient` is that of the later end; `soups` are there where the sweep goes over pairs or lengths */
  sweeps: { id: string; text: string; ends: [string, string]; points: { coefficient: number; tokens: number; perplexity: number; stderr: number | null }[]; soups?: SweepSoup[] }[];
  /** `id` is the cell's; `change` is relative to the best ingredient, positive where the soup is better */
  comparisons: { id: string; groups: string[][]; judges: (Judge & { groups: ComparedGroup[]; methods: MethodChanges[] })[] }[];
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
  const report: Report = { version: 1, backend: null, cells: [], checkpoints: [], perplexity: [], soups: [], evaluations: [], sweeps: [], comparisons: [] };
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
      return void report.sweeps.push({ id: cell.id, text: cell.kind === 'sweep' ? cell.text : '', ends: result.ends, points: result.points.map(pointOf), ...(result.soups && { soups: result.soups }) });
    case 'comparison':
      return void report.comparisons.push({ id: cell.id, groups: result.groups, judges: judgesOf(result).map((judge) => judged(result, judge)) });
  }
}

function judged(result: ResultOf<'comparison'>, judge: Judge): Report['comparisons'][number]['judges'][number] {
  const groups = comparedGroups(result, judge);
  return { ...judge, groups, methods: changesByMethod(groups) };
}

function soupOf(id: string, { method, ingredients, coefficients, stderrs, trials, fusion }: ResultOf<'soup'>): Report['soups'][number] {
  return { id, method, ingredients, coefficients, stderrs, ...(trials && { trials }), ...(fusion && { facts: fusion.facts }) };
}

function shotsOf({ tasks }: ResultOf<'evaluation'>, task: string): number {
  return tasks.find((asked) => asked.task === task)?.shots ?? 0;
}

function pointOf({ coefficient, tokens, perplexity, stderr }: ResultOf<'sweep'>['points'][number]): Report['sweeps'][number]['points'][number] {
  return { coefficient, tokens, perplexity, stderr };
}
