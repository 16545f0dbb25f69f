/** Checkpoints chosen on the trajectory: adding and removing one, and what the log says about a pair. */
import { refOf, type CatalogCheckpoint, type CatalogRun } from '../core/checkpoint/catalog';
import type { CheckpointRef } from '../core/soup/model';

/** A plateau is looked for from here on, and within this difference of mean held-out loss, nats per token. */
const late = { step: 4000, difference: 0.06 };
/** Losses further apart than this are said to differ much, nats per token. */
const far = 0.3;

/** The references with one checkpoint more or less; those of the catalog in the order of training, others in their places. */
export function toggled(run: CatalogRun, refs: CheckpointRef[], name: string): CheckpointRef[] {
  const checkpoint = run.checkpoints.find((candidate) => candidate.name === name);
  if (!checkpoint) return refs;
  const without = refs.filter(({ sha256 }) => sha256 !== checkpoint.sha256);
  if (without.length < refs.length) return without;
  const all = [...refs, refOf(run, checkpoint)];
  const place = ({ sha256 }: CheckpointRef): number => run.checkpoints.findIndex((candidate) => candidate.sha256 === sha256);
  const known = all.filter((ref) => place(ref) >= 0).sort((a, b) => place(a) - place(b));
  return all.map((ref) => (place(ref) < 0 ? ref : (known.shift() ?? ref)));
}

/** A remark about two checkpoints, from their logged held-out losses; empty where the log supports none. */
export function pairRemark(run: CatalogRun, refs: CheckpointRef[]): string {
  const pair = refs.flatMap(({ sha256 }) => run.checkpoints.find((candidate) => candidate.sha256 === sha256) ?? []);
  if (refs.length !== 2 || pair.length !== 2) return '';
  const [a, b] = [...pair].sort((x, y) => x.step - y.step);
  const difference = Math.abs(meanLoss(a) - meanLoss(b));
  if (difference > far) return 'Their losses differ much: these are far apart in training.';
  const trunk = run.checkpoints.filter(({ branch }) => !branch).sort((x, y) => x.step - y.step);
  const consecutive = trunk.includes(a) && trunk[trunk.indexOf(a) + 1] === b;
  if (!consecutive || a.step < late.step || !(difference < late.difference)) return '';
  return 'Late neighbours: their losses are nearly equal, so both may lie on one plateau, where averaging can cancel chance.';
}

function meanLoss({ heldOut }: CatalogCheckpoint): number {
  const losses = Object.values(heldOut);
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}
