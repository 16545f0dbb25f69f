/** The quantile function of the standard normal distribution. */

/** One region's rational approximation, coefficients from the constant term up, as near as doubles come to the published ones. */
interface Rational {
  numerator: number[];
  denominator: number[];
}

/** |p - 1/2| <= 0.425, in 0.425^2 - (p - 1/2)^2. */
const centre: Rational = {
  numerator: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946,
    45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227,
  ],
  denominator: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751,
    21213.794301586597, 39307.89580009271, 28729.085735721943, 5226.495278852854,
  ],
};

/** r = sqrt(-ln of the tail) <= 5, in r - 1.6. */
const tail: Rational = {
  numerator: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045,
    1.2704582524523684, 0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  denominator: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851,
    0.14810397642748008, 0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-09,
  ],
};

/** The same r beyond 5, in r - 5. */
const farTail: Rational = {
  numerator: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487,
    0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-05, 2.0103343992922881e-07,
  ],
  denominator: [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615,
    0.0007868691311456133, 1.8463183175100548e-05, 1.421511758316446e-07, 2.0442631033899397e-15,
  ],
};

/**
 * z with P(Z <= z) = p, to about 16 digits: Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution",
 * Applied Statistics 37 (1988), routine PPND16.
 * @param p in [0, 1]; 0 and 1 give the infinities, anything else NaN
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * evaluate(centre, 0.180625 - q * q);
  const beyond = Math.min(p, 1 - p);
  return Math.sign(q) * (beyond === 0 ? Infinity : fromTail(Math.sqrt(-Math.log(beyond))));
}

function fromTail(r: number): number {
  return r <= 5 ? evaluate(tail, r - 1.6) : evaluate(farTail, r - 5);
}

function evaluate({ numerator, denominator }: Rational, x: number): number {
  const horner = (coefficients: number[]): number => coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
  return horner(numerator) / horner(denominator);
}
