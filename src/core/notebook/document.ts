/** The notebook document: one versioned JSON value, validated at the edge and complete inside. */
import * as v from 'valibot';
import { sha256OfWeights } from '../checkpoint/source';
import { failure } from '../errors';
import { harnessSeed } from '../evaluation/with-shots';
import { comparedMethods, estimators, methodNames } from '../merging/merge-method';
import { count, distinctNames, finite, index, limits, name, names, sha256, title } from './fields';
import { isOlder, migrated } from './migrate';
import { reportedSchema } from './reported';
import { commit, sourceSchema } from './source';

/** The format this page writes. A change of meaning raises it and adds a migration (migrate.ts). */
export const formatVersion = 4;

/** Demonstrations in front of a question: more do not fit a small model's window. */
export const mostShots = 20;

const checkpointRef = v.pipe(
  v.strictObject({ id: name, source: sourceSchema, sha256 }),
  v.check(({ source, sha256 }) => source.kind === 'bundled' || sha256 === sha256OfWeights(source.weights), 'a sha256 that is not that of the weights'),
);
const checkpointRefs = v.pipe(v.array(checkpointRef), v.maxLength(limits.checkpoints));

const convention = v.variant('kind', [
  v.strictObject({ kind: v.literal('rolling') }),
  v.strictObject({ kind: v.literal('strided'), stride: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000)) }),
]);

/** The items of a task, and what pins them. */
const itemsRef = {
  name,
  /** of the items (evaluation/items-hash.ts); null for a bundled set as it is at the time */
  sha256: v.optional(v.nullable(sha256), null),
  /** of what demonstrations are drawn from; null where that is the items themselves */
  pool: v.optional(v.nullable(sha256), null),
  /** the commit of the dataset's parquet form on the Hugging Face Hub that they were fetched at; null where they were not */
  commit: v.optional(v.nullable(commit), null),
  /** demonstrations in front of each question */
  shots: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(mostShots)), 0),
  /** with which they are drawn */
  seed: v.optional(v.pipe(index, v.maxValue(2 ** 32 - 1)), harnessSeed),
};

/** How many items, null for all, and how many before them are passed over. */
const itemsRange = { limit: v.optional(v.nullable(count), null), skip: v.optional(index, 0) };

const between = (least: number, most: number): v.GenericSchema<number, number> => v.pipe(v.number(), v.minValue(least), v.maxValue(most));
const wholeBetween = (least: number, most: number): v.GenericSchema<number, number> => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

/** What a merge method may be told (merging/merge-method.ts); each method reads its own. */
const methodParameters = v.strictObject({
  /** of the models that the ingredients stand for, each of which counts once, by position */
  coefficients: v.optional(v.pipe(v.array(finite), v.maxLength(limits.names))),
  temperature: v.optional(finite),
  last: v.optional(wholeBetween(1, limits.names)),
  decay: v.optional(between(0, 1)),
  share: v.optional(between(0.05, 0.95)),
  estimator: v.optional(v.picklist(estimators)),
  examples: v.optional(wholeBetween(1, 10_000)),
  floor: v.optional(between(0, 1e6)),
  normalise: v.optional(v.boolean()),
  scale: v.optional(between(0, 1)),
  ridge: v.optional(between(0, 1e6)),
  seed: v.optional(wholeBetween(0, 2 ** 32 - 1)),
});

const base = { id: name, title: v.optional(title, '') };

const note = v.strictObject({ ...base, kind: v.literal('note'), markdown: v.pipe(v.string(), v.maxLength(limits.markdown)) });

const checkpoints = v.strictObject({
  ...base,
  kind: v.literal('checkpoints'),
  /** the ingredients, in the order of training */
  checkpoints: checkpointRefs,
  /** other choices, one click away */
  presets: v.optional(
    v.pipe(v.array(v.strictObject({ name: v.pipe(v.string(), v.maxLength(100)), checkpoints: checkpointRefs })), v.maxLength(20)),
    [],
  ),
});

