/**
 * The numbers that a notebook's author saw, as a link or a file carries them: enough to show them and to hold one's own against
 * them (reproduction.ts), and nothing that would reveal a text. What follows from other numbers is left out.
 */
import * as v from 'valibot';
import { count, finite, index, limits, name, names } from './fields';
import { rightOf } from './right-bits';
import { precisions } from '../scoring/backend';

const list = <T extends v.GenericSchema>(entry: T, most: number) => v.pipe(v.array(entry), v.maxLength(most));

/** What two entries say of the same thing could not both hold, and could not be told apart. */
const once = <T>(thing: (entry: T) => unknown) =>
  v.check<T[], string>((entries) => new Set(entries.map((entry) => String(thing(entry)))).size === entries.length, 'the same thing is reported twice');

/** Where it was computed (scoring/backend.ts). */
const backend = v.strictObject({
  kind: v.picklist(['webgpu', 'wasm', 'node']),
  precision: v.picklist(precisions),
  runtime: v.pipe(v.string(), v.maxLength(100)),
  device: v.pipe(v.string(), v.maxLength(200)),
});

const base = {
  cell: name,
  /** the first digits of the cell's key (stale.ts): the numbers are those of the cell as it was under this key */
  key: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/, 'a key of 16 hexadecimal digits')),
  backend,
};
const stderr = v.nullable(v.pipe(finite, v.minValue(0)));
const negativeLogLikelihood = v.pipe(finite, v.minValue(0));

/** What a text comes to under a model: `nll` is the sum, in nats, `stderr` that of the perplexity. */
const scored = { tokens: count, nll: negativeLogLikelihood, stderr };
const point = v.strictObject({ coefficient: finite, ...scored });

/** Where a point lies on its line, to the digits that it is called by: those of one line are at least a hundredth apart. */
export function placeName(coefficient: number): string {
  return String(Number(coefficient.toFixed(4)));
}

const soup = v.pipe(
  v.strictObject({
    ...base,
    kind: v.literal('soup'),
    ingredients: v.pipe(
      names,
      once((ingredient) => ingredient),
    ),
    coefficients: list(finite, limits.names),
    stderrs: v.nullable(list(stderr, limits.names)),
    /** mean NLL of each ingredient on the method's text, nats per token; none where the method needs no text */
    nll: list(negativeLogLikelihood, limits.names),
  }),
  v.check(({ ingredients: { length }, coefficients, stderrs, nll }) => {
    return coefficients.length === length && [0, length].includes(nll.length) && (stderrs ?? coefficients).length === length;
  }, 'not as many numbers as ingredients'),
);

const perplexities = v.pipe(
  list(v.strictObject({ model: name, text: name, ...scored, bitsPerByte: negativeLogLikelihood }), 1000),
  once(({ model, text }) => [model, text]),
);

const perplexity = v.strictObject({ ...base, kind: v.literal('perplexity'), rows: perplexities });

const sweep = v.strictObject({
  ...base,
  kind: v.literal('sweep'),
  ends: v.tuple([name, name]),
  points: v.pipe(
    list(point, 101),
    once(({ coefficient }) => placeName(coefficient)),
  ),
  marks: v.pipe(
    list(v.strictObject({ soup: name, point }), limits.names),
    once(({ soup }) => soup),
  ),
  /** uniform soups of several models, where the sweep goes over pairs or lengths */
  soups: v.optional(
    v.pipe(
      list(v.strictObject({ ingredients: names, ...scored }), 5000),
      once(({ ingredients }) => ingredients),
    ),
    [],
  ),
});

const answered = v.pipe(
  v.strictObject({
    model: name,
    task: name,
    /** items asked, from the first on */
    n: v.pipe(count, v.maxValue(limits.items)),
    /** one bit for each item, 1 where it was right (right-bits.ts) */
    right: v.string(),
    /** how many are right by likelihood per character */
    rightNorm: index,
  }),
  v.check(({ n, right, rightNorm }) => rightOf(right, n) !== null && rightNorm <= n, 'right answers of another number of items'),
);

const answers = v.pipe(
  list(answered, 1000),
  once(({ model, task }) => [model, task]),
);

const evaluation = v.strictObject({ ...base, kind: v.literal('evaluation'), rows: answers });

const comparison = v.strictObject({ ...base, kind: v.literal('comparison'), perplexities, rows: answers });

export const reportedSchema = v.strictObject({
  /** the page's version */
  app: v.pipe(v.string(), v.regex(/^[\w.+-]{1,40}$/, 'a version')),
  /** when the last of the numbers was computed, ISO 8601 */
  finished: v.pipe(v.string(), v.isoTimestamp()),
  /** how long one run of the model took there, in seconds, for an estimate; null where it was not timed */
  secondsPerRun: v.nullable(v.pipe(finite, v.minValue(0))),
  results: v.pipe(
    list(v.variant('kind', [soup, perplexity, sweep, evaluation, comparison]), limits.cells),
    once(({ cell }) => cell),
  ),
});

export type Reported = v.InferOutput<typeof reportedSchema>;
export type ReportedResult = Reported['results'][number];
export type ReportedOf<K extends ReportedResult['kind']> = Extract<ReportedResult, { kind: K }>;
