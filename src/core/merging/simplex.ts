/** Gradient descent on coefficients that are not negative and sum to one. */
import type { Trial, Trials } from './merge-method';
import { checked } from './trials';

/** A step may change the logarithm of a coefficient by about this much at first. */
const firstStep = 2;
/** Losses that differ by less are the same: a thousandth of what a text of a thousand tokens can tell. */
const enough = 1e-6;

/**
 * Exponentiated gradient (Kivinen and Warmuth 1997, https://doi.org/10.1006/inco.1996.2612): c_i <- c_i exp(-s slope_i) / sum, from
 * equal parts on. A step that does not lower the loss is taken again at a quarter of its length, one that does makes the next longer.
 * @param most how many soups are tried at most
 * @returns what was tried, the start among it
 */
export async function descendOnSimplex(trials: Trials, n: number, most: number, soup: string): Promise<Trial[]> {
  const tried: Trial[] = [];
  const at = async (coefficients: number[]): Promise<{ coefficients: number[]; loss: number; slopes: number[] }> => {
    const { loss, slopes } = await trials.slopes(coefficients);
    tried.push({ coefficients, loss: checked(loss, soup) });
    return { coefficients, loss, slopes };
  };
  let here = await at(Array.from({ length: n }, () => 1 / n));
  let step = firstStep / Math.max(spreadOf(here), Number.MIN_VALUE);
  while (tried.length < most && spreadOf(here) > enough && Number.isFinite(step)) {
    const next = await at(moved(here, step));
    const better = next.loss < here.loss;
    if (better && here.loss - next.loss < enough) break;
    if (better) here = next;
    step *= better ? 1.5 : 0.25;
  }
  return tried;
}

/** How far slopes differ where there is something to take away: at the minimum they are equal. */
function spreadOf({ coefficients, slopes }: { coefficients: number[]; slopes: number[] }): number {
  const mean = slopes.reduce((sum, slope, i) => sum + coefficients[i] * slope, 0);
  return slopes.reduce((most, slope, i) => Math.max(most, coefficients[i] > 0 ? Math.abs(slope - mean) : 0), 0);
}

function moved({ coefficients, slopes }: { coefficients: number[]; slopes: number[] }, step: number): number[] {
  const least = Math.min(...slopes);
  const parts = coefficients.map((c, i) => c * Math.exp(-step * (slopes[i] - least)));
  const sum = parts.reduce((a, b) => a + b, 0);
  return parts.map((part) => part / sum);
}
