/** What the lesson on merge methods says of the paper's claims: every number in it is taken from the notebook's results. */
import { mergeMethods } from '../src/core/merging/merge-methods';
import type { MethodName } from '../src/core/merging/merge-method';
import type { ComparedGroup, Judge, MethodChanges } from '../src/core/notebook/compared';
import { percent } from '../src/core/notebook/compared-words';
import type { Report } from '../src/core/notebook/report';
import type { SweepSoup } from '../src/core/notebook/results';

/** What of a report the claims are about. */
export type LessonResults = Pick<Report, 'comparisons' | 'sweeps'>;

type Judged = Judge & { groups: ComparedGroup[]; methods: MethodChanges[] };

/** Without what nobody asks for here, and with as many digits as any device agrees about. */
export function lessonResults({ comparisons, sweeps }: Report): LessonResults {
  const short = (_: string, value: unknown): unknown => (typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value);
  return JSON.parse(JSON.stringify({ comparisons, sweeps }, short)) as LessonResults;
}

export function claims(results: LessonResults): string {
  const on = (cell: string, kind: Judge['kind']): Judged => found(found(results.comparisons, (each) => each.id === cell).judges, (judge) => judge.kind === kind);
  const [late, distant, more] = ['late', 'distant', 'more'].map((cell) => on(cell, 'text'));
  const [lateAnswers, distantAnswers] = ['late', 'distant'].map((cell) => on(cell, 'task'));
  const pairs = soupsOf(results, 'pairs');
  const lengths = soupsOf(results, 'lengths');
  const early = [['step125', 'step500'], ['step500', 'step1000'], ['step1000', 'step2000']].map((pair) => soup(pairs, pair));
  const [two, three, four] = [2, 3, 4].map((count) => found(lengths, ({ ingredients }) => ingredients.length === count && ingredients.at(-1) === 'step8000'));
  const surely = (judged: Judged): number => judged.groups.flatMap(({ methods }) => methods).filter(({ p }) => p !== null && p < 0.05).length;
  const gains = soup(pairs, ['step2000', 'step4000']);
  const meanOf = ({ methods }: Judged, method: MethodName): number => found(methods, (each) => each.method === method).mean;
  holds(meanOf(late, 'uniform') > 0 && meanOf(distant, 'uniform') < 0, 'neighbours gain and distant pairs lose');
  holds(late.groups.every(({ methods }) => methods.some(({ method, change, p }) => method === 'uniform' && (change ?? 0) > 0 && p !== null && p < 0.05)), 'every late pair gains');
  holds(early.every(({ difference }) => difference > 0) && gains.difference < 0, 'early neighbours lose until step4000');
  holds(pairs.every(({ ingredients, difference }) => ingredients[0] !== 'step125' || ingredients.length === 1 || difference > 0), 'step125 spoils every pair');
  holds(four.perplexity < three.perplexity && three.perplexity < two.perplexity, 'more are better');
  holds(meanOf(distant, 'search') >= 0 && meanOf(distant, 'greedy') >= 0, 'search and greedy do no harm');
  holds(meanOf(late, 'perplexity') > Math.max(meanOf(late, 'regmean'), meanOf(late, 'fisher'), meanOf(late, 'greedy')), 'weighting is ahead of three');
  const all = (judged: Judged): number => judged.groups.flatMap(({ methods }) => methods).length;
  return `
Numbers as the command line computed them; run the cells above and they should be yours. Perplexities are on the held-out text, and a change in percent is against the better ingredient: **plus is better**.

- *Neighbours merge better than checkpoints far apart.* **This run agrees.** In equal parts, late neighbours come to ${mean(late, 'uniform')} on average, the two distant pairs to ${mean(distant, 'uniform')}. The matrix shows the same for all pairs: everything that step125 is part of is worse than its partner alone.
- *Two neighbours make a soup that is better than either.* **Agrees in perplexity:** ${better(late, 'uniform')} late pairs, each by more than chance. **Accuracy cannot tell:** on the 200 questions ${surely(lateAnswers)} of ${all(lateAnswers)} late soups differ from their better ingredient by more than chance, and uniform soups come to ${mean(lateAnswers, 'uniform')} on average, which is within noise.
- *Early checkpoints do not merge well.* **Agrees.** ${early.map(pairWords).join(', ')}. The first neighbours that gain are ${pairWords(gains)}.
- *Three or four are weaker than two.* **This run disagrees.** Up to step8000 the last two come to ${two.perplexity.toFixed(2)}, the last three to ${three.perplexity.toFixed(2)}, the last four to ${four.perplexity.toFixed(2)}; against the best checkpoint in each that is ${change(two)}, ${change(three)} and ${change(four)}. Its learning rate is constant, so that late checkpoints lie around one place, and averaging more of them cancels more noise.
- *Weighting by perplexity is better than the other methods.* **Partly.** For late neighbours it is ${mean(late, 'perplexity')} and equal parts are ${mean(late, 'uniform')}: neighbours have nearly equal perplexities, so the coefficients are near one half, and these are nearly the same soups. It is ahead of RegMean (${mean(late, 'regmean')}), Fisher (${mean(late, 'fisher')}) and greedy (${mean(late, 'greedy')}). Far apart, where perplexities differ, it loses less than equal parts (${mean(distant, 'perplexity')} against ${mean(distant, 'uniform')}), and still much more than not merging at all.
- *It needs no labels and keeps up with methods that have them.* **Agrees.** Greedy and Fisher had 100 labelled questions; greedy, choosing by so few, often takes one checkpoint alone. On the questions themselves neither is ahead: of ${all(lateAnswers) + all(distantAnswers)} soups of pairs ${surely(lateAnswers) + surely(distantAnswers)} ${surely(lateAnswers) + surely(distantAnswers) === 1 ? 'differs' : 'differ'} from the better ingredient by more than chance.
- *What this page adds.* The search needs no labels either. Between neighbours it finds what equal parts find (${mean(late, 'search')}); far apart it does no harm (${mean(distant, 'search')}), and neither does greedy (${mean(distant, 'greedy')}), because both may leave a checkpoint out. Of the last four checkpoints the best are ${leaders(more)}.

One run of one small model: a claim about training runs in general would take many.
`.trim();
}

