/** The smallest value of a function on [0, 1], with few evaluations. */

interface Point {
  x: number;
  y: number;
}

const golden = (3 - Math.sqrt(5)) / 2;
/** Points closer than this say nothing new: along a line of soups the loss is flat at its minimum. */
const closest = 0.004;

/**
 * Both ends and the middle first, then within the bracket around the best one: to the minimum of the parabola through three points
 * where that lies inside (Brent 1973, chapter 5), and by golden section (Kiefer 1953) where it does not, or where two such steps have
 * not halved the bracket.
 * @param f evaluated at most `most` times (3 or more), never twice at one place
 */
export async function minimumOnLine(f: (x: number) => Promise<number>, most: number): Promise<void> {
  const points: Point[] = [];
  const at = async (x: number): Promise<void> => {
    points.push({ x, y: await f(x) });
    points.sort((a, b) => a.x - b.x);
  };
  for (const x of [0, 1, 0.5]) await at(x);
  const widths = [Infinity, Infinity];
  for (let evaluations = 3; evaluations < most; evaluations++) {
    const bracket = bracketOf(points);
    widths.push(bracket[2].x - bracket[0].x);
    const slow = widths[widths.length - 1] > widths[widths.length - 3] / 2;
    const x = nextPlace(bracket, points, slow);
    if (x === null) return;
    await at(x);
  }
}

/** The best point, and those beside it; at an end it is its own neighbour. */
function bracketOf(points: Point[]): [left: Point, middle: Point, right: Point] {
  const best = points.reduce((least, { y }, i) => (y < points[least].y ? i : least), 0);
  return [points[Math.max(0, best - 1)], points[best], points[Math.min(points.length - 1, best + 1)]];
}

/** null once the bracket is too narrow to tell places in it apart. */
function nextPlace([left, middle, right]: [Point, Point, Point], points: Point[], slow: boolean): number | null {
  const vertex = slow || left === middle || middle === right ? null : vertexOf(left, middle, right);
  if (vertex !== null && farFrom(vertex, points)) return vertex;
  const [from, to] = middle.x - left.x > right.x - middle.x ? [middle.x, left.x] : [middle.x, right.x];
  const section = from + golden * (to - from);
  return farFrom(section, points) ? section : null;
}

function farFrom(x: number, points: Point[]): boolean {
  return points.every((point) => Math.abs(point.x - x) >= closest);
}

/** Where the parabola through three points is least; null where it has no least place between them. */
function vertexOf(a: Point, b: Point, c: Point): number | null {
  const [p, q] = [(b.x - a.x) * (b.y - c.y), (b.x - c.x) * (b.y - a.y)];
  const x = b.x - ((b.x - a.x) * p - (b.x - c.x) * q) / (2 * (p - q));
  return Number.isFinite(x) && x > a.x && x < c.x ? x : null;
}
