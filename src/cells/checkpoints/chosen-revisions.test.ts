import { expect, test } from 'vitest';
import { failure } from '../../core/errors';
import type { Revision } from '../../core/hub/models';
import type { Watch } from '../../core/scoring/watch';
import { ChosenRevisions, keyOf } from './chosen-revisions.svelte';
import type { Candidate } from './finder';

const revision = (name: string, kind: Revision['kind'] = 'branch'): Revision => ({ name, kind, commit: `${kind} of ${name}`, step: null });
const revisions = [revision('step1'), revision('step2'), revision('step3'), revision('step3', 'tag')];

/** A Hub that answers when it is told to. */
function hub() {
  const asked: { commit: string; answer: () => void; refuse: (thrown: unknown) => void; watch: Watch }[] = [];
  const fromHub = (_repo: string, { name, commit }: Pick<Revision, 'name' | 'commit'>, watch: Watch): Promise<Candidate> =>
    new Promise((resolve, reject) => asked.push({ commit, watch, answer: () => resolve({ name, config: commit } as Candidate), refuse: reject }));
  return { asked, choice: new ChosenRevisions('a/b', revisions, { fromHub }) };
}
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const commits = (choice: ChosenRevisions): string[] => choice.candidates.map(({ config }) => config);

test('a branch and a tag of one name are two, each pinned to its own commit', async () => {
  const { asked, choice } = hub();
  for (const kind of ['tag', 'branch'] as const) void choice.toggle(keyOf({ kind, name: 'step3' }));
  for (let i = 0; i < 2; i++) {
    asked[i].answer();
    await settled();
  }
  expect(commits(choice)).toEqual(['branch of step3', 'tag of step3']);
  choice.remove(choice.candidates[1]);
  expect(commits(choice)).toEqual(['branch of step3']);
});

test('one that fails is dropped and told of, and the others are read', async () => {
  const { asked, choice } = hub();
  for (const { name } of revisions.slice(0, 3)) void choice.toggle(`branch ${name}`);
  asked[0].refuse(failure('repo-file-absent', { repo: 'a/b', revision: 'step1', file: 'config.json' }));
  await settled();
  for (let i = 1; i < 3; i++) {
    asked[i].answer();
    await settled();
  }
  expect(commits(choice)).toEqual(['branch of step2', 'branch of step3']);
  expect([...choice.chosen]).toEqual(['branch step2', 'branch step3']);
  expect(choice.reading.refused?.code).toBe('repo-file-absent');
});

test('Stop drops what is not read yet, and nothing more is asked for', async () => {
  const { asked, choice } = hub();
  for (const { name } of revisions.slice(0, 3)) void choice.toggle(`branch ${name}`);
  asked[0].answer();
  await settled();
  choice.reading.stop();
  asked[1].refuse(failure('stopped'));
  await settled();
  expect([...choice.chosen]).toEqual(['branch step1']);
  expect(choice.reading).toMatchObject({ busy: false, refused: null });
  expect(asked).toHaveLength(2);
});
