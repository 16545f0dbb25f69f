import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wilsonInterval } from '../../core/statistics/wilson';
import { overlaps, textWidth, type Box } from './labels';
import { drawingOf, movedApart, sentenceOf, spursOf, trainingScale, type CheckpointAccuracy, type Drawing, type SoupAccuracy, type Trajectory } from './trajectory-chart';

const n = 300;

function measured(right: number): { accuracy: number; interval: [number, number] } {
  return { accuracy: right / n, interval: wilsonInterval(right, n) };
}

function checkpoint(step: number, right: number, branch = false): CheckpointAccuracy {
  return { model: `step${step}`, step, branch, ...measured(right) };
}

function soup(model: string, steps: number[], right: number): SoupAccuracy {
  return { model, steps, ...measured(right) };
}

const run: Trajectory = {
  n,
  chance: 0.5,
  checkpoints: [[125, 155], [500, 177], [1000, 181], [2000, 188], [4000, 206], [5000, 206], [6000, 200], [7000, 206], [8000, 207]]
    .map(([step, right]) => checkpoint(step, right))
    .concat(checkpoint(8800, 208, true)),
  soups: [soup('half 4000+5000', [4000, 5000], 204), soup('half 7000+8000', [7000, 8000], 208), soup('half 500+8000', [500, 8000], 177)],
};

/** The text itself, as the drawing sets it. */
function textBox({ text, kind, box, anchor }: Drawing['labels'][number]): Box {
  const width = textWidth(text, kind === 'soup' ? 13 : 12, kind === 'soup');
  return anchor === 'start' ? { ...box, right: box.left + width } : { ...box, left: box.right - width };
}

function expectReadable({ labels, soups, checkpoints, height, numbered }: Drawing, width: number): void {
  expect(labels.filter(({ kind }) => kind === 'soup')).toHaveLength(soups.length);
  if (numbered) return;
  const whiskers = [...soups, ...checkpoints].map(({ x, top, bottom }) => ({ left: x - 1, right: x + 1, top, bottom }));
  const boxes = labels.map(textBox);
  boxes.forEach((box, i) => {
    expect(box.left >= 0 && box.right <= width && box.top >= 0 && box.bottom <= height).toBe(true);
    for (const other of [...boxes.slice(i + 1), ...whiskers]) expect(overlaps(box, other)).toBe(false);
  });
}

describe('the drawing of a run', () => {
  it.each([320, 380, 480, 700, 896])('names every soup, nothing over anything, %i px wide', (width) => {
    const drawing = drawingOf(run, width);
    expect(drawing.numbered).toBe(false);
    expectReadable(drawing, width);
    expect(drawing.labels.map(({ text }) => text)).toEqual(expect.arrayContaining(['chance', 'cooled down']));
  });

  it('holds every whisker and chance', () => {
    const { plot, checkpoints, soups, chance } = drawingOf(run, 320);
    for (const { top, y, bottom } of [...checkpoints, ...soups]) expect(plot.top <= top && top < y && y < bottom && bottom < plot.bottom).toBe(true);
    expect(chance).toBeLessThan(plot.bottom);
  });

  it('puts soups between their ingredients', () => {
    for (const { x, from, to } of drawingOf(run, 320).soups) expect(from < x && x < to).toBe(true);
  });

  it('numbers soups whose names find no room', () => {
    const long = { ...run, soups: [soup('the mean of the last four checkpoints of this training run', [5000, 8000], 200)] };
    const { numbered, labels } = drawingOf(long, 320);
    expect(numbered).toBe(true);
    expect(labels.filter(({ kind }) => kind === 'soup').map(({ text }) => text)).toEqual(['1']);
  });

  it('keeps names apart for whatever accuracies', () => {
    const right = fc.integer({ min: 0, max: n });
    fc.assert(
      fc.property(fc.array(right, { minLength: 6, maxLength: 6 }), fc.array(right, { maxLength: 4 }), fc.integer({ min: 280, max: 896 }), (values, merged, width) => {
        const checkpoints = values.map((value, i) => checkpoint([500, 2000, 5000, 7000, 8000, 8800][i], value, i === 5));
        const soups = merged.map((value, i) => soup(`soup ${i}`, [[7000, 8000], [7000, 8000], [500, 8000], [2000]][i], value));
        expectReadable(drawingOf({ n, chance: 0.25, checkpoints, soups }, width), width);
      }),
      { numRuns: 60 },
    );
  });

  it('survives one checkpoint, and none', () => {
    expectReadable(drawingOf({ ...run, checkpoints: run.checkpoints.slice(8, 9), soups: [] }, 320), 320);
    expectReadable(drawingOf({ ...run, checkpoints: [] }, 320), 320);
  });
});

describe('movedApart', () => {
  it('leaves alone what stands alone', () => {
    expect(movedApart([50, 90], [10, 70])).toEqual([50, 90]);
  });

  it('moves a soup off its like and off a checkpoint, but not far', () => {
    const places = [...movedApart([50, 50, 50, 100], [30, 70, 100]), 30, 70, 100].sort((a, b) => a - b);
    places.slice(1).forEach((x, i) => expect(x - places[i]).toBeGreaterThanOrEqual(5));
    expect(movedApart([50, 50], [41, 59]).every((x) => Math.abs(x - 50) <= 16)).toBe(true);
  });
});

describe('trainingScale', () => {
  it('begins at step 0 for a run, and near late checkpoints', () => {
    expect(trainingScale([125, 8800], [0, 100])(0)).toBe(0);
    const x = trainingScale([7000, 8000], [0, 100]);
    expect(x(7000)).toBeGreaterThan(15);
    expect(x(8000)).toBeLessThan(85);
  });
});

it('a branch leaves the trunk at the last checkpoint before it', () => {
  expect(spursOf(run.checkpoints).map(([origin, end]) => [origin.step, end.step])).toEqual([[8000, 8800]]);
  expect(spursOf([checkpoint(8800, 200, true)])).toEqual([]);
});

it('the sentence has every value', () => {
  const short = { ...run, checkpoints: [checkpoint(7000, 206), checkpoint(8800, 208, true)], soups: [soup('half', [7000, 8000], 208)] };
  expect(sentenceOf('PIQA-style', short)).toBe(
    'PIQA-style, accuracy over training on 300 items, with 95 % intervals: step7000 at step 7000: 0.687 (0.632 to 0.737); ' +
      'step8800 at step 8800, cooled down: 0.693 (0.639 to 0.743); soup half of steps 7000 and 8000: 0.693 (0.639 to 0.743); chance 0.5.',
  );
});
