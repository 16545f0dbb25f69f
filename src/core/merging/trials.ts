/** What methods that try soups out share. */
import { failure } from '../errors';
import type { Trial, Trials } from './merge-method';

/** @throws coefficients-invalid where a trial came to nothing that can be compared */
export function checked(loss: number, soup: string): number {
  if (!Number.isFinite(loss)) throw failure('coefficients-invalid', { soup, found: `a trial whose loss is ${loss}`, allowed: 'finite losses: choose other ingredients or another text' });
  return loss;
}

/** All of one ingredient and nothing of the others. */
export function alone(i: number, n: number): number[] {
  return Array.from({ length: n }, (_, k) => (k === i ? 1 : 0));
}

/** Every ingredient alone. */
export async function startingTrials(n: number, trials: Trials, soup: string): Promise<Trial[]> {
  const tried: Trial[] = [];
  for (let i = 0; i < n; i++) tried.push({ coefficients: alone(i, n), loss: checked(await trials.loss(alone(i, n)), soup) });
  return tried;
}

/** The first of the trials that no other one beats. */
export function bestOf(tried: Trial[]): Trial {
  return tried.reduce((best, trial) => (trial.loss < best.loss ? trial : best));
}
