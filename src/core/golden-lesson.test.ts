/** The lesson on merge methods: its words have the numbers that the command line computed, and some of those computed again. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import golden from '../../reference/golden/methods-lesson.json';
import { claims, lessonResults, type LessonResults } from '../../reference/lesson-claims';
import { runNotebook } from '../cli';
import { parseNotebook } from './notebook/document';
import { reportOf } from './notebook/report';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const lesson = parseNotebook(read('public/notebooks/methods.json'), 'methods.json');
const results = golden as unknown as LessonResults;

test('its claims are those that its results bear out, number by number', () => {
  const note = lesson.cells.find(({ id }) => id === 'claims');
  expect(note).toMatchObject({ markdown: claims(results) });
});

test('its results come out again: late neighbours by every method, and the last one to four', async () => {
  const cells = lesson.cells.filter(({ id }) => ['trajectory', 'data', 'held-out', 'late', 'lengths'].includes(id)).map((cell) => (cell.kind === 'comparison' ? { ...cell, groups: cell.groups.slice(-1), tasks: [] } : cell));
  const notebook = { ...lesson, cells };
  const { comparisons, sweeps } = lessonResults(reportOf(notebook, await runNotebook(notebook, () => undefined)));
  const [ours] = comparisons[0].judges[0].groups.slice(-1);
  const theirs = results.comparisons.find(({ id }) => id === 'late')?.judges[0].groups.at(-1);
  expect(ours.methods.map(({ method }) => method)).toEqual(theirs?.methods.map(({ method }) => method));
  ours.methods.forEach(({ value }, i) => expect((value ?? NaN) / (theirs?.methods[i].value ?? NaN)).toBeCloseTo(1, 3));
  const lengths = results.sweeps.find(({ id }) => id === 'lengths')?.soups ?? [];
  expect(sweeps[0].soups?.map(({ ingredients }) => ingredients)).toEqual(lengths.map(({ ingredients }) => ingredients));
  sweeps[0].soups?.forEach(({ perplexity }, i) => expect(perplexity / lengths[i].perplexity).toBeCloseTo(1, 4));
});
