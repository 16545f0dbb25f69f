/** The geometry of accuracy over training: what is drawn where at a given width. */
import { scaleLinear, type ScaleContinuousNumeric } from 'd3-scale';
import { listed } from '../../core/listed';
import { alongLine, around, lineHeight, placeLabel, textWidth, Tracer, type Box, type Placed, type Point } from './labels';
import { stepScale } from './loss-curve';

export interface CheckpointAccuracy {
  model: string;
  step: number;
  /** cooled down apart from the trunk */
  branch: boolean;
  accuracy: number;
  interval: [low: number, high: number];
}

export interface SoupAccuracy {
  model: string;
  /** of its ingredients */
  steps: number[];
  accuracy: number;
  interval: [low: number, high: number];
}

export interface Trajectory {
  n: number;
  chance: number;
  checkpoints: CheckpointAccuracy[];
  soups: SoupAccuracy[];
}

/** A measured accuracy and its whisker. */
export interface Spot extends Point {
  model: string;
  top: number;
  bottom: number;
  title: string;
}

export interface SoupSpot extends Spot {
  /** the steps its ingredients span */
  from: number;
  to: number;
}

export type Label = Placed & { key: number; text: string; kind: 'soup' | 'branch' | 'chance' };

/** Soups closer in x than this to another soup, or to a checkpoint, move aside, but not far: pixels. */
const fromSoup = 7;
const fromCheckpoint = 6;
const farthest = 16;
/** Rows of labels above the whiskers, at most. */
const mostRows = 4;
/** between a label and the next: two numbers must not read as one */
const between = 5;