const text = v.strictObject({
  ...base,
  kind: v.literal('text'),
  text: v.pipe(v.string(), v.maxLength(limits.text)),
  /** stands in for a text that its author kept: whoever has it can put it here. `bytes` is its length in UTF-8 */
  withheld: v.optional(v.nullable(v.strictObject({ sha256, bytes: index })), null),
  split: v.optional(v.picklist(['none', 'blank-lines', 'separator', 'json-lines']), 'none'),
  separator: v.optional(v.pipe(v.string(), v.maxLength(100)), '<|endoftext|>'),
  /** a text made of a task's own items takes the place of the written one (evaluation/item-documents.ts) */
  items: v.optional(
    v.nullable(
      v.strictObject({
        ...itemsRef,
        ...itemsRange,
        /** whether what stands in front of an item's own words is scored too */
        scored: v.optional(v.picklist(['own', 'all']), 'own'),
      }),
    ),
    null,
  ),
  /** what stands in front of each document: nothing, the task's instruction, or demonstrations and the instruction */
  paradigm: v.optional(v.picklist(['raw', 'zero-shot', 'few-shot']), 'raw'),
});

const perplexity = v.strictObject({
  ...base,
  kind: v.literal('perplexity'),
  models: distinctNames,
  texts: distinctNames,
  convention: v.optional(convention, { kind: 'rolling' }),
});

const soup = v.strictObject({
  ...base,
  kind: v.literal('soup'),
  method: v.picklist(methodNames),
  ingredients: distinctNames,
  /** the unlabelled text, for a method that needs one */
  text: v.optional(v.nullable(name), null),
  convention: v.optional(convention, { kind: 'rolling' }),
  /** labelled items, for a method that takes them; it then takes no text */
  items: v.optional(v.nullable(v.strictObject({ ...itemsRef, ...itemsRange })), null),
  parameters: v.optional(methodParameters, {}),
});

const sweep = v.strictObject({
  ...base,
  kind: v.literal('sweep'),
  /** the ends of the line: two models, or a checkpoints cell of which the first and the last are taken */
  between: names,
  /** the line from one model to another, every pair of models, or the last one, two, three and four before each */
  over: v.optional(v.picklist(['line', 'pairs', 'lengths']), 'line'),
  text: name,
  convention: v.optional(convention, { kind: 'rolling' }),
  points: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(101)), 11),
  /** soups on this line whose place is marked */
  marks: v.optional(distinctNames, []),
  /** where the slider stands: the coefficient of the later end */
  at: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.5),
});

const askedTasks = v.pipe(v.array(v.strictObject({ ...itemsRef, ...itemsRange })), v.maxLength(limits.names));

const evaluation = v.strictObject({ ...base, kind: v.literal('evaluation'), models: distinctNames, tasks: askedTasks });

const comparison = v.strictObject({
  ...base,
  kind: v.literal('comparison'),
  /** the ingredients of one soup a method, in the order of training */
  groups: v.pipe(v.array(distinctNames), v.maxLength(limits.groups)),
  methods: v.pipe(
    v.array(v.picklist(comparedMethods)),
    v.transform((all) => [...new Set(all)]),
  ),
  /** what methods measure that need no labels */
  text: v.optional(v.nullable(name), null),
  /** labelled items for the methods that take them; without, they take the text */
  items: v.optional(v.nullable(v.strictObject({ ...itemsRef, ...itemsRange })), null),
  convention: v.optional(convention, { kind: 'rolling' }),
  parameters: v.optional(methodParameters, {}),
  /** what the soups are judged on */
  texts: distinctNames,
  tasks: v.optional(askedTasks, []),
});

const cell = v.variant('kind', [note, checkpoints, text, perplexity, soup, sweep, evaluation, comparison]);

const notebook = v.strictObject({
  stockpot: v.literal(formatVersion),
  title,
  cells: v.pipe(v.array(cell), v.maxLength(limits.cells)),
  /** the numbers that came with it; one's own results are kept elsewhere */
  reported: v.optional(v.nullable(reportedSchema), null),
});

