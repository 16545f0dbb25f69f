/** Running an evaluation cell: every model answers every item once, and what is answered is never asked again. */
import { failure } from '../errors';
import { accuracyOf, type Answer } from '../evaluation/accuracy';
import type { Item } from '../evaluation/task';
import { taskNamed } from '../evaluation/tasks';
import { harnessSeed, withShots } from '../evaluation/with-shots';
import { isCheckpoint, type Model } from '../soup/model';
import type { CellOf, EvaluationTask } from './document';
import { isFittedToTask, modelInputs } from './inputs';
import { measurementKey } from './measurements';
import type { AskedTask, CellResult, EvaluationResult } from './results';
import type { Kitchen } from './kitchen';

/** A crash of the tab loses at most this much work, in milliseconds. */
const keepEvery = 3_000;
/** How often accuracies are shown while they are still being measured. */
const showEvery = 250;

/** @throws input-needed, input-missing, and what items, engine and stop throw */
export async function runEvaluation(cell: CellOf<'evaluation'>, kitchen: Kitchen): Promise<EvaluationResult> {
  const models = modelInputs(kitchen.notebook, cell, cell.models, kitchen.results);
  if (cell.tasks.length === 0) throw failure('input-needed', { cell: cell.id, wanted: 'a task' });
  const result: EvaluationResult = { kind: 'evaluation', models: models.map(partsOf), tasks: [], rows: [], answers: [] };
  for (const task of cell.tasks) {
    const prepared = await prepare(task, kitchen);
    result.tasks.push(prepared.asked);
    for (const model of models) await ask(model, task, prepared, result, kitchen);
  }
  return result;
}

/** What a soup is made of, for the rows that say how its ingredients did. */
function partsOf(model: Model): EvaluationResult['models'][number] {
  return { model: model.id, ingredients: isCheckpoint(model) ? [] : model.ingredients.map(({ checkpoint }) => checkpoint.id) };
}

/** A task as it is asked. */
export interface PreparedTask {
  asked: AskedTask;
  items: Item[];
  /** what answers are kept under, with the place of the first item among all */
  what: unknown[];
  skip: number;
}

/** @throws items-too-few where none is left to be asked, and what items throw */
export async function prepare(task: EvaluationTask, kitchen: Pick<Kitchen, 'items'>): Promise<PreparedTask> {
  const { name, shots, seed, limit, skip } = task;
  const found = await kitchen.items(task);
  // demonstrations are drawn item by item, so those that are passed over are drawn for as well
  const items = withShots(taskNamed(name), found.items, found.pool, shots, { limit: limit === null ? null : skip + limit, seed }).slice(skip);
  if (items.length === 0) throw failure('items-too-few', { task: taskNamed(name).title });
  const clusters = clustersOf(items);
  const asked = { task: name, sha256: found.sha256, shots, of: found.items.length, gold: items.map(({ gold }) => gold), ...(skip > 0 && { skip }), ...(clusters && { clusters }) };
  const what = ['item', name, found.sha256, shots, ...(shots > 0 ? [task.pool, ...(seed === harnessSeed ? [] : [seed])] : [])];
  return { asked, items, what, skip };
}

/** The number of each item's cluster; undefined where every item stands alone. */
function clustersOf(items: Item[]): number[] | undefined {
  const numbers = new Map<string, number>();
  const clusters = items.map(({ cluster }, i) => {
    const name = cluster ?? String(i);
    if (!numbers.has(name)) numbers.set(name, numbers.size);
    return numbers.get(name) as number;
  });
  return numbers.size < items.length ? clusters : undefined;
}

/** Adds a model's answers to the result, showing what is known of them on the way. */
export async function ask<R extends Pick<EvaluationResult, 'rows' | 'answers'> & CellResult>(model: Model, task: EvaluationTask, prepared: PreparedTask, result: R, kitchen: Kitchen): Promise<void> {
  const { asked } = prepared;
  const { metric } = taskNamed(task.name);
  const fitted = isFittedToTask(kitchen.notebook, model.id, task);
  const withRow = (answers: (Answer | null)[]): R => {
    const known = asked.gold.flatMap((gold, i) => (answers[i] ? [{ answer: answers[i], gold }] : []));
    const accuracy = accuracyOf(metric, known.map(({ gold }) => gold), known.map(({ answer }) => answer));
    return { ...result, rows: [...result.rows, { model: model.id, task: task.name, fitted, ...accuracy }] };
  };
  let shown = 0;
  const onSome = (answers: (Answer | null)[]): void => {
    if (performance.now() - shown < showEvery) return;
    shown = performance.now();
    kitchen.onPartial?.(withRow(answers));
  };
  const answers = await answersOf(model, prepared, kitchen, onSome);
  result.rows = withRow(answers).rows;
  result.answers.push({ model: model.id, task: task.name, answers });
}

/**
 * The answers to all items: those that are kept, and the rest from the engine. What came before Stop, or before a failure, is
 * kept as well. Items are asked the same however many there are, so answers stand under an item's place among all of them.
 */
export async function answersOf(model: Model, { items, what, skip }: PreparedTask, kitchen: Kitchen, onSome: (answers: (Answer | null)[]) => void = () => undefined): Promise<Answer[]> {
  const { measurements, engine, watch } = kitchen;
  const key = measurementKey(engine.info, model, what);
  const kept = ((await measurements.get(key)) ?? []) as (Answer | null)[];
  const answers = Array.from({ length: Math.max(kept.length, skip + items.length) }, (_, i) => kept[i] ?? null);
  const asked = (): (Answer | null)[] => answers.slice(skip, skip + items.length);
  const missing = asked().flatMap((answer, i) => (answer ? [] : [i]));
  if (missing.length > 0) {
    let saved = performance.now();
    const onAnswers = (fresh: [index: number, answer: Answer][]): void => {
      for (const [i, answer] of fresh) answers[skip + missing[i]] = answer;
      onSome(asked());
      if (performance.now() - saved < keepEvery) return;
      saved = performance.now();
      void measurements.set(key, [...answers]);
    };
    try {
      const rest = await engine.answerItems(model, missing.map((i) => items[i]), watch, onAnswers);
      rest.forEach((answer, i) => (answers[skip + missing[i]] = answer));
    } finally {
      if (answers.some(Boolean)) await measurements.set(key, answers);
    }
  }
  return asked() as Answer[];
}
