/** The golden files, and how the unit tests hold our numbers against them. */
import { join } from 'node:path';
import { refOf, runNamed, type Catalog } from '../src/core/checkpoint/catalog';
import { LocalEngine } from '../src/core/engine';
import { mix, modelOf, type Model } from '../src/core/soup/model';
import { folderLibrary, nodeEngine, readCatalog } from '../src/terminal/node-engine';

const models = join(import.meta.dirname, '../models');
const catalog: Catalog = await readCatalog(models);
const run = runNamed(catalog, 'pico');

export function goldenEngine(): LocalEngine {
  return nodeEngine(folderLibrary(models, catalog));
}

/** The model that a golden file names by its checkpoints' coefficients. */
export function goldenModel(id: string, coefficients: Record<string, number>): Model {
  const checkpoints = run.checkpoints.filter(({ name }) => name in coefficients);
  if (checkpoints.length !== Object.keys(coefficients).length) throw new Error(`not all checkpoints of ${id} are in the catalog`);
  const parts = checkpoints.map((checkpoint) => modelOf(refOf(run, checkpoint)));
  return mix(id, parts, checkpoints.map(({ name }) => coefficients[name]));
}

/** How far a number may be from the golden one. */
export type Tolerance = (expected: number) => number;

/** For one token's NLL. */
export const perToken: Tolerance = (nll) => 1e-4 * Math.max(1, nll);
/** For the log-likelihood of a few tokens together. */
export const perChoice: Tolerance = () => 1e-3;
export const relative =
  (part: number): Tolerance =>
  (expected) =>
    part * Math.abs(expected);

/** Every number that is not where it should be, told in words; an empty list is agreement. */
export function mismatches(found: ArrayLike<number>, expected: number[], tolerance: Tolerance): string[] {
  if (found.length !== expected.length) return [`${found.length} numbers instead of ${expected.length}`];
  return expected.flatMap((value, i) => (Math.abs(found[i] - value) <= tolerance(value) ? [] : [`[${i}] ${found[i]} instead of ${value}`]));
}
