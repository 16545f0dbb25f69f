/** The results of a notebook as text for a terminal. */
import { printableLine } from './printable';
import { taskNamed } from '../core/evaluation/tasks';
import { mergeMethods } from '../core/merging/merge-methods';
import { changesByMethod, comparedGroups, judgesOf, type Judge } from '../core/notebook/compared';
import { changeWords } from '../core/notebook/compared-words';
import type { Notebook } from '../core/notebook/document';
import type { CellResult, ComparisonResult, EvaluationResult, KeptResult } from '../core/notebook/results';
import { scoreWords } from '../core/notebook/score-words';
import { comparisonsWith, taskScores } from '../core/notebook/task-scores';

/** Cell by cell, what came out. */
export function textReport(notebook: Notebook, results: ReadonlyMap<string, KeptResult>): string {
  const blocks = [printableLine(notebook.title)];
  for (const cell of notebook.cells) {
    const kept = results.get(cell.id);
    if (kept) blocks.push([printableLine(cell.title || cell.id), ...lines(kept.result)].join('\n  '));
  }
  const backend = [...results.values()][0]?.backend;
  if (backend) blocks.push(`Computed with ${backend.runtime}, ${backend.precision}, ${backend.device}.`);
  return blocks.join('\n\n');
}

function lines(result: CellResult): string[] {
  switch (result.kind) {
    case 'checkpoints':
      return result.checkpoints.map(({ id, parameters, sha256 }) => `${id}  ${parameters.toLocaleString('en-GB')} parameters  sha256 ${sha256.slice(0, 12)}…`);
    case 'perplexity':
      return table(
        ['model', 'text', 'tokens', 'perplexity', 'bits per byte'],
        result.rows.map((r) => [r.model, r.text, `${r.tokens}`, withError(r.perplexity, r.stderr, 2), r.bitsPerByte.toFixed(4)]),
      );
    case 'soup':
      return table(
        ['ingredient', 'coefficient', 'perplexity'],
        result.ingredients.map((name, i) => [
          name,
          withError(result.coefficients[i], result.stderrs?.[i] ?? null, 4),
          result.perplexities[i]?.perplexity.toFixed(2) ?? '',
        ]),
      );
    case 'sweep':
      if (result.soups) return table(['uniform soup of', 'perplexity', 'best of them'], result.soups.map((s) => [s.ingredients.join(' + '), withError(s.perplexity, s.stderr, 2), s.best.perplexity.toFixed(2)]));
      return table(
        [`coefficient of ${result.ends[1]}`, 'perplexity'],
        result.points.map((p) => [p.coefficient.toFixed(3), withError(p.perplexity, p.stderr, 2)]),
      );
    case 'evaluation':
      return result.tasks.flatMap(({ task }) => taskLines(result, task));
    case 'comparison':
      return judgesOf(result).flatMap((judge) => judgeLines(result, judge));
  }
}

/** A row for each group, and what became of each method over all of them. */
function judgeLines(result: ComparisonResult, judge: Judge): string[] {
  const groups = comparedGroups(result, judge);
  const digits = judge.kind === 'text' ? 2 : 3;
  const number = (value: number | null): string => (value === null ? '-' : value.toFixed(digits));
  const methods = [...new Set(groups.flatMap((group) => group.methods.map(({ method }) => method)))];
  const rows = groups.map(({ ingredients, average, best, methods: made }) => [ingredients.join(' + '), number(average), number(best.value), ...made.map(({ value }) => number(value))]);
  return [`${judge.kind === 'text' ? 'Perplexity' : 'Accuracy'} on ${judge.name}`, ...table(['ingredients', 'Avg.ckpt', 'Best.ckpt', ...methods.map((method) => mergeMethods[method].title)], rows), ...changesByMethod(groups).map(changeWords), ''];
}

/** A task's table, and what it says. */
function taskLines(result: EvaluationResult, task: string): string[] {
  const { normalised, metric } = taskNamed(task);
  const rows = table(
    ['model', 'task', 'n', 'acc', '95 % interval', ...(normalised ? ['acc_norm'] : []), ...(metric === 'greedy' ? ['perplexity'] : [])],
    result.rows.filter((row) => row.task === task).map((r) => [
      ...[r.model, task, `${r.n}`, withError(r.accuracy, r.stderr, 3), r.interval.map((end) => end.toFixed(3)).join(' to ')],
      ...(normalised ? [withError(r.accuracyNorm, r.stderrNorm, 3)] : []),
      ...(r.perplexity === null ? [] : [r.perplexity.toFixed(2)]),
    ]),
  );
  const scores = taskScores(result, task);
  return scores ? [...rows, ...scoreWords(scores, comparisonsWith(scores, scores.usual), scores.usual), ''] : rows;
}

function withError(value: number, stderr: number | null, digits: number): string {
  return stderr === null ? value.toFixed(digits) : `${value.toFixed(digits)} ± ${stderr.toFixed(digits)}`;
}

function table(head: string[], rows: string[][]): string[] {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  return [head, ...rows].map((row) => row.map((cell, i) => cell.padEnd(widths[i])).join('  ').trimEnd());
}
