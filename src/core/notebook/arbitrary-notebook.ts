/** For tests: notebooks of every kind of cell, with anything that may stand in any field. */
import fc from 'fast-check';
import { sha256OfWeights, type CheckpointFiles, type HubSource, type LocalSource, type PinnedFile, type UrlSource } from '../checkpoint/source';
import { comparedMethods, estimators, methodNames, type MethodParameters } from '../merging/merge-method';
import type { CheckpointRef } from '../soup/model';
import { mostShots, formatVersion, type Cell, type CellKind, type CellOf, type ItemsRef, type Notebook, type SoupItems } from './document';
import { placeName, type Reported, type ReportedOf, type ReportedResult } from './reported';
import { rightBits } from './right-bits';
import { precisions } from '../scoring/backend';

type Values<T> = { [K in keyof T]: fc.Arbitrary<T[K]> };

/** Objects with all their fields; with a prototype, as JSON.parse makes them. */
function record<T>(values: Values<T>): fc.Arbitrary<T> {
  return fc.record<T>(values, { noNullPrototype: true } as never) as fc.Arbitrary<T>;
}

const hostile = ['', '<img src=x onerror=alert(1)>', '</script>', '__proto__', 'constructor', '\uD800', 'a\u0000b', '\u2028\uFEFF', '日本語 🍲', 'javascript:alert(1)'];
const utf16 = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units));
export const anyText = fc.oneof(fc.constantFrom(...hostile), utf16, fc.string({ unit: 'grapheme' }));