/** Words that the numbers must bear out: where they do not any more, somebody has to write others. */
function holds(condition: boolean, what: string): void {
  if (!condition) throw new Error(`it is no longer so that ${what}`);
}

function found<T>(all: T[], wanted: (each: T) => boolean): T {
  const one = all.find(wanted);
  if (one === undefined) throw new Error('the lesson has no such result');
  return one;
}

function soupsOf({ sweeps }: LessonResults, cell: string): SweepSoup[] {
  return found(sweeps, ({ id }) => id === cell).soups ?? [];
}

function soup(soups: SweepSoup[], ingredients: string[]): SweepSoup {
  return found(soups, (each) => each.ingredients.join() === ingredients.join());
}

function mean({ methods }: Judged, method: MethodName): string {
  return percent(found(methods, (each) => each.method === method).mean);
}

function better({ methods }: Judged, method: MethodName): string {
  const { surelyBetter, changes } = found(methods, (each) => each.method === method);
  return `${surelyBetter} of ${changes.length}`;
}

function change({ difference, differenceStderr }: SweepSoup): string {
  return `${percent(-Math.expm1(difference))} ± ${(100 * (differenceStderr ?? NaN)).toFixed(2)} %`;
}

function pairWords(one: SweepSoup): string {
  return `${one.ingredients.join(' and ')} (${one.perplexity.toFixed(2)} against ${one.best.perplexity.toFixed(2)})`;
}

/** The first three of the largest group, by their change. */
function leaders({ groups }: Judged): string {
  const largest = groups.reduce((a, b) => (b.ingredients.length > a.ingredients.length ? b : a));
  const sorted = [...largest.methods].sort((a, b) => (b.change ?? -Infinity) - (a.change ?? -Infinity)).slice(0, 3);
  return sorted.map(({ method, change, changeStderr }) => `${mergeMethods[method].title} (${percent(change ?? NaN)} ± ${(100 * (changeStderr ?? NaN)).toFixed(2)} %)`).join(', ');
}
