/** Windows in, per-token scores out: batch after batch, watched, checked, stoppable. */
import type { ModelConfig } from '../checkpoint/config';
import { failure } from '../errors';
import type { Backend } from './backend';
import { fill, layOut, unpack } from './batches';
import type { Group } from './packing';
import { breathe, type Pace, type Watch } from './watch';

/** For each scored target of a window: NLL in nats, and the gap to the model's first choice. */
export interface WindowScores {
  nll: Float32Array;
  gap: Float32Array;
}

/** Told of each window as soon as it is scored, by its index through all groups. */
export type OnScored = (index: number, scores: WindowScores) => void;

/**
 * Scores groups of windows with the weights that were merged last. A lost device can return zeros, and damaged weights NaN:
 * neither may become a score. Zeros are looked for in whole batches, since a single token can be so certain that its NLL rounds to 0.
 * @param model whose weights they are, for an error
 * @param startPace is told how many batches there will be
 * @returns per window, in the order given
 * @throws stopped, scores-not-finite
 */
export async function score(
  backend: Backend,
  config: ModelConfig,
  groups: Group[],
  model: string,
  startPace: (batches: number) => Pace,
  watch: Watch,
  onScored: OnScored = () => undefined,
): Promise<WindowScores[]> {
  const windows = groups.flat();
  const results = new Array<WindowScores>(windows.length);
  const layouts = evenly(layOut(groups, backend.tokensPerRun(config)));
  const pace = startPace(layouts.length);
  for (const layout of layouts) {
    await breathe();
    watch.checkStopped();
    const batch = fill(layout);
    const scores = await backend.run(batch);
    if (scores.nll.every((value) => value === 0)) throw failure('scores-not-finite', { model, found: 'nothing but zeros' });
    for (const [index, { nll, gap }] of unpack(windows, batch, scores)) {
      if (!nll.every(Number.isFinite)) throw failure('scores-not-finite', { model, found: 'values that are not finite numbers' });
      results[index] = { nll, gap };
      onScored(index, results[index]);
    }
    pace.step();
  }
  watch.checkStopped();
  return results;
}

/**
 * Sorted things in an order that is spread evenly over all of them at any moment (multiples of the golden ratio), the first one
 * first: what is known midway then speaks for the whole.
 */
function evenly<T>(sorted: T[]): T[] {
  const place = (i: number): number => (i * 0.6180339887498949) % 1;
  const order = sorted.map((_, i) => i).sort((a, b) => place(a) - place(b));
  const ordered = new Array<T>(sorted.length);
  order.forEach((at, i) => (ordered[at] = sorted[i]));
  return ordered;
}
