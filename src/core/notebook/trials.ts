/** Soups that are tried out on one part of the data, and how the chosen one does on the rest. */
import { failure } from '../errors';
import { isRight, type Answer } from '../evaluation/accuracy';
import { taskNamed } from '../evaluation/tasks';
import type { Trial, Trials } from '../merging/merge-method';
import { alone } from '../merging/trials';
import type { ScoredText } from '../perplexity/documents';
import { perplexityOf, standardError } from '../perplexity/perplexity';
import { splitText } from '../perplexity/split-text';
import type { Convention } from '../perplexity/windows';
import { mix, type Model } from '../soup/model';
import { pairedTest } from '../statistics/paired-mean';
import type { Kitchen } from './kitchen';
import { measured, measurementKey } from './measurements';
import type { TrialReport } from './results';
import { answersOf, type PreparedTask } from './run-evaluation';
import { scoreOf, textKey } from './scores';

/** Data in two parts, with the questions that are asked of each. */
export interface SplitData {
  by: TrialReport['by'];
  trials: Trials;
  /** @param best the ingredient that did best on what selected */
  report(coefficients: number[], best: number): Promise<Pick<TrialReport, 'selected' | 'reported'>>;
}

export function reportOf(data: SplitData, coefficients: number[], tried: Trial[], ingredients: Model[]): Promise<Pick<TrialReport, 'selected' | 'reported'>> {
  const lossAlone = ingredients.map((_, i) => tried.find((trial) => trial.coefficients.join() === alone(i, ingredients.length).join())?.loss ?? Infinity);
  return data.report(coefficients, lossAlone.indexOf(Math.min(...lossAlone)));
}

/** @throws text-too-short */
export function splitByText(kitchen: Kitchen, id: string, ingredients: Model[], text: ScoredText, convention: Convention, share: number): SplitData {
  const [selecting, reporting] = splitText(text, share);
  const soup = (coefficients: number[]): Model => mix(id, ingredients, coefficients);
  const meanOn = async (part: ScoredText, model: Model): Promise<number> => {
    const { documents, bytes } = await scoreOf(kitchen, model, part, convention);
    const { nll, tokens } = perplexityOf(documents, bytes);
    return nll / tokens;
  };
  const loss = (coefficients: number[]): Promise<number> => meanOn(selecting, soup(coefficients));
  return {
    by: 'text',
    trials: { loss, slopes: async (coefficients) => ({ loss: await loss(coefficients), slopes: await slopesOn(kitchen, soup(coefficients), ingredients, selecting, convention) }) },
    async report(coefficients, best) {
      const { documents: selected } = await scoreOf(kitchen, ingredients[best], selecting, convention);
      const [a, b] = [await scoreOf(kitchen, soup(coefficients), reporting, convention), await scoreOf(kitchen, ingredients[best], reporting, convention)];
      const [ours, theirs] = [perplexityOf(a.documents, a.bytes), perplexityOf(b.documents, b.bytes)];
      return {
        selected: selected.reduce((sum, { length }) => sum + length, 0),
        reported: {
          count: ours.tokens,
          soup: ours.perplexity,
          best: { model: ingredients[best].id, value: theirs.perplexity },
          difference: (ours.nll - theirs.nll) / ours.tokens,
          stderr: standardError([{ documents: a.documents, weight: 1 }, { documents: b.documents, weight: -1 }]),
        },
      };
    },
  };
}

/** By ingredient, from those by checkpoint: an ingredient may be a soup. */
async function slopesOn(kitchen: Kitchen, soup: Model, ingredients: Model[], text: ScoredText, convention: Convention): Promise<number[]> {
  const checkpoints = [...new Map(ingredients.flatMap((model) => model.ingredients.map(({ checkpoint }) => [checkpoint.sha256, checkpoint]))).values()];
  const key = measurementKey(kitchen.engine.info, soup, ['slopes', ...textKey(text), convention, checkpoints.map(({ sha256 }) => sha256)]);
  const { slopes } = await measured(kitchen.measurements, key, () => kitchen.engine.slopes(soup, checkpoints, text, convention, kitchen.watch));
  const slopeOf = new Map(checkpoints.map(({ sha256 }, i) => [sha256, slopes[i]]));
  return ingredients.map((model) => model.ingredients.reduce((sum, { checkpoint, coefficient }) => sum + coefficient * (slopeOf.get(checkpoint.sha256) as number), 0));
}

/** @throws items-not-split where one part would be empty */
export function splitByItems(kitchen: Kitchen, id: string, ingredients: Model[], task: PreparedTask, share: number): SplitData {
  const { metric, title } = taskNamed(task.asked.task);
  const place = placeOfSplit(task, share);
  if (place === 0 || place === task.items.length) throw failure('items-not-split', { task: title, found: task.items.length });
  const [selecting, reporting] = [part(task, 0, place), part(task, place, task.items.length)];
  const rightOn = async (some: PreparedTask, model: Model): Promise<boolean[]> => rightOf(some, await answersOf(model, some, kitchen));
  const rightOf = ({ asked }: PreparedTask, answers: Answer[]): boolean[] => answers.map((answer, i) => isRight(metric, asked.gold[i], answer));
  const soup = (coefficients: number[]): Model => mix(id, ingredients, coefficients);
  return {
    by: 'items',
    trials: {
      loss: async (coefficients) => 1 - mean(await rightOn(selecting, soup(coefficients))),
      slopes: () => Promise.reject(new Error('answers have no slope')),
    },
    async report(coefficients, best) {
      const [ours, theirs] = [await rightOn(reporting, soup(coefficients)), await rightOn(reporting, ingredients[best])];
      const test = pairedTest(ours.map((right, i) => Number(right) - Number(theirs[i])));
      const reported = { count: ours.length, soup: mean(ours), best: { model: ingredients[best].id, value: mean(theirs) }, difference: mean(ours) - mean(theirs), stderr: test?.stderr ?? null };
      return { selected: place, reported };
    },
  };
}

/** Where items are cut: twins stay together, so that neither part tells of the other. */
function placeOfSplit({ items, asked }: PreparedTask, share: number): number {
  const wanted = Math.round(share * items.length);
  const together = (place: number): boolean => asked.clusters !== undefined && asked.clusters.slice(0, place).some((cluster) => asked.clusters?.indexOf(cluster, place) !== -1);
  let place = wanted;
  while (place < items.length && together(place)) place++;
  return place;
}

function part({ asked, items, what, skip }: PreparedTask, from: number, to: number): PreparedTask {
  return { asked: { ...asked, gold: asked.gold.slice(from, to) }, items: items.slice(from, to), what, skip: skip + from };
}

function mean(right: boolean[]): number {
  return right.filter(Boolean).length / right.length;
}
