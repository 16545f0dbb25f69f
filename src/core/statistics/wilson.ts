/** How far an accuracy measured on n items can be trusted. */
import { normalQuantile } from './normal';

/**
 * Wilson's score interval of a proportion: where (p - successes/n) / sqrt(p (1 - p) / n) stays within the normal quantile.
 * Unlike the mean plus or minus two standard errors it stays within [0, 1] and has a width when every item is right
 * (Wilson, "Probable inference", JASA 22 (1927); Brown, Cai and DasGupta, Statistical Science 16 (2001)).
 * @param successes at most n
 * @param n items; none at all says nothing: [0, 1]
 */
export function wilsonInterval(successes: number, n: number, confidence = 0.95): [low: number, high: number] {
  if (n === 0) return [0, 1];
  const z = normalQuantile((1 + confidence) / 2);
  const centre = successes + (z * z) / 2;
  const half = z * Math.sqrt((successes * (n - successes)) / n + (z * z) / 4);
  return [successes === 0 ? 0 : (centre - half) / (n + z * z), successes === n ? 1 : (centre + half) / (n + z * z)];
}
