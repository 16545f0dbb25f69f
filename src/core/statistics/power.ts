/** How many items it would take to see a difference of a given size. */
import { normalQuantile } from './normal';

/**
 * Paired items after which McNemar's test, two-sided at `alpha`, finds a true difference of accuracies with probability
 * `power`: n = (z_{alpha/2} sqrt(psi) + z_beta sqrt(psi - delta^2))^2 / delta^2 with psi the discordance rate and delta the
 * difference (Miettinen, Biometrics 24 (1968), in the form of Connor, Biometrics 43 (1987), which keeps the power).
 * The formula is that of the large-sample test. `mcnemarP`, being exact and so conservative, has up to 0.04 less power at
 * this n (reference/golden/statistics.json).
 * @param discordant share of items that just one of the two models has right, in [0, 1]
 * @param difference of the accuracies, at most `discordant` either way
 * @returns whole items; null where there is no difference to see
 * @throws RangeError where models that disagree so rarely cannot differ so much
 */
export function itemsNeeded({ discordant, difference }: { discordant: number; difference: number }, alpha = 0.05, power = 0.8): number | null {
  if (Math.abs(difference) > discordant + rounding) throw new RangeError(`accuracies cannot differ by ${difference} where only ${discordant} of the items differ`);
  if (difference === 0) return null;
  const spread = Math.sqrt(Math.max(0, discordant - difference ** 2));
  const distance = normalQuantile(1 - alpha / 2) * Math.sqrt(discordant) + normalQuantile(power) * spread;
  return Math.ceil((distance / difference) ** 2);
}

/** What a difference of two accuracies may be off by. */
const rounding = 1e-9;

/**
 * The same for the mean of paired differences, say of margins: n = ((z_{alpha/2} + z_beta) sd / mean)^2, with the normal
 * quantile for Student's, for which the t-test needs about z_{alpha/2}^2 / 2 items more: two at the usual alpha (Guenther,
 * The American Statistician 35 (1981)).
 * @param mean of the differences
 * @param deviation their standard deviation, in the unit of the mean
 * @returns whole items; null where there is no difference to see
 */
export function itemsNeededForMean({ mean, deviation }: { mean: number; deviation: number }, alpha = 0.05, power = 0.8): number | null {
  if (mean === 0) return null;
  const distance = normalQuantile(1 - alpha / 2) + normalQuantile(power);
  return Math.ceil(((distance * deviation) / mean) ** 2);
}
