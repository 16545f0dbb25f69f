import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseCatalog, refOf } from '../core/checkpoint/catalog';
import type { CheckpointRef } from '../core/soup/model';
import { pairRemark, toggled } from './checkpoint-choice';

const run = parseCatalog(readFileSync(new URL('../../models/catalog.json', import.meta.url), 'utf8')).runs[0];
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
    expect(toggled(run, refs(7000, 8000), 'step5000')).toEqual(refs(5000, 7000, 8000));
    expect(toggled(run, refs(5000, 8000), 'step7000')).toEqual(refs(5000, 7000, 8000));
  });

  test('removes one, and keeps the others as they are', () => {
    const renamed = { ...refs(8000)[0], id: 'the last one' };
    expect(toggled(run, [...refs(7000), renamed, foreign], 'step7000')).toEqual([renamed, foreign]);
    expect(toggled(run, [...refs(7000), renamed], 'step8000')).toEqual(refs(7000));
  });

  test('leaves references it does not know in their places', () => {
    expect(toggled(run, [foreign, ...refs(8000)], 'step7000')).toEqual([foreign, ...refs(7000, 8000)]);
    expect(toggled(run, refs(7000), 'nothing')).toEqual(refs(7000));
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
