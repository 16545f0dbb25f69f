/** Whether one number agrees with another that goes by the same name. */
import { count } from '../count';
import type { AccuracyNumber, CoefficientNumber, PerplexityNumber, ReportedNumber } from './reproduction-numbers';
import { coefficientAgrees, isClose, toleranceOf, toleranceOfFound } from './reproduction-rule';
import type { CellResult } from './results';

export interface Agreement {
  agrees: boolean;
  /** why it does not, or how it does all the same */
  note?: string;
}

/** How far the mark of a soup may lie from where it was; its coefficient is held against the reported one in the soup's own cell. */
const toleranceOfPlace = 1e-3;

const yes: Agreement = { agrees: true };
const no = (note: string): Agreement => ({ agrees: false, note });

/**
 * @param here of the same name and quantity
 * @param result where it comes from, with the temperature and the answers
 * @param relative tolerance of a mean NLL (reproduction-rule.ts)
 */
export function agreement(there: ReportedNumber, here: ReportedNumber, result: CellResult, relative: number): Agreement {
  if (there.quantity === 'perplexity' && here.quantity === 'perplexity') return ofPerplexity(there, here, relative);
  if (there.quantity === 'coefficient' && here.quantity === 'coefficient') return ofCoefficient(there, here, result, relative);
  if (there.quantity === 'accuracy' && here.quantity === 'accuracy') return ofAccuracy(there, here, result, relative);
  return no('it is another quantity');
}

function ofPerplexity(there: PerplexityNumber, here: PerplexityNumber, relative: number): Agreement {
  if (there.tokens !== here.tokens) return no(`${there.tokens} tokens there, ${here.tokens} here`);
  if (there.place !== null && here.place !== null && !(Math.abs(there.place - here.place) <= toleranceOfPlace)) return no(`at ${there.place} there, at ${here.place} here`);
  const difference = Math.abs(there.mean - here.mean);
  if (!(difference <= toleranceOf(there.mean, relative))) return no(`mean NLL differs by ${difference.toPrecision(2)} nats per token`);
  return there.bytes === here.bytes ? yes : no(`${there.bytes} bytes there, ${here.bytes} here`);
}

function ofCoefficient(there: CoefficientNumber, here: CoefficientNumber, result: CellResult, relative: number): Agreement {
  const { method, temperature } = result.kind === 'soup' ? result : { method: 'manual' as const, temperature: 1 };
  const found = Math.abs(there.told.value - here.told.value) <= toleranceOfFound(method, relative);
  const agrees = found || coefficientAgrees(there.index, here.told.value, there.coefficients, { nll: there.nll, temperature, relative });
  return agrees ? yes : no(`it differs by ${Math.abs(there.told.value - here.told.value).toPrecision(2)}`);
}

function ofAccuracy(there: AccuracyNumber, here: AccuracyNumber, result: CellResult, relative: number): Agreement {
  if (there.right.length !== here.right.length) return no(`${there.right.length} items there, ${here.right.length} here`);
  const close = closeItems(here, result, relative);
  const differing = close.flatMap((isClose, i) => (there.right[i] === here.right[i] ? [] : [isClose]));
  const within = differing.filter(Boolean).length;
  if (within < differing.length) return no(otherwise(differing.length, within));
  const norm = Math.abs(there.rightNorm - here.rightNorm);
  if (norm > close.filter(Boolean).length) return no(`by likelihood per character ${there.rightNorm} are right there, ${here.rightNorm} here`);
  return differing.length === 0 ? yes : { agrees: true, note: otherwise(differing.length, within) };
}

/** Of each item, whether its answer here is within the tolerance of another. */
function closeItems({ model, task, right }: AccuracyNumber, result: CellResult, relative: number): boolean[] {
  if (result.kind !== 'evaluation' && result.kind !== 'comparison') return right.map(() => false);
  const gold = result.tasks.find((asked) => asked.task === task)?.gold ?? [];
  const answers = result.answers.find((each) => each.model === model && each.task === task)?.answers ?? [];
  return right.map((_, i) => isClose(gold[i], answers[i], relative));
}

function otherwise(items: number, within: number): string {
  const how = within === 0 ? '' : within === items ? ', within the tolerance' : `, ${count(within)} of them within the tolerance`;
  return `${items === 1 ? '1 item is' : `${count(items)} items are`} answered otherwise here${how}`;
}
