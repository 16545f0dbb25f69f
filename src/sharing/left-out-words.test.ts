import { expect, test } from 'vitest';
import type { LeftOut } from '../core/link/share';
import { leftOutWords } from './left-out-words';
import { madeNotebook } from './made-results';

const out = (id: string, why: LeftOut['why']): LeftOut[] => madeNotebook().cells.filter((cell) => cell.id === id).map((cell) => ({ cell, why }));

test('numbers that are left out are named, with the reason', () => {
  const missing = [...out('line', 'changed since'), ...out('measured', 'not run')];
  expect(leftOutWords(missing, 2, false)).toBe('The numbers of 2 cells go along. Left out: “Sweep” (changed since it was run), “Perplexity” (not run).');
  expect(leftOutWords(out('line', 'not run'), 1, true)).toBe('The numbers of one cell go along. Left out: “Sweep” (not run).');
});

test('all, or none, is said in a word', () => {
  expect(leftOutWords([], 4, false)).toBe('The numbers of every cell go along.');
  expect(leftOutWords([], 0, false)).toBe('There are no numbers to go along.');
  expect(leftOutWords(out('line', 'not run'), 0, false)).toBe('There are no numbers to go along. Left out: “Sweep” (not run).');
});

test('numbers that came with the notebook go along where there are no own ones', () => {
  expect(leftOutWords(out('line', 'not run'), 0, true)).toBe('Nothing of this notebook has been run here: the numbers it came with go along.');
});