const hex = (digits: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^[0-9a-f]{${digits}}$`));
const sha256 = hex(64);
const name = fc.oneof(fc.constantFrom('__proto__', 'constructor', 'step8000'), fc.stringMatching(/^\w[\w .+-]{0,63}$/));
const names = fc.uniqueArray(name, { maxLength: 5 });
/** JSON knows one zero */
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const positive = finite.map(Math.abs);
const index = fc.maxSafeNat();
const count = index.map((value) => Math.max(1, value));
const orNull = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });
const share = fc.double({ noNaN: true, min: 0, max: 1 }).map(Math.abs);

const convention = fc.oneof(
  fc.constant({ kind: 'rolling' as const }),
  record({ kind: fc.constant('strided' as const), stride: fc.integer({ min: 1, max: 100_000 }) }),
);

const itemsRef: Values<ItemsRef> = {
  name,
  sha256: orNull(sha256),
  pool: orNull(sha256),
  commit: orNull(hex(40)),
  shots: fc.nat(mostShots),
  seed: fc.nat(2 ** 32 - 1),
};

const range = { limit: orNull(count), skip: index };

const parameters: Values<Required<MethodParameters>> = {
  coefficients: fc.array(finite, { maxLength: 4 }),
  temperature: finite,
  last: fc.integer({ min: 1, max: 100 }),
  decay: share,
  share: fc.double({ noNaN: true, min: 0.05, max: 0.95 }),
  estimator: fc.constantFrom(...estimators),
  examples: fc.integer({ min: 1, max: 10_000 }),
  floor: share,
  normalise: fc.boolean(),
  scale: share,
  ridge: share,
  seed: fc.nat(2 ** 32 - 1),
};

const path = fc.stringMatching(/^[a-z0-9_+][\w.+-]{0,20}(\/[a-z0-9_+][\w.+-]{0,20}){0,2}$/);
const file = record<PinnedFile>({ path, bytes: index, sha256 });
const small = record<PinnedFile>({ path, bytes: fc.nat(50_000_000), sha256 });
const files: Values<CheckpointFiles> = { weights: fc.array(file, { minLength: 1, maxLength: 3 }), config: small, tokenizer: small };

const bundled = record<CheckpointRef>({ id: name, source: record({ kind: fc.constant('bundled' as const), run: name, name }), sha256 });

/** A checkpoint that is not bundled is what its weights are. */
const brought = fc
  .tuple(
    name,
    fc.oneof(
      record<HubSource>({ kind: fc.constant('hub'), repo: fc.stringMatching(/^\w[\w.-]{0,10}\/\w[\w.-]{0,10}$/), revision: fc.stringMatching(/^[\w./-]{1,20}$/), commit: hex(40), ...files }),
      record<LocalSource>({ kind: fc.constant('local'), folder: anyText.map((text) => text.slice(0, 100) || 'folder'), ...files }),
      record<UrlSource>({ kind: fc.constant('url'), base: fc.array(anyText, { maxLength: 3 }).map((parts) => new URL(['', ...parts.map((part) => encodeURIComponent(part.toWellFormed())), ''].join('/').replace(/\/+/g, '/'), 'https://example.org').href), ...files }),
    ),
  )
  .map(([id, source]) => ({ id, source, sha256: sha256OfWeights(source.weights) }));

const checkpoint: fc.Arbitrary<CheckpointRef> = fc.oneof(bundled, brought);

const tasks = fc.uniqueArray(record<CellOf<'evaluation'>['tasks'][number]>({ ...itemsRef, ...range }), { maxLength: 3, selector: (task) => task.name });

type Own<K extends CellKind> = Values<Omit<CellOf<K>, 'id' | 'title' | 'kind'>>;

/** What each kind of cell has besides its name, its title and its kind. */
const own: { [K in CellKind]: Own<K> } = {
  note: { markdown: anyText },
  checkpoints: {
    checkpoints: fc.array(checkpoint, { maxLength: 3 }),
    presets: fc.uniqueArray(record({ name: anyText.map((text) => text.slice(0, 100)), checkpoints: fc.array(checkpoint, { maxLength: 2 }) }), { maxLength: 3, selector: (preset) => preset.name }),
  },
  text: {
    text: anyText,
    withheld: orNull(record({ sha256, bytes: index })),
    split: fc.constantFrom('none', 'blank-lines', 'separator', 'json-lines'),
    separator: anyText.map((text) => text.slice(0, 100)),
    items: orNull(record<NonNullable<CellOf<'text'>['items']>>({ ...itemsRef, ...range, scored: fc.constantFrom('own', 'all') })),
    paradigm: fc.constantFrom('raw', 'zero-shot', 'few-shot'),
  },
  perplexity: { models: names, texts: names, convention },
  soup: {
    method: fc.constantFrom(...methodNames),
    ingredients: names,
    text: orNull(name),
    convention,
    items: orNull(record<SoupItems>({ ...itemsRef, ...range })),
    parameters: fc.record(parameters, { requiredKeys: [], noNullPrototype: true }),
  },
  sweep: { between: fc.array(name, { maxLength: 5 }), over: fc.constantFrom('line', 'pairs', 'lengths'), text: name, convention, points: fc.integer({ min: 2, max: 101 }), marks: names, at: share },
  evaluation: { models: names, tasks },
  comparison: {
    groups: fc.array(names, { maxLength: 4 }),
    methods: fc.uniqueArray(fc.constantFrom(...comparedMethods)),
    text: orNull(name),
    items: orNull(record<SoupItems>({ ...itemsRef, ...range })),
    convention,
    parameters: fc.record(parameters, { requiredKeys: [], noNullPrototype: true }),
    texts: names,
    tasks,
  },
};

const kinds = Object.keys(own) as CellKind[];

const cell: fc.Arbitrary<Cell> = fc.constantFrom(...kinds).chain((kind) => {
  const title = anyText.map((text) => text.slice(0, 200));
  return record({ id: name, title, kind: fc.constant(kind), ...own[kind] } as unknown as Values<Cell>);
});

const backend = record<ReportedResult['backend']>({
  kind: fc.constantFrom('webgpu', 'wasm', 'node'),
  precision: fc.constantFrom(...precisions),
  runtime: anyText.map((text) => text.slice(0, 100)),
  device: anyText.map((text) => text.slice(0, 200)),
});
const scored = { tokens: count, nll: positive, stderr: orNull(positive) };
const point = record<ReportedOf<'sweep'>['points'][number]>({ coefficient: finite, ...scored });

/** As many of each as there are ingredients. */
const soupNumbers = names.chain((ingredients) => {
  const each = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(value, { minLength: ingredients.length, maxLength: ingredients.length });
  const nll = fc.oneof(fc.constant<number[]>([]), each(positive));
  return record({ ingredients: fc.constant(ingredients), coefficients: each(finite), stderrs: orNull(each(orNull(positive))), nll });
});

const answered = fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }).chain((right) =>
  record<ReportedOf<'evaluation'>['rows'][number]>({ model: name, task: name, n: fc.constant(right.length), right: fc.constant(rightBits(right)), rightNorm: fc.nat(right.length) }),
);

const perplexities = fc.uniqueArray(record({ model: name, text: name, ...scored, bitsPerByte: positive }), { maxLength: 4, selector: ({ model, text }) => `${model}\n${text}` });
const answers = fc.uniqueArray(answered, { maxLength: 3, selector: ({ model, task }) => `${model}\n${task}` });

type Numbers<K extends ReportedResult['kind']> = Omit<ReportedOf<K>, 'cell' | 'key' | 'backend' | 'kind'>;

const numbers: { [K in ReportedResult['kind']]: fc.Arbitrary<Numbers<K>> } = {
  soup: soupNumbers,
  perplexity: record({ rows: perplexities }),
  sweep: record({ ends: fc.tuple(name, name), points: fc.uniqueArray(point, { maxLength: 4, selector: ({ coefficient }) => placeName(coefficient) }), marks: fc.uniqueArray(record({ soup: name, point }), { maxLength: 2, selector: ({ soup }) => soup }), soups: fc.uniqueArray(record({ ingredients: names, ...scored }), { maxLength: 2, selector: ({ ingredients }) => String(ingredients) }) }),
  evaluation: record({ rows: answers }),
  comparison: record({ perplexities, rows: answers }),
};

const result = fc.constantFrom(...(Object.keys(numbers) as ReportedResult['kind'][])).chain((kind) =>
  fc.tuple(record({ cell: name, key: hex(16), backend, kind: fc.constant(kind) }), numbers[kind] as fc.Arbitrary<object>).map(([base, rest]) => ({ ...base, ...rest }) as ReportedResult),
);

const reported = record<Reported>({
  app: fc.stringMatching(/^[\w.+-]{1,40}$/),
  finished: fc.date({ noInvalidDate: true, min: new Date('2000-01-01'), max: new Date('2999-12-31') }).map((date) => date.toISOString()),
  secondsPerRun: orNull(positive),
  results: fc.uniqueArray(result, { maxLength: 4, selector: ({ cell }) => cell }),
});

/** Any notebook that can be written: names of cells and checkpoints are made different from one another. */
export const arbitraryNotebook: fc.Arbitrary<Notebook> = record<Notebook>({
  stockpot: fc.constant(formatVersion),
  title: anyText.map((text) => text.slice(0, 200)),
  cells: fc.array(cell, { maxLength: 8 }).map(withNamesApart),
  reported: orNull(reported),
});

function withNamesApart(cells: Cell[]): Cell[] {
  let next = 0;
  const apart = <T extends { id: string }>(named: T): T => ({ ...named, id: `${named.id.slice(0, 50)}-${next++}` });
  return cells.map(apart).map((each) => {
    if (each.kind !== 'checkpoints') return each;
    const presets = each.presets.map((preset) => ({ ...preset, checkpoints: preset.checkpoints.map(apart) }));
    return { ...each, checkpoints: each.checkpoints.map(apart), presets };
  });
}
