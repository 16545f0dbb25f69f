import { describe, expect, test } from 'vitest';
import type { HubSource } from '../../core/checkpoint/source';
import { isName } from '../../core/notebook/fields';
import type { CheckpointRef } from '../../core/soup/model';
import { asName, withCandidates } from './added';
import type { Candidate } from './finder';

const file = (sha256: string) => ({ path: 'model.safetensors', bytes: 1, sha256: sha256.padEnd(64, '0') });
const candidate = (name: string, sha256: string): Candidate => {
  const source: HubSource = { kind: 'hub', repo: 'a/b', revision: name, commit: '0'.repeat(40), weights: [file(sha256)], config: file('c'), tokenizer: file('d') };
  return { name, source, config: '', tokenizer: '' };
};
const bundled: CheckpointRef = { id: 'step8000', source: { kind: 'bundled', run: 'pico', name: 'step8000' }, sha256: 'e'.repeat(64) };
const nothing = new Set<string>();

describe('candidates become checkpoints', () => {
  test('in the order of training, whatever order they were chosen in', () => {
    const first = withCandidates([], [candidate('step3000', '3')], nothing);
    expect(withCandidates(first, [candidate('step10000', '1'), candidate('step512', '5')], nothing).map(({ id }) => id)).toEqual(['step512', 'step3000', 'step10000']);
  });

  test('at the end where the list is the person’s own', () => {
    expect(withCandidates([bundled], [candidate('step1', '1')], nothing).map(({ id }) => id)).toEqual(['step8000', 'step1']);
  });

  test('once each, and what is there already stays as it is', () => {
    const there = withCandidates([], [candidate('step1', '1')], nothing);
    const again = withCandidates([{ ...there[0], id: 'mine' }], [candidate('step1', '1'), candidate('step2', '2'), candidate('step3', '2')], nothing);
    expect(again.map(({ id }) => id)).toEqual(['mine', 'step2']);
  });

  test('under a free name', () => {
    expect(withCandidates([], [candidate('text', '1')], new Set(['text'])).map(({ id }) => id)).toEqual(['text-2']);
  });
});

test.each(['step1000', 'stage1-step120000-tokens252B', 'refs/pr/1', '<img src=x>', '', '...', '日本語', 'ä'.repeat(80), '.hidden', '-x'])('“%s” gives a name that a checkpoint may have', (text) => {
  expect(isName(asName(text))).toBe(true);
});