export function meanOf(values: number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

/** Each branch with the last checkpoint of the trunk before it: where it left, as far as the chosen checkpoints tell. */
export function spursOf(checkpoints: CheckpointAccuracy[]): [origin: CheckpointAccuracy, end: CheckpointAccuracy][] {
  const trunk = trunkOf(checkpoints);
  return checkpoints.flatMap((end) => {
    const origin = end.branch && trunk.findLast(({ step }) => step < end.step);
    return origin ? [[origin, end] as [CheckpointAccuracy, CheckpointAccuracy]] : [];
  });
}

export function trunkOf(checkpoints: CheckpointAccuracy[]): CheckpointAccuracy[] {
  return checkpoints.filter(({ branch }) => !branch).sort((a, b) => a.step - b.step);
}

/** The nearest free place of each, in order: soups of the same ingredients would lie on each other. */
export function movedApart(soups: number[], checkpoints: number[]): number[] {
  const offsets = Array.from({ length: 2 * farthest + 1 }, (_, i) => (i % 2 ? 1 : -1) * Math.ceil(i / 2));
  const placed: number[] = [];
  for (const mean of soups) {
    const room = (x: number) => Math.min(1, ...placed.map((other) => Math.abs(x - other) / fromSoup), ...checkpoints.map((other) => Math.abs(x - other) / fromCheckpoint));
    const places = offsets.map((offset) => mean + offset);
    placed.push(places.reduce((best, x) => (room(x) > room(best) ? x : best)));
  }
  return placed;
}

/** From the beginning of the run; where all steps are late ones, around them, for they would huddle at the end of that axis. */
export function trainingScale(steps: number[], range: [number, number]): ScaleContinuousNumeric<number, number> {
  const [first, last] = [Math.min(...steps), Math.max(...steps)];
  const margin = Math.max((last - first) / 3, last / 10);
  const x = stepScale(last, range);
  return first > margin ? x.domain([first - margin, last + margin]) : x;
}

/** Holds every whisker and chance, whatever else. */
export function accuracyScale({ chance, checkpoints, soups }: Trajectory, range: [number, number]): ScaleContinuousNumeric<number, number> {
  const values = [chance, ...[...checkpoints, ...soups].flatMap(({ accuracy, interval }) => [accuracy, ...interval])];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return scaleLinear().domain([low, high > low ? high : low + 0.1]).range(range);
}

function valueText(accuracy: number, [low, high]: [number, number]): string {
  return `${accuracy.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}

function checkpointText({ model, step, branch, accuracy, interval }: CheckpointAccuracy): string {
  return `${model} at step ${step}${branch ? ', cooled down' : ''}: ${valueText(accuracy, interval)}`;
}

function soupText({ model, steps, accuracy, interval }: SoupAccuracy): string {
  return `soup ${model} of step${steps.length > 1 ? 's' : ''} ${listed(steps.map(String))}: ${valueText(accuracy, interval)}`;
}

export function sentenceOf(task: string, { n, chance, checkpoints, soups }: Trajectory): string {
  const parts = [...checkpoints.map(checkpointText), ...soups.map(soupText)];
  return `${task}, accuracy over training on ${n} items, with 95 % intervals: ${parts.join('; ')}; chance ${chance}.`;
}

export interface Drawing {
  height: number;
  plot: Box;
  /** the line along the trunk */
  trunk: Point[];
  spurs: [Point, Point][];
  checkpoints: (Spot & { branch: boolean })[];
  soups: SoupSpot[];
  chance: number;
  labels: Label[];
  /** soups are labelled by number: their names found no room */
  numbered: boolean;
  xTicks: { text: string; x: number; textX: number }[];
  yTicks: { text: string; y: number }[];
}

export function drawingOf(data: Trajectory, width: number): Drawing {
  let named = drawnWith(data, width, 1, true);
  for (let rows = 2; rows <= mostRows && !allNamed(named); rows++) named = drawnWith(data, width, rows, true);
  return allNamed(named) ? named : drawnWith(data, width, 2, false);
}

function allNamed({ labels, soups }: Drawing): boolean {
  return labels.filter(({ kind }) => kind === 'soup').length === soups.length;
}

function drawnWith(data: Trajectory, width: number, rows: number, byName: boolean): Drawing {
  const height = Math.round(Math.min(Math.max(width * 0.48, 290), 360)) + lineHeight * rows;
  const plot: Box = { left: 38, top: 8 + lineHeight * rows, right: width - 14, bottom: height - 28 };
  const figure = marksOf(data, plot);
  const room = { left: plot.left, top: 0, right: width, bottom: plot.bottom - 1 };
  const labels = labelsOf(figure, room, (soup, i) => (byName ? soup.model : String(i + 1)));
  return { ...figure, height, numbered: !byName, labels: labels.filter(({ free, kind }) => free || (!byName && kind === 'soup')) };
}

type Marks = Omit<Drawing, 'height' | 'labels' | 'numbered'>;

function marksOf(data: Trajectory, plot: Box): Marks {
  const steps = [...data.checkpoints.map(({ step }) => step), ...data.soups.flatMap((soup) => soup.steps)];
  const x = trainingScale(steps, [plot.left + 4, plot.right]);
  const y = accuracyScale(data, [plot.bottom - 22, plot.top]);
  const spot = ({ step, accuracy }: CheckpointAccuracy): Point => ({ x: x(step), y: y(accuracy) });
  const whisker = ([low, high]: [number, number]) => ({ top: y(high), bottom: y(low) });
  const checkpoints = data.checkpoints.map((each) => ({ ...spot(each), ...whisker(each.interval), model: each.model, branch: each.branch, title: checkpointText(each) }));
  const means = movedApart(data.soups.map((soup) => x(meanOf(soup.steps))), checkpoints.map((each) => each.x));
  const soups = data.soups.map((each, i) => ({
    ...whisker(each.interval),
    model: each.model,
    title: soupText(each),
    x: means[i],
    y: y(each.accuracy),
    from: x(Math.min(...each.steps)),
    to: x(Math.max(...each.steps)),
  }));
  return {
    plot,
    trunk: trunkOf(data.checkpoints).map(spot),
    spurs: spursOf(data.checkpoints).map(([origin, end]): [Point, Point] => [spot(origin), spot(end)]),
    checkpoints,
    soups,
    chance: y(data.chance),
    xTicks: stepTicks(x, plot),
    yTicks: y.ticks(5).map((value) => ({ text: value.toFixed(2), y: y(value) })),
  };
}

/** The word "step" stands at their left. */
function stepTicks(x: ScaleContinuousNumeric<number, number>, { left, right }: Box): Drawing['xTicks'] {
  return x
    .ticks(Math.min(8, Math.floor((right - left) / 60)))
    .map((value) => ({ text: String(value), x: x(value), half: textWidth(String(value), 12) / 2 }))
    .filter(({ x, half }) => x - half > 32)
    .map(({ text, x, half }) => ({ text, x, textX: Math.min(x, right + 14 - half) }));
}

function labelsOf({ plot, trunk, spurs, checkpoints, soups, chance }: Marks, room: Box, nameOf: (soup: SoupSpot, i: number) => string): Label[] {
  const taken = [...[trunk, ...spurs].flatMap(traced), ...[...checkpoints, ...soups].flatMap(symbolBoxes), { left: plot.left, right: plot.right, top: chance - 1, bottom: chance + 1 }];
  taken.push(...soups.map(({ from, to, y }) => ({ left: from, right: to, top: y - 3, bottom: y + 3 })));
  const right: Point = { x: plot.right + 5, y: chance };
  const labels: Label[] = [{ key: -1, text: 'chance', kind: 'chance', ...placeLabel(right, textWidth('chance', 12), ['down-left', 'up-left'], room, taken) }];
  for (const i of soups.map((_, i) => i).sort((a, b) => soups[a].x - soups[b].x)) {
    const text = nameOf(soups[i], i);
    labels.push({ key: i, text, kind: 'soup', ...besideWhisker(soups[i], textWidth(text, 13, true), room, taken) });
  }
  checkpoints.forEach((each, i) => {
    if (!each.branch) return;
    labels.push({ key: soups.length + i, text: 'cooled down', kind: 'branch', ...besideWhisker(each, textWidth('cooled down', 12), room, taken) });
  });
  return labels;
}

/** At the top of a whisker or at its foot, wherever the pole is shorter. */
function besideWhisker({ x, top, bottom }: Spot, width: number, room: Box, taken: Box[]): Placed {
  const above = placeLabel({ x, y: top + 4 }, width, ['up-left', 'up-right'], room, [...taken]);
  const below = placeLabel({ x, y: bottom - 4 }, width, ['down-left', 'down-right'], room, [...taken]);
  const placed = poleLength(below) < poleLength(above) ? below : above;
  const { box, pole } = placed;
  taken.push({ ...box, left: box.left - between, right: box.right + between });
  if (pole) taken.push({ left: x - 1, right: x + 1, top: Math.min(pole.from, pole.to), bottom: Math.max(pole.from, pole.to) });
  return placed;
}

function poleLength({ free, pole }: Placed): number {
  return free ? Math.abs((pole?.to ?? 0) - (pole?.from ?? 0)) : Infinity;
}

function symbolBoxes({ x, y, top, bottom }: Spot): Box[] {
  return [around({ x, y }, 6), { left: x - 2, right: x + 2, top, bottom }];
}

function traced(points: Point[]): Box[] {
  const tracer = new Tracer();
  points.forEach((point, i) => (i === 0 ? tracer.moveTo(point.x, point.y) : tracer.lineTo(point.x, point.y)));
  return alongLine(tracer.points);
}
