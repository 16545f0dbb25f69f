/** A reported result as a list of numbers, each with a name and with what it takes to compare it. */
import { meanAndError } from '../evaluation/accuracy';
import { wilsonInterval } from '../statistics/wilson';
import { placeName, type ReportedOf, type ReportedResult } from './reported';
import { rightOf } from './right-bits';

/** A number with its uncertainty, as it is shown. */
export interface Told {
  value: number;
  stderr: number | null;
  /** Wilson's, 95 %, of an accuracy */
  interval: [low: number, high: number] | null;
}

interface Named {
  what: string;
  told: Told;
}

/** How well a text is predicted. */
export interface PerplexityNumber extends Named {
  quantity: 'perplexity';
  /** nats per token */
  mean: number;
  /** what was scored; null where that is not reported */
  tokens: number | null;
  bytes: number | null;
  /** of a soup on a line: where it lies */
  place: number | null;
}

export interface CoefficientNumber extends Named {
  quantity: 'coefficient';
  /** which of the coefficients it is */
  index: number;
  coefficients: number[];
  nll: number[];
}

export interface AccuracyNumber extends Named {
  quantity: 'accuracy';
  model: string;
  task: string;
  right: boolean[];
  rightNorm: number;
}

export type ReportedNumber = PerplexityNumber | CoefficientNumber | AccuracyNumber;

export function numbersOf(result: ReportedResult): ReportedNumber[] {
  switch (result.kind) {
    case 'soup':
      return [...ofIngredients(result), ...ofCoefficients(result)];
    case 'perplexity':
      return result.rows.map(onText);
    case 'sweep':
      return ofLine(result);
    case 'evaluation':
      return result.rows.map(accuracy);
    case 'comparison':
      return [...result.perplexities.map(onText), ...result.rows.map(accuracy)];
  }
}

function onText(row: ReportedOf<'perplexity'>['rows'][number]): PerplexityNumber {
  return perplexity(`${row.model} on “${row.text}”`, row, { bytes: bytesOf(row) });
}

/** Bits per byte are the NLL over the bytes: nine digits give them back whole. */
function bytesOf({ nll, bitsPerByte }: ReportedOf<'perplexity'>['rows'][number]): number {
  return Math.round(nll / (bitsPerByte * Math.LN2)) || 0;
}

function ofIngredients({ ingredients, nll }: ReportedOf<'soup'>): PerplexityNumber[] {
  return nll.map((mean, i) => ({ what: ingredients[i], quantity: 'perplexity', told: told(Math.exp(mean), null), mean, tokens: null, bytes: null, place: null }));
}

function ofCoefficients({ ingredients, coefficients, stderrs, nll }: ReportedOf<'soup'>): CoefficientNumber[] {
  return coefficients.map((value, index) => ({ what: ingredients[index], quantity: 'coefficient', told: told(value, stderrs?.[index] ?? null), index, coefficients, nll }));
}

function ofLine({ ends, points, marks, soups }: ReportedOf<'sweep'>): PerplexityNumber[] {
  const at = ({ coefficient }: { coefficient: number }): string => `${placeName(coefficient)} of ${ends[1]}, the rest ${ends[0]}`;
  return [...points.map((point) => perplexity(at(point), point)), ...marks.map(({ soup, point }) => perplexity(soup, point, { place: point.coefficient })), ...soups.map((soup) => perplexity(soup.ingredients.join(' + '), soup))];
}

function perplexity(what: string, { tokens, nll, stderr }: { tokens: number; nll: number; stderr: number | null }, more: Partial<PerplexityNumber> = {}): PerplexityNumber {
  return { what, quantity: 'perplexity', told: told(Math.exp(nll / tokens), stderr), mean: nll / tokens, tokens, bytes: null, place: null, ...more };
}

function accuracy({ model, task, n, right: bits, rightNorm }: ReportedOf<'evaluation'>['rows'][number]): AccuracyNumber {
  const right = rightOf(bits, n) ?? [];
  const [value, stderr] = meanAndError(right);
  const interval = wilsonInterval(right.filter(Boolean).length, n);
  return { what: `${model} on ${task}`, quantity: 'accuracy', told: { value, stderr, interval }, model, task, right, rightNorm };
}

function told(value: number, stderr: number | null): Told {
  return { value, stderr, interval: null };
}
