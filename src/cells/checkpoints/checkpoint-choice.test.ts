import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseCatalog, refOf } from '../../core/checkpoint/catalog';
import type { CheckpointRef } from '../../core/soup/model';
import { countOfLast, lastOfTrunk, pairRemark, toggled, withFreeNames } from './checkpoint-choice';

const run = parseCatalog(readFileSync(new URL('../../../models/catalog.json', import.meta.url), 'utf8')).runs[0];
const free = new Set<string>();
const foreign: CheckpointRef = { id: 'mine', source: { kind: 'bundled', run: 'elsewhere', name: 'last' }, sha256: '0'.repeat(64) };

function refs(...steps: number[]): CheckpointRef[] {
  return steps.map((step) => {
    const found = run.checkpoints.find((checkpoint) => checkpoint.step === step);
    if (!found) throw new Error(`no step ${step}`);
    return refOf(run, found);
  });
}

describe('choosing on the trajectory', () => {
  test('adds one in the order of training', () => {
    expect(toggled(run, refs(7000, 8000), 'step5000', free)).toEqual(refs(5000, 7000, 8000));
    expect(toggled(run, refs(5000, 8000), 'step7000', free)).toEqual(refs(5000, 7000, 8000));
  });

  test('removes one, and keeps the others as they are', () => {
    const renamed = { ...refs(8000)[0], id: 'the last one' };
    expect(toggled(run, [...refs(7000), renamed, foreign], 'step7000', free)).toEqual([renamed, foreign]);
    expect(toggled(run, [...refs(7000), renamed], 'step8000', free)).toEqual(refs(7000));
  });

  test('leaves references it does not know in their places', () => {
    expect(toggled(run, [foreign, ...refs(8000)], 'step7000', free)).toEqual([foreign, ...refs(7000, 8000)]);
    expect(toggled(run, refs(7000), 'nothing', free)).toEqual(refs(7000));
  });
});

describe('names', () => {
  const elsewhere = new Set(['step7000', 'step8000', 'step8000-2', 'text']);
  const ids = (list: CheckpointRef[]): string[] => list.map(({ id }) => id);

  test('of a checkpoint that something else is called like get a number', () => {
    expect(ids(toggled(run, refs(6000), 'step7000', elsewhere))).toEqual(['step6000', 'step7000-2']);
    expect(ids(withFreeNames(refs(5000, 7000, 8000), elsewhere))).toEqual(['step5000', 'step7000-2', 'step8000-3']);
  });

  test('stay while they are free', () => {
    expect(withFreeNames(refs(5000, 6000), elsewhere)).toEqual(refs(5000, 6000));
  });

  test('of what is chosen already stay as they are', () => {
    const own = { ...refs(8000)[0], id: 'step6000' };
    expect(ids(toggled(run, [own], 'step6000', free))).toEqual(['step6000-2', 'step6000']);
    expect(ids(lastOfTrunk(run, [own], 3, free))).toEqual(['step6000-2', 'step7000', 'step6000']);
  });
});

describe('the last of the run', () => {
  test('are those of its trunk, in the order of training', () => {
    expect(lastOfTrunk(run, [], 2, free)).toEqual(refs(7000, 8000));
    expect(lastOfTrunk(run, refs(8000, 500), 3, free)).toEqual(refs(6000, 7000, 8000));
  });

  test('are none, or all of them', () => {
    expect(lastOfTrunk(run, refs(7000, 8000), 0, free)).toEqual([]);
    const all = lastOfTrunk(run, [foreign], 100, free);
    expect(all).toHaveLength(run.checkpoints.filter(({ branch }) => !branch).length);
    expect(all).not.toContainEqual(foreign);
  });

  test('are counted where they are chosen, in that order', () => {
    for (const count of [0, 1, 2, 9]) expect(countOfLast(run, lastOfTrunk(run, [], count, free))).toBe(count);
    for (const others of [refs(6000, 7000), refs(8000, 7000), refs(8000, 8800), [foreign]]) expect(countOfLast(run, others)).toBeNull();
    expect(countOfLast(run, [...lastOfTrunk(run, [], 9, free), foreign])).toBeNull();
  });
});

describe('the remark on a pair', () => {
  test('is about late neighbours of nearly equal loss, in whatever order they are named', () => {
    for (const pair of [refs(7000, 8000), refs(8000, 7000), refs(4000, 5000)]) expect(pairRemark(run, pair)).toMatch(/^Late neighbours: .* may lie on one plateau/);
  });

  test('is about very different losses', () => {
    expect(pairRemark(run, refs(1000, 8000))).toMatch(/^Their losses differ much/);
  });

  test('claims nothing of other pairs: not consecutive, early, cooled down, or with an unknown one', () => {
    for (const pair of [refs(6000, 8000), refs(2000, 4000), refs(8000, 8800), refs(8000), refs(6000, 7000, 8000), [...refs(8000), foreign]]) expect(pairRemark(run, pair)).toBe('');
  });

  test('goes by the losses, not by the steps', () => {
    const changed = { ...run, checkpoints: run.checkpoints.map((checkpoint) => (checkpoint.step === 8000 ? { ...checkpoint, heldOut: { textbooks: 3.65, books: 3.69 } } : checkpoint)) };
    expect(pairRemark(changed, refs(7000, 8000))).toBe('');
  });
});
