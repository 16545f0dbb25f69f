/**
 * Runs the lesson on merge methods and writes down what it comes to: golden/methods-lesson.json, and the lesson's last note from it.
 * Takes about three minutes: `npx tsx reference/make-claims.ts && npx tsx reference/make-lessons.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { runNotebook } from '../src/cli';
import { parseNotebook } from '../src/core/notebook/document';
import { reportOf } from '../src/core/notebook/report';
import { claims, lessonResults } from './lesson-claims';

const notebook = parseNotebook(readFileSync('public/notebooks/methods.json', 'utf8'), 'methods.json');
const results = lessonResults(reportOf(notebook, await runNotebook(notebook, () => undefined)));
writeFileSync('reference/golden/methods-lesson.json', `${JSON.stringify(results)}\n`);
writeFileSync('reference/lessons/methods-claims.md', `${claims(results)}\n`);
