/** An interval of a mean difference that assumes no distribution. */
import { seeded } from './random';

export interface BootstrapOptions {
  resamples?: number;
  /** a whole number; the same seed gives the same interval */
  seed?: number;
  confidence?: number;
  /** which cluster each difference belongs to, say a pair of twin items; whole clusters are drawn */
  clusters?: number[];
}

/** What is drawn as a whole: one item, or one cluster of them. */
interface Units {
  sums: Float64Array;
  sizes: Float64Array;
}

/**
 * Percentile bootstrap of the mean of paired differences (Efron and Tibshirani, An Introduction to the Bootstrap, 13.3; of
 * clusters: Davison and Hinkley, Bootstrap Methods, 3.8). A resample's mean is its sum over its size, which varies where
 * clusters do.
 * @param differences one model's value minus the other's, one an item
 * @returns in the unit of the differences, or null with fewer than two items or clusters to draw from
 * @throws RangeError where clusters and differences are not equally many
 */
export function pairedBootstrap(differences: number[], options: BootstrapOptions = {}): [low: number, high: number] | null {
  const { resamples = 10_000, seed = 1, confidence = 0.95, clusters } = options;
  const units = clusters ? clustered(differences, clusters) : alone(differences);
  if (units.sums.length < 2) return null;
  const means = resampledMeans(units, resamples, seed).sort();
  return [percentile(means, (1 - confidence) / 2), percentile(means, (1 + confidence) / 2)];
}

function alone(differences: number[]): Units {
  return { sums: Float64Array.from(differences), sizes: new Float64Array(differences.length).fill(1) };
}

function clustered(differences: number[], clusters: number[]): Units {
  if (clusters.length !== differences.length) throw new RangeError(`${clusters.length} clusters for ${differences.length} differences`);
  const places = new Map([...new Set(clusters)].map((cluster, place) => [cluster, place]));
  const units: Units = { sums: new Float64Array(places.size), sizes: new Float64Array(places.size) };
  differences.forEach((difference, i) => {
    const place = places.get(clusters[i]) ?? NaN;
    units.sums[place] += difference;
    units.sizes[place]++;
  });
  return units;
}

/** As many draws with replacement as there are units, `resamples` times: the mean of each. */
function resampledMeans({ sums, sizes }: Units, resamples: number, seed: number): Float64Array {
  const next = seeded(seed);
  const scale = sums.length / 2 ** 32;
  return new Float64Array(resamples).map(() => {
    let [sum, size] = [0, 0];
    for (let draw = 0; draw < sums.length; draw++) {
      const unit = Math.floor(next() * scale);
      sum += sums[unit];
      size += sizes[unit];
    }
    return sum / size;
  });
}

/** Of sorted values, between neighbours on a line, as numpy has it (Hyndman and Fan, The American Statistician 50 (1996), type 7). */
function percentile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}
