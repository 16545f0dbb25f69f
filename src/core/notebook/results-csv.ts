/** The results of a notebook as one tidy table: a row for each number, with all that says which number it is. */
import Papa from 'papaparse';
import type { Report, ReportedCell } from './report';

/** `at` is a place on a sweep's line: the share of `ingredient`, its later end. `low` and `high` are the ends of a 95 % interval. */
const columns = [
  ...['cell', 'kind', 'model', 'text', 'task', 'shots', 'ingredient', 'at'],
  ...['quantity', 'value', 'stderr', 'low', 'high', 'n', 'fitted'],
  ...['backend', 'precision', 'runtime', 'device', 'finished'],
];

/** how a formula begins; papaparse's own pattern misses those of several lines */
const formula = /^[=+\-@\t\r]/;

type Row = Record<string, string | number | boolean | null>;

/**
 * Comma-separated, its first line the names of the columns; quantities have the names they have in the report.
 * What a spreadsheet would take for a formula has an apostrophe in front: the names in a notebook are anyone's.
 */
export function resultsCsv(report: Report): string {
  const rows = report.cells.flatMap((cell) => {
    const where = whereOf(cell);
    return numbersOf(report, cell).map((numbers) => ({ ...where, ...numbers }));
  });
  return `${Papa.unparse({ fields: columns, data: rows }, { escapeFormulae: formula })}\r\n`;
}

function whereOf({ id, kind, backend, precision, runtime, device, finished }: ReportedCell): Row {
  return { cell: id, kind, backend, precision, runtime, device, finished };
}

function numbersOf(report: Report, { id, kind }: ReportedCell): Row[] {
  switch (kind) {
    case 'checkpoints':
      return report.checkpoints.filter(({ cell }) => cell === id).map(({ id: model, parameters }) => ({ model, quantity: 'parameters', value: parameters }));
    case 'perplexity':
      return report.perplexity.filter(({ cell }) => cell === id).flatMap(perplexityRows);
    case 'soup':
      return report.soups.filter((soup) => soup.id === id).flatMap(coefficientRows);
    case 'sweep':
      return report.sweeps.filter((sweep) => sweep.id === id).flatMap(sweepRows);
    case 'evaluation':
      return report.evaluations.filter(({ cell }) => cell === id).flatMap(evaluationRows);
    case 'comparison':
      return report.comparisons.filter((comparison) => comparison.id === id).flatMap(comparisonRows);
  }
}

function perplexityRows({ model, text, fitted, tokens, nll, perplexity, bitsPerByte, stderr }: Report['perplexity'][number]): Row[] {
  const what = { model, text, fitted, n: tokens };
  return [
    { ...what, quantity: 'perplexity', value: perplexity, stderr },
    { ...what, quantity: 'nll', value: nll },
    { ...what, quantity: 'bitsPerByte', value: bitsPerByte },
  ];
}

function coefficientRows({ id, ingredients, coefficients, stderrs }: Report['soups'][number]): Row[] {
  return ingredients.map((ingredient, i) => ({ model: id, ingredient, quantity: 'coefficient', value: coefficients[i], stderr: stderrs?.[i] ?? null }));
}

/** `ingredient` names all of a soup's. */
function comparisonRows({ judges }: Report['comparisons'][number]): Row[] {
  return judges.flatMap(({ kind, name, groups }) =>
    groups.flatMap(({ ingredients, average, best, methods }) => {
      const what = { [kind]: name, ingredient: ingredients.join(' + ') };
      const quantity = kind === 'text' ? 'perplexity' : 'accuracy';
      return [
        { ...what, model: 'Avg.ckpt', quantity, value: average },
        { ...what, model: `Best.ckpt ${best.model}`, quantity, value: best.value },
        ...methods.flatMap(({ method, value, stderr, change, changeStderr, fitted }) => [
          { ...what, model: method, quantity, value, stderr, fitted },
          { ...what, model: method, quantity: 'change', value: change, stderr: changeStderr, fitted },
        ]),
      ];
    }),
  );
}

function sweepRows({ text, ends, points, soups = [] }: Report['sweeps'][number]): Row[] {
  if (soups.length > 0) return soups.map(({ ingredients, tokens, perplexity, stderr }) => ({ text, ingredient: ingredients.join(' + '), quantity: 'perplexity', value: perplexity, stderr, n: tokens }));
  return points.map(({ coefficient, tokens, perplexity, stderr }) => ({ text, ingredient: ends[1], at: coefficient, quantity: 'perplexity', value: perplexity, stderr, n: tokens }));
}

function evaluationRows({ model, task, shots, fitted, n, accuracy, accuracyNorm, stderr, stderrNorm, interval, perplexity }: Report['evaluations'][number]): Row[] {
  const what = { model, task, shots, fitted, n };
  return [
    { ...what, quantity: 'accuracy', value: accuracy, stderr, low: interval[0], high: interval[1] },
    { ...what, quantity: 'accuracyNorm', value: accuracyNorm, stderr: stderrNorm },
    ...(perplexity === null ? [] : [{ ...what, quantity: 'perplexity', value: perplexity }]),
  ];
}
