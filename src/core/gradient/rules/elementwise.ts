/** Operators that work value by value. Their inputs have one shape, but for what is not differentiated. */
import type { GraphBuilder, Value } from '../../graph/builder';
import type { Rule } from '../rule';

/** A function of one input with `derivative` at x; y is what it came to. */
function unary(derivative: (g: GraphBuilder, x: Value, y: Value) => Value): Rule {
  return (g, { inputs: [x], outputs: [y] }, [dy]) => [g.op('Mul', [dy as Value, derivative(g, x, y)])];
}

/** y = a + b: da = db = dy */
const add: Rule = (_g, _node, [dy]) => [dy, dy];

/** y = a - b: da = dy, db = -dy */
const sub: Rule = (g, _node, [dy], wants) => [dy, wants(1) ? g.op('Neg', [dy as Value]) : undefined];

/** y = a b: da = dy b, db = dy a */
const mul: Rule = (g, { inputs: [a, b] }, [dy], wants) => [
  wants(0) ? g.op('Mul', [dy as Value, b]) : undefined,
  wants(1) ? g.op('Mul', [dy as Value, a]) : undefined,
];

/** y = exp x: dx = dy y */
const exp = unary((_g, _x, y) => y);

/** y = log x: dx = dy / x */
const log: Rule = (g, { inputs: [x] }, [dy]) => [g.op('Div', [dy as Value, x])];

/** y = 1 / (1 + exp(-x)): dx = dy y (1 - y) */
const sigmoid = unary((g, _x, y) => g.op('Mul', [y, g.op('Sub', [g.scalar(1), y])]));

/** y = x Phi(x), Phi the normal distribution: dx = dy (Phi(x) + x phi(x)) */
const gelu = unary((g, x) => {
  const phi = g.op('Mul', [g.op('Exp', [g.op('Mul', [g.op('Mul', [x, x]), g.scalar(-0.5)])]), g.scalar(1 / Math.sqrt(2 * Math.PI))]);
  const erf = g.op('Erf', [g.op('Mul', [x, g.scalar(Math.SQRT1_2)])]);
  const Phi = g.op('Add', [g.op('Mul', [erf, g.scalar(0.5)]), g.scalar(0.5)]);
  return g.op('Add', [Phi, g.op('Mul', [x, phi])]);
});

/** y = x (1 + t) / 2 with t = tanh(a (x + b x^3)): dx = dy ((1 + t) + x (1 - t^2) a (1 + 3 b x^2)) / 2 */
const fastGelu = unary((g, x) => {
  const [a, b] = [Math.sqrt(2 / Math.PI), 0.044715];
  const square = g.op('Mul', [x, x]);
  const inner = g.op('Mul', [x, g.op('Add', [g.op('Mul', [square, g.scalar(a * b)]), g.scalar(a)])]);
  const t = g.op('Tanh', [inner]);
  const slope = g.op('Add', [g.op('Mul', [square, g.scalar(3 * a * b)]), g.scalar(a)]);
  const bend = g.op('Mul', [g.op('Mul', [x, slope]), g.op('Sub', [g.scalar(1), g.op('Mul', [t, t])])]);
  return g.op('Mul', [g.op('Add', [g.op('Add', [t, g.scalar(1)]), bend]), g.scalar(0.5)]);
});

/** y = x within the bounds: dx = dy there, 0 beyond */
const clip: Rule = (g, { inputs: [x, least, most] }, [dy]) => {
  const inside = g.op('And', [g.op('GreaterOrEqual', [x, least]), g.op('LessOrEqual', [x, most])]);
  return [g.op('Where', [inside, dy as Value, g.scalar(0)])];
};

/** y = a where c, b elsewhere: da = dy where c, db = dy elsewhere */
const where: Rule = (g, { inputs: [condition] }, [dy], wants) => [
  undefined,
  wants(1) ? g.op('Where', [condition, dy as Value, g.scalar(0)]) : undefined,
  wants(2) ? g.op('Where', [condition, g.scalar(0), dy as Value]) : undefined,
];

/** y = x in 32 bits: what goes back has 32 bits whatever x is stored in, so that nothing of a gradient is rounded away. */
const cast: Rule = (_g, _node, [dy]) => [dy];

export const elementwise = {
  Add: add,
  Sub: sub,
  Mul: mul,
  Exp: exp,
  Log: log,
  Sigmoid: sigmoid,
  Gelu: gelu,
  FastGelu: fastGelu,
  Clip: clip,
  Where: where,
  Cast: cast,
};
