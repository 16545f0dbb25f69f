/** Accuracy over training, where a cell asked enough checkpoints of the run for a curve. */
import type { CatalogRun } from '../../core/checkpoint/catalog';
import { taskTitle } from '../../core/evaluation/tasks';
import type { EvaluationResult } from '../../core/notebook/results';
import type { TaskScores } from '../../core/notebook/task-scores';

interface Measured {
  model: string;
  accuracy: number;
  interval: [low: number, high: number];
}

export interface TrajectoryScores {
  task: string;
  n: number;
  chance: number;
  checkpoints: (Measured & { step: number; branch: boolean })[];
  soups: (Measured & { steps: number[] })[];
}

/** Two points are a line and no curve. */
const fewest = 3;

/** @returns null with fewer than three checkpoints whose step is known */
export function trajectoryOfScores(result: EvaluationResult, { asked, rows, chance }: TaskScores, run: CatalogRun): TrajectoryScores | null {
  const placeOf = (name: string) => run.checkpoints.find((checkpoint) => checkpoint.name === name);
  const checkpoints = rows.flatMap(({ model, accuracy, interval }) => {
    const place = placeOf(model);
    return place ? [{ model, accuracy, interval, step: place.step, branch: place.branch }] : [];
  });
  if (checkpoints.length < fewest) return null;
  const soups = rows.flatMap(({ model, accuracy, interval }) => {
    const steps = (result.models.find((each) => each.model === model)?.ingredients ?? []).flatMap((name) => placeOf(name)?.step ?? []);
    return steps.length > 0 ? [{ model, accuracy, interval, steps }] : [];
  });
  return { task: taskTitle(asked.task), n: asked.gold.length, chance: chance ?? 0, checkpoints: checkpoints.sort((a, b) => a.step - b.step), soups };
}
