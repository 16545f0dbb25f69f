/** The branches and tags of a model's repository, which is where runs publish their intermediate checkpoints. */
import * as v from 'valibot';
import { alongTraining, trainingStepOf, type TrainingStep } from '../checkpoint/training-step';
import { answerOf, commitHash } from './answer';
import { addressOfApi, askRepository } from './repository';
import type { Line } from './request';

export interface Revision {
  name: string;
  kind: 'branch' | 'tag';
  /** 40 hexadecimal digits */
  commit: string;
  /** how far training had come, where the name says so */
  step: TrainingStep | null;
}

/** Longer names git would allow, but nobody reads. */
const refs = v.array(v.object({ name: v.pipe(v.string(), v.minLength(1), v.maxLength(200)), targetCommit: commitHash }));
const answer = v.object({ branches: refs, tags: v.optional(refs, []) });

/**
 * In the order of training; `main` is the last where it says nothing of a step.
 * @param repo `owner/name`
 * @throws repo-absent, repo-gated, token-refused, hub-unreachable, hub-refused, hub-malformed, download-failed, stopped
 */
export async function revisionsOf(line: Line, repo: string): Promise<Revision[]> {
  const response = await askRepository(line, { repo }, addressOfApi(line, repo, 'refs'), repo);
  const { branches, tags } = await answerOf(line, response, answer, repo);
  const told = (kind: Revision['kind'], of: typeof branches): Revision[] =>
    of.map(({ name, targetCommit }) => ({ name, kind, commit: targetCommit, step: trainingStepOf(name) }));
  return [...told('branch', branches), ...told('tag', tags)].sort((a, b) => alongTraining(a.name, b.name));
}
