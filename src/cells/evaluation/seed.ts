/** The seed with which demonstrations are drawn, as a person writes it. */
import { harnessSeed } from '../../core/evaluation/with-shots';
import { wholeFrom } from '../../ui/numbers';

/** As Python's `random` takes it in one word, and as the notebook's format has it. */
export const mostSeed = 2 ** 32 - 1;

/** What an input says; the harness's own where it says nothing that is a seed. */
export function seedFrom(value: number): number {
  return Math.min(mostSeed, wholeFrom(value, 0) ?? harnessSeed);
}
