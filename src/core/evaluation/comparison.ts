/** Two models on the same items: who is right where the other is not, and whether that is more than chance. */
import { pairedBootstrap } from '../statistics/bootstrap';
import { holm } from '../statistics/holm';
import { mcnemarP } from '../statistics/mcnemar';
import { pairedTest, type PairedTest } from '../statistics/paired-mean';
import { itemsNeeded } from '../statistics/power';
import { isRight, marginOf, type Answer } from './accuracy';
import type { Task } from './task';

/** What was asked, as far as a comparison needs it. */
export interface Questions {
  metric: Task['metric'];
  /** the right choice of each item */
  gold: number[];
  /** the number of each item's cluster, where some items are variants of one another */
  clusters?: number[];
}

export interface Comparison {
  model: string;
  reference: string;
  n: number;
  /** items that both have right, only the model, only the reference, and neither */
  both: number;
  onlyModel: number;
  onlyReference: number;
  neither: number;
  /** accuracy of the model less that of the reference */
  difference: number;
  /** of the difference: 95 %, paired bootstrap over items, over clusters where there are some; null with a single one */
  interval: [low: number, high: number] | null;
  /** McNemar's exact test, which takes items as independent */
  p: number;
  /** adjusted for all the comparisons that were asked for together (Holm) */
  pAdjusted: number;
  /** the mean difference of log-likelihood margins, nats, with its paired t-test over items or clusters; null with a single one */
  margin: (PairedTest & { pAdjusted: number | null }) | null;
  /** about how many items it would take to see this difference of accuracies (McNemar, alpha 5 %, power 80 %); null where there is none */
  itemsNeeded: number | null;
}

/** Answers of one model to all items. */
export interface Answered {
  model: string;
  answers: Answer[];
}

/** Resampled means: an interval's ends are then good to about a sixteenth of a standard error, and ten comparisons take no time. */
const resamples = 2000;

/** Each model against the reference, p-values adjusted for all of them together. */
export function compareAll(questions: Questions, models: Answered[], reference: Answered): Comparison[] {
  const found = models.map((model) => compare(questions, model, reference));
  const adjusted = holm(found.map(({ p }) => p));
  const margins = holm(found.map(({ margin }) => margin?.p ?? 1));
  return found.map((each, i) => ({ ...each, pAdjusted: adjusted[i], margin: each.margin && { ...each.margin, pAdjusted: each.margin.p === null ? null : margins[i] } }));
}

function compare({ metric, gold, clusters }: Questions, { model, answers }: Answered, reference: Answered): Comparison {
  const right = gold.map((g, i) => [answers[i], reference.answers[i]].map((answer) => isRight(metric, g, answer)));
  const count = (first: boolean, second: boolean): number => right.filter(([a, b]) => a === first && b === second).length;
  const [onlyModel, onlyReference, n] = [count(true, false), count(false, true), gold.length];
  const margins = gold.map((g, i) => marginOf(g, answers[i]) - marginOf(g, reference.answers[i]));
  const p = mcnemarP(onlyModel, onlyReference);
  const margin = pairedTest(clusters ? clusterMeans(margins, clusters) : margins);
  return {
    model,
    reference: reference.model,
    n,
    both: count(true, true),
    onlyModel,
    onlyReference,
    neither: count(false, false),
    difference: (onlyModel - onlyReference) / n,
    interval: pairedBootstrap(right.map(([a, b]) => Number(a) - Number(b)), { resamples, clusters }),
    p,
    pAdjusted: p,
    margin: margin && { ...margin, pAdjusted: margin.p },
    itemsNeeded: itemsNeeded({ discordant: (onlyModel + onlyReference) / n, difference: (onlyModel - onlyReference) / n }),
  };
}

/**
 * One value a cluster, whose mean is the mean of the items whatever sizes clusters have: the sum of a cluster over the mean size.
 * Its standard error is then that of a mean over clusters (Cochran, Sampling Techniques, 9A.2).
 */
function clusterMeans(values: number[], clusters: number[]): number[] {
  const sums = new Map<number, number>();
  values.forEach((value, i) => sums.set(clusters[i], (sums.get(clusters[i]) ?? 0) + value));
  return [...sums.values()].map((sum) => (sum * sums.size) / values.length);
}
