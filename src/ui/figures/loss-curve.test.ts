import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseCatalog } from '../../core/checkpoint/catalog';
import { lossAt, stepScale, lossScale, trajectoryOf } from './loss-curve';

const run = parseCatalog(readFileSync(new URL('../../../models/catalog.json', import.meta.url), 'utf8')).runs[0];
const trajectory = trajectoryOf(run.curve);

describe('the bundled trajectory', () => {
  it('leaves the trunk at step 8000 for the cooled-down branch', () => {
    expect(trajectory.branches.map(({ origin, end }) => [origin.step, end.step])).toEqual([[8000, 8800]]);
    expect(trajectory.trunk.map(({ step }) => step)).not.toContain(8800);
  });

  it('has a loss for every checkpoint, and between logged steps', () => {
    for (const { step, branch, heldOut } of run.checkpoints) {
      expect(lossAt(trajectory, step, branch)).toBeCloseTo((heldOut.textbooks + heldOut.books) / 2, 3);
    }
    const [a, b] = [lossAt(trajectory, 7000, false) ?? NaN, lossAt(trajectory, 8000, false) ?? NaN];
    expect(lossAt(trajectory, 7500, false)).toBeCloseTo((a + b) / 2, 6);
    expect(lossAt(trajectory, 9000, false)).toBeNull();
  });

  it('keeps points apart on the narrowest phone', () => {
    const x = stepScale(8800, [42, 264]);
    const losses = run.checkpoints.map(({ step, branch }) => lossAt(trajectory, step, branch) ?? NaN);
    const y = lossScale(losses, [210, 40]);
    const points = run.checkpoints.map(({ step }, i) => [x(step), y(losses[i])]);
    points.forEach(([x0, y0], i) =>
      points.slice(i + 1).forEach(([x1, y1]) => expect(Math.hypot(x0 - x1, y0 - y1)).toBeGreaterThan(19)),
    );
  });
});
