/**
 * Demonstrations in front of a question, as lm-evaluation-harness 0.4.13 puts them there with `num_fewshot` and a seed
 * (lm_eval/api/task.py `fewshot_context`, lm_eval/api/samplers.py).
 */
import { failure } from '../errors';
import { PythonRandom } from './python-random';
import type { Item, Task } from './task';

/** `DEFAULT_OTHER_SEED` of lm_eval/evaluator.py. */
export const harnessSeed = 1234;

/** Chooses the demonstrations of an item. */
type Sampler = (item: Item) => Item[];

/**
 * The items as they are asked. MMLU has a description also without demonstrations, so every question passes through here.
 * Draws follow one another from item to item: the first items are asked the same, however many there are.
 * @param pool what demonstrations are drawn from, in the order of its file
 * @param options.limit of items that are asked; null for all
 * @param options.seed of the draws; the harness's where none is given
 * @throws shots-too-few
 */
export function withShots(task: Task, items: Item[], pool: Item[], shots: number, options: { limit?: number | null; seed?: number } = {}): Item[] {
  const shown = demonstrations(task, pool, shots, options.seed);
  return items.slice(0, options.limit ?? undefined).map((item) => {
    const front = task.description(item.group) + shown(item);
    return { ...item, choices: item.choices.map((choice) => ({ ...choice, context: front + choice.context })) };
  });
}

/**
 * What is shown in front of each item; to be asked in the items' order, because draws follow one another.
 * @throws shots-too-few
 */
export function demonstrations(task: Task, pool: Item[], shots: number, seed = harnessSeed): (item: Item) => string {
  const sampler = samplerOf(task, pool, shots, seed);
  return (item) => sampler(item).map((shown) => demonstration(task, shown)).join('');
}

/** `build_qa_turn`. LAMBADA's answer brings its space and is given another one. */
function demonstration({ metric }: Task, { choices, gold }: Item): string {
  const { context, continuation } = choices[gold];
  return `${context}${metric === 'greedy' ? ' ' : ''}${continuation}\n\n`;
}

function samplerOf(task: Task, pool: Item[], shots: number, seed: number): Sampler {
  if (shots === 0) return () => [];
  if (task.shots === 'first') return firstOfGroup(task, pool, shots);
  return drawsAgain(task) ? drawnBeside(task, pool, shots, seed) : drawn(task, pool, shots, seed);
}

/**
 * The harness takes care that an item is not its own demonstration where the split of demonstrations and the test split are
 * given the same name. No name is given the former, so this holds for the tasks without a test split.
 */
function drawsAgain({ home }: Task): boolean {
  return home?.split !== 'test';
}

/** `FirstNSampler`. */
function firstOfGroup(task: Task, pool: Item[], shots: number): Sampler {
  return ({ group }) => {
    const own = pool.filter((other) => other.group === group);
    checkEnough(task, own, shots, shots);
    return own.slice(0, shots);
  };
}

/** `ContextSampler` without a look at the item. */
function drawn(task: Task, pool: Item[], shots: number, seed: number): Sampler {
  checkEnough(task, pool, shots, shots);
  const random = new PythonRandom(seed);
  return () => random.sample(pool, shots);
}

/** `ContextSampler` with the item: one more is drawn, the item itself is left out; where it stood there twice, all are drawn again. */
function drawnBeside(task: Task, pool: Item[], shots: number, seed: number): Sampler {
  checkEnough(task, pool, shots, shots + 1);
  const random = new PythonRandom(seed);
  return (item) => {
    const others = random.sample(pool, shots + 1).filter((other) => !related(task, other, item));
    return others.length >= shots ? others.slice(0, shots) : random.sample(allBut(task, pool, item, shots), shots);
  };
}

function allBut(task: Task, pool: Item[], item: Item, shots: number): Item[] {
  const others = pool.filter((other) => !related(task, other, item));
  checkEnough(task, others, shots, shots);
  return others;
}

function same(one: Item, other: Item): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** In sets that the harness does not know a twin is no demonstration either: it would tell the answer. */
function related({ home }: Task, one: Item, other: Item): boolean {
  return same(one, other) || (home === null && one.cluster !== undefined && one.cluster === other.cluster);
}

function checkEnough({ title }: Task, pool: Item[], shots: number, needed: number): void {
  if (pool.length < needed) throw failure('shots-too-few', { task: title, shots, found: pool.length, needed });
}