export type Notebook = v.InferOutput<typeof notebook>;
export type Cell = v.InferOutput<typeof cell>;
export type CellKind = Cell['kind'];
export type CellOf<K extends CellKind> = Extract<Cell, { kind: K }>;
export type ItemsRef = Pick<CellOf<'evaluation'>['tasks'][number], keyof typeof itemsRef>;
/** A task as it is first named: whatever items there are, without demonstrations. */
export function unpinned(task: string): ItemsRef {
  return { name: task, sha256: null, pool: null, commit: null, shots: 0, seed: harnessSeed };
}
export type EvaluationTask = CellOf<'evaluation'>['tasks'][number];
export type TextItems = NonNullable<CellOf<'text'>['items']>;
export type SoupItems = NonNullable<CellOf<'soup'>['items']>;
export type ComparedMethod = CellOf<'comparison'>['methods'][number];
export type Preset = CellOf<'checkpoints'>['presets'][number];

/**
 * A foreign value as a notebook, every field checked and every default filled in.
 * @param file what to call it in an error
 * @throws notebook-malformed, notebook-version
 */
export function toNotebook(value: unknown, file: string): Notebook {
  const version = typeof value === 'object' && value !== null && 'stockpot' in value ? value.stockpot : undefined;
  if (version === undefined) throw failure('notebook-malformed', { file, found: 'it has no field “stockpot”', where: '' });
  const older = isOlder(version, formatVersion);
  if (version !== formatVersion && !older) throw failure('notebook-version', { file, found: JSON.stringify(version).slice(0, 40), known: formatVersion });
  const result = v.safeParse(notebook, older ? migrated(value as Record<string, unknown>, formatVersion) : value);
  if (!result.success) {
    const [issue] = result.issues;
    throw failure('notebook-malformed', { file, found: issue.message.slice(0, 300), where: (v.getDotPath(issue) ?? '').slice(0, 200) });
  }
  checkIds(result.output, file);
  return result.output;
}

/** @throws notebook-malformed, notebook-version */
export function parseNotebook(json: string, file: string): Notebook {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw failure('notebook-malformed', { file, found: 'it is not JSON', where: '' });
  }
  return toNotebook(value, file);
}

export function serialiseNotebook(value: Notebook): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/**
 * Cells, checkpoints and soups share one space of names: a result says only the name. A preset must fit into it as well, so
 * that one click never makes a notebook that cannot be opened again.
 */
function checkIds({ cells }: Notebook, file: string): void {
  const refuse = (name: string | undefined, where: string): void => {
    if (name !== undefined) throw failure('notebook-malformed', { file, found: `the name “${name}” is used twice`, where });
  };
  const seen = new Set<string>();
  for (const [i, { id, ...rest }] of cells.entries()) {
    const ids = [id, ...(rest.kind === 'checkpoints' ? rest.checkpoints.map((ref) => ref.id) : [])];
    refuse(ids.find((each) => seen.has(each)) ?? firstRepeated(ids), `cells.${i}`);
    for (const each of ids) seen.add(each);
  }
  for (const [i, cell] of cells.entries()) {
    if (cell.kind === 'evaluation' || cell.kind === 'comparison') refuse(firstRepeated(cell.tasks.map(({ name }) => name)), `cells.${i}.tasks`);
    if (cell.kind !== 'checkpoints') continue;
    refuse(firstRepeated(cell.presets.map(({ name }) => name)), `cells.${i}.presets`);
    const replaced = new Set(cell.checkpoints.map((ref) => ref.id));
    for (const [k, preset] of cell.presets.entries()) {
      const ids = preset.checkpoints.map((ref) => ref.id);
      refuse(firstRepeated(ids) ?? ids.find((id) => seen.has(id) && !replaced.has(id)), `cells.${i}.presets.${k}`);
    }
  }
}

function firstRepeated(names: string[]): string | undefined {
  return names.find((name, i) => names.indexOf(name) < i);
}
