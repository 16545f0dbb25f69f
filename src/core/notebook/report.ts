/** The results of a notebook as plain JSON, for files and other programs. */
import type { Notebook } from './document';
import type { KeptResult } from './results';

export interface Report {
  version: 1;
  backend: string | null;
  checkpoints: { id: string; parameters: number; sha256: string }[];
  /** `nll` is the sum in nats */
  perplexity: { model: string; text: string; fitted: boolean; tokens: number; nll: number; perplexity: number; bitsPerByte: number; stderr: number | null }[];
  soups: { id: string; method: string; ingredients: string[]; coefficients: number[]; stderrs: (number | null)[] | null }[];
  evaluations: { model: string; task: string; n: number; accuracy: number; accuracyNorm: number; stderr: number | null; stderrNorm: number | null; interval: [number, number] }[];
  sweeps: { id: string; ends: [string, string]; points: { coefficient: number; perplexity: number; stderr: number | null }[] }[];
}

export function reportOf(notebook: Notebook, results: ReadonlyMap<string, KeptResult>): Report {
  const report: Report = { version: 1, backend: null, checkpoints: [], perplexity: [], soups: [], evaluations: [], sweeps: [] };
  for (const cell of notebook.cells) {
    const kept = results.get(cell.id);
    if (!kept) continue;
    report.backend = kept.backend.kind;
    const { result } = kept;
    if (result.kind === 'checkpoints') report.checkpoints.push(...result.checkpoints.map(({ id, parameters, sha256 }) => ({ id, parameters, sha256 })));
    if (result.kind === 'perplexity') report.perplexity.push(...result.rows);
    if (result.kind === 'soup' && cell.kind === 'soup') {
      const { ingredients, coefficients, stderrs } = result;
      report.soups.push({ id: cell.id, method: cell.method, ingredients, coefficients, stderrs });
    }
    if (result.kind === 'evaluation') report.evaluations.push(...result.rows);
    if (result.kind === 'sweep') {
      const points = result.points.map(({ coefficient, perplexity, stderr }) => ({ coefficient, perplexity, stderr }));
      report.sweeps.push({ id: cell.id, ends: result.ends, points });
    }
  }
  return report;
}
