import { expect, test } from 'vitest';
import { strip, stripEnd } from './white-space';

/** The code points for which Python 3.12's `chr(i).isspace()` holds. */
const python = [
  0x9, 0xa, 0xb, 0xc, 0xd, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x85, 0xa0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006,
  0x2007, 0x2008, 0x2009, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000,
];

test('white space is what Python says it is, for each of the 65,536 code units', () => {
  const stripped = Array.from({ length: 65536 }, (_, i) => i).filter((i) => strip(String.fromCharCode(i)) === '');
  expect(stripped).toEqual(python);
});

test('is taken from the ends, never from between', () => {
  const space = String.fromCharCode(...python);
  expect(strip(`${space}a${space}b${space}`)).toBe(`a${space}b`);
  expect(stripEnd(`${space}a${space}b${space}`)).toBe(`${space}a${space}b`);
  expect([strip(space), strip(''), stripEnd('\uFEFF'), strip('\u200B')]).toEqual(['', '', '\uFEFF', '\u200B']);
});

test('takes no longer for many spaces inside a text', () => {
  const text = `a${' '.repeat(1_000_000)}b`;
  const start = performance.now();
  expect(stripEnd(text)).toBe(text);
  expect(strip(text)).toBe(text);
  expect(performance.now() - start).toBeLessThan(2000); // a backtracking pattern takes minutes
});
