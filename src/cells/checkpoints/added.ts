/** Candidates that become checkpoints of a cell: each under a name that is free, in the order of training. */
import { isBundled, sha256OfWeights, stateOf } from '../../core/checkpoint/source';
import { alongTraining } from '../../core/checkpoint/training-step';
import type { CheckpointRef } from '../../core/soup/model';
import { withFreeNames } from './checkpoint-choice';
import type { Candidate } from './finder';

/** @param elsewhere names that something else has */
export function withCandidates(refs: CheckpointRef[], candidates: Candidate[], elsewhere: ReadonlySet<string>): CheckpointRef[] {
  const known = new Set(refs.map(({ sha256 }) => sha256));
  const fresh = candidates
    .map(({ name, source }) => ({ id: asName(name), source, sha256: sha256OfWeights(source.weights) }))
    .filter(({ sha256 }, i, all) => !known.has(sha256) && all.findIndex((other) => other.sha256 === sha256) === i);
  const all = [...refs, ...fresh];
  const inOrder = all.some(({ source }) => isBundled(source)) ? all : all.sort((a, b) => alongTraining(stateOf(a.source), stateOf(b.source)));
  return withFreeNames(inOrder, elsewhere);
}

/** What a cell's checkpoint may be called (notebook/fields.ts): other characters become dashes. */
export function asName(text: string): string {
  const name = text.replace(/[^\w .+-]+/g, '-').replace(/^[^\w]+/, '').slice(0, 64);
  return name || 'checkpoint';
}
