/** What a link or a file says of a result: its numbers, to nine digits, and which items were right. */
import { isRight } from '../evaluation/accuracy';
import { taskNamed } from '../evaluation/tasks';
import type { Perplexity } from '../perplexity/perplexity';
import type { ReportedOf, ReportedResult } from './reported';
import type { EvaluationResult, KeptResult, PerplexityRow, SoupResult, SweepPoint, SweepResult } from './results';
import { rightBits } from './right-bits';

type Numbers<K extends ReportedResult['kind']> = Omit<ReportedOf<K>, 'cell' | 'key' | 'backend'>;

/** How much of a key stands in a reported result. */
export const keyDigits = 16;

/**
 * @param cell its id
 * @param key the cell's key in the notebook that the numbers go along with
 * @returns null for checkpoints: the notebook itself says what they are
 */
export function reportedResult(cell: string, key: string, { result, backend }: KeptResult): ReportedResult | null {
  const base = { cell, key: key.slice(0, keyDigits), backend: { ...backend } };
  switch (result.kind) {
    case 'checkpoints':
      return null;
    case 'soup':
      return { ...base, ...soup(result) };
    case 'perplexity':
      return { ...base, kind: 'perplexity', rows: rowsOf(result.rows) };
    case 'sweep':
      return { ...base, ...sweep(result) };
    case 'evaluation':
      return { ...base, kind: 'evaluation', rows: answersOf(result) };
    case 'comparison':
      return { ...base, kind: 'comparison', perplexities: rowsOf(result.perplexities), rows: answersOf(result) };
  }
}

function soup({ ingredients, coefficients, stderrs, perplexities }: SoupResult): Numbers<'soup'> {
  const nll = perplexities.map(({ nll, tokens }) => rounded(nll / tokens));
  return { kind: 'soup', ingredients, coefficients: coefficients.map(rounded), stderrs: stderrs && stderrs.map(roundedError), nll };
}

function rowsOf(rows: PerplexityRow[]): Numbers<'perplexity'>['rows'] {
  return rows.map((row) => ({ model: row.model, text: row.text, ...scored(row), bitsPerByte: rounded(row.bitsPerByte) }));
}

function sweep({ ends, points, marks, soups = [] }: SweepResult): Numbers<'sweep'> {
  return {
    kind: 'sweep',
    ends,
    points: points.map(pointOf),
    marks: marks.map(({ soup, point }) => ({ soup, point: pointOf(point) })),
    soups: soups.map((soup) => ({ ingredients: soup.ingredients, ...scored(soup) })),
  };
}

function answersOf({ tasks, rows, answers }: Pick<EvaluationResult, 'tasks' | 'rows' | 'answers'>): Numbers<'evaluation'>['rows'] {
  return rows.map(({ model, task, n, accuracyNorm }) => {
    const gold = tasks.find((asked) => asked.task === task)?.gold ?? [];
    const given = answers.find((each) => each.model === model && each.task === task)?.answers ?? [];
    const right = given.map((answer, i) => isRight(taskNamed(task).metric, gold[i], answer));
    return { model, task, n, right: rightBits(right), rightNorm: Math.round(accuracyNorm * n) };
  });
}

function pointOf(point: SweepPoint): ReportedOf<'sweep'>['points'][number] {
  return { coefficient: rounded(point.coefficient), ...scored(point) };
}

function scored({ tokens, nll, stderr }: Perplexity): { tokens: number; nll: number; stderr: number | null } {
  return { tokens, nll: rounded(nll), stderr: roundedError(stderr) };
}

/** To nine digits, which tell any two numbers of 32 bits apart. */
function rounded(value: number): number {
  return Number(value.toPrecision(9));
}

/** An error that is too large to be written is none. */
function roundedError(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? rounded(value) : null;
}
