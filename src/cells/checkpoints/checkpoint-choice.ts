/** Checkpoints chosen on the trajectory: one more or less, the last few, and what the log says about a pair. */
import { refOf, type CatalogCheckpoint, type CatalogRun } from '../../core/checkpoint/catalog';
import { freshName } from '../../core/notebook/edits';
import type { CheckpointRef } from '../../core/soup/model';

/** A plateau is looked for from here on, and within this difference of mean held-out loss, nats per token. */
const late = { step: 4000, difference: 0.06 };
/** Losses further apart than this are said to differ much, nats per token. */
const far = 0.3;

/**
 * The references with one checkpoint more or less; those of the catalog in the order of training, others in their places.
 * @param elsewhere names that something else has; a checkpoint of such a name gets a free one
 */
export function toggled(run: CatalogRun, refs: CheckpointRef[], name: string, elsewhere: ReadonlySet<string>): CheckpointRef[] {
  const checkpoint = run.checkpoints.find((candidate) => candidate.name === name);
  if (!checkpoint) return refs;
  const without = refs.filter(({ sha256 }) => sha256 !== checkpoint.sha256);
  if (without.length < refs.length) return without;
  const all = withFreeNames([...refs, refOf(run, checkpoint)], elsewhere);
  const place = ({ sha256 }: CheckpointRef): number => run.checkpoints.findIndex((candidate) => candidate.sha256 === sha256);
  const known = all.filter((ref) => place(ref) >= 0).sort((a, b) => place(a) - place(b));
  return all.map((ref) => (place(ref) < 0 ? ref : (known.shift() ?? ref)));
}

/** The references, each under its own name if nothing before it and nothing elsewhere has that name, and otherwise under a free one. */
export function withFreeNames(refs: CheckpointRef[], elsewhere: ReadonlySet<string>): CheckpointRef[] {
  const taken = new Set(elsewhere);
  return refs.map((ref) => {
    const id = freshName(ref.id, taken);
    taken.add(id);
    return id === ref.id ? ref : { ...ref, id };
  });
}

/** The last checkpoints of the run, without its branches; those that are referred to already stay under their names. */
export function lastOfTrunk(run: CatalogRun, refs: CheckpointRef[], count: number, elsewhere: ReadonlySet<string>): CheckpointRef[] {
  const trunk = trunkOf(run);
  const wanted = trunk.slice(trunk.length - Math.min(count, trunk.length));
  const known = refs.filter(({ sha256 }) => wanted.some((checkpoint) => checkpoint.sha256 === sha256));
  const fresh = wanted.filter(({ sha256 }) => known.every((ref) => ref.sha256 !== sha256)).map((checkpoint) => refOf(run, checkpoint));
  const named = withFreeNames([...known, ...fresh], elsewhere);
  return wanted.flatMap(({ sha256 }) => named.find((ref) => ref.sha256 === sha256) ?? []);
}

/** How many of the run's last checkpoints these are; null where they are others. */
export function countOfLast(run: CatalogRun, refs: CheckpointRef[]): number | null {
  const last = lastOfTrunk(run, [], refs.length, new Set());
  return last.length === refs.length && last.every(({ sha256 }, i) => sha256 === refs[i].sha256) ? refs.length : null;
}

/** The run's checkpoints in the order of training, without its branches. */
export function trunkOf(run: CatalogRun): CatalogCheckpoint[] {
  return run.checkpoints.filter(({ branch }) => !branch).sort((a, b) => a.step - b.step);
}

/** A remark about two checkpoints, from their logged held-out losses; empty where the log supports none. */
export function pairRemark(run: CatalogRun, refs: CheckpointRef[]): string {
  const pair = refs.flatMap(({ sha256 }) => run.checkpoints.find((candidate) => candidate.sha256 === sha256) ?? []);
  if (refs.length !== 2 || pair.length !== 2) return '';
  const [a, b] = [...pair].sort((x, y) => x.step - y.step);
  const difference = Math.abs(meanLoss(a) - meanLoss(b));
  if (difference > far) return 'Their losses differ much: these are far apart in training.';
  const trunk = trunkOf(run);
  const consecutive = trunk.includes(a) && trunk[trunk.indexOf(a) + 1] === b;
  if (!consecutive || a.step < late.step || !(difference < late.difference)) return '';
  return 'Late neighbours: their losses are nearly equal, so both may lie on one plateau, where averaging can cancel chance.';
}

function meanLoss({ heldOut }: CatalogCheckpoint): number {
  const losses = Object.values(heldOut);
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}
