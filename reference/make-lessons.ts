/**
 * Writes the lessons in public/notebooks, their checkpoints pinned by the catalog's sha256, their items by theirs.
 * Run after changing the catalog, the bundled items, a lesson's words or its cells: `npx tsx reference/make-lessons.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { checkpointNamed, parseCatalog, refOf, runNamed } from '../src/core/checkpoint/catalog';
import { readItemFiles } from '../src/core/evaluation/item-files';
import { hashOfItems } from '../src/core/evaluation/items-hash';
import { taskNamed } from '../src/core/evaluation/tasks';
import { serialiseNotebook, toNotebook } from '../src/core/notebook/document';

const catalog = parseCatalog(readFileSync('models/catalog.json', 'utf8'));
const run = runNamed(catalog, 'pico');
const pick = (...names: string[]) => names.map((name) => refOf(run, checkpointNamed(catalog, { kind: 'bundled', run: 'pico', name })));
const words = (file: string): string => readFileSync(`reference/lessons/${file}`, 'utf8').trim();

function pinned(name: string): { name: string; sha256: string } {
  const file = { name, text: readFileSync(`public/tasks/${name}.jsonl`, 'utf8') };
  return { name, sha256: hashOfItems(readItemFiles(taskNamed(name), [file])) };
}

function write(name: string, title: string, cells: object[]): void {
  const file = `${name}.json`;
  writeFileSync(`public/notebooks/${file}`, serialiseNotebook(toNotebook({ stockpot: 2, title, cells }, file)));
}

const neighbours = pick('step7000', 'step8000');
const soups = ['uniform', 'weighted'];

write('first-soup', 'First soup', [
  { id: 'intro', kind: 'note', markdown: words('first-soup.md') },
  {
    id: 'checkpoints',
    kind: 'checkpoints',
    title: 'Two checkpoints of one training run',
    checkpoints: neighbours,
    presets: [
      { name: 'Late neighbours', checkpoints: neighbours },
      { name: 'Distant pair', checkpoints: pick('step500', 'step8000') },
    ],
  },
  { id: 'text', kind: 'text', title: 'A text, without labels', text: words('first-soup-text.txt'), split: 'blank-lines' },
  { id: 'weighted', kind: 'soup', title: 'A soup weighted by perplexity', method: 'perplexity', ingredients: ['checkpoints'], text: 'text', parameters: { temperature: 1 } },
  { id: 'uniform', kind: 'soup', title: 'A soup in equal parts', method: 'uniform', ingredients: ['checkpoints'] },
  { id: 'line', kind: 'sweep', title: 'Between the two checkpoints', between: ['checkpoints'], text: 'text', points: 11, marks: soups, at: 0.5 },
  { id: 'perplexity', kind: 'perplexity', title: 'How well each predicts the text', models: ['checkpoints', ...soups], texts: ['text'] },
  { id: 'evaluation', kind: 'evaluation', title: 'Questions with a right answer', models: ['checkpoints', ...soups], tasks: ['piqa_style', 'winogrande_style'].map(pinned) },
]);

write('what-scores-say', 'What scores say', [
  { id: 'intro', kind: 'note', markdown: words('what-scores-say.md') },
  { id: 'trajectory', kind: 'checkpoints', title: 'A whole training run', checkpoints: pick(...run.checkpoints.map(({ name }) => name)) },
  { id: 'late', kind: 'soup', title: 'Late neighbours, in equal parts', method: 'uniform', ingredients: ['step7000', 'step8000'] },
  { id: 'distant', kind: 'soup', title: 'An early and a late one, in equal parts', method: 'uniform', ingredients: ['step500', 'step8000'] },
  { id: 'scores', kind: 'evaluation', title: 'How does the passage go on?', models: ['trajectory', 'late', 'distant'], tasks: [pinned('continuation')] },
  { id: 'questions', kind: 'note', title: 'Questions', markdown: words('what-scores-say-questions.md') },
]);

const late = ['step4000', 'step5000', 'step6000', 'step7000', 'step8000'];
const trunk = run.checkpoints.filter(({ branch }) => !branch).map(({ name }) => name);

/** The same for all comparisons of the lesson: what selects is never what judges. */
const compared = {
  kind: 'comparison',
  text: 'data',
  items: { ...pinned('continuation'), limit: 100 },
  texts: ['held-out'],
  tasks: [{ ...pinned('continuation'), skip: 100 }],
};
const ofThePaper = ['uniform', 'perplexity', 'greedy', 'fisher', 'regmean', 'search'];

write('methods', 'Methods side by side', [
  { id: 'intro', kind: 'note', markdown: words('methods.md') },
  { id: 'trajectory', kind: 'checkpoints', title: 'A whole training run', checkpoints: pick(...trunk) },
  { id: 'data', kind: 'text', title: 'What the methods look at', text: words('methods-data.txt'), split: 'blank-lines' },
  { id: 'held-out', kind: 'text', title: 'What the soups are judged on', text: words('methods-held-out.txt'), split: 'blank-lines' },
  { id: 'late', title: 'Late neighbours', ...compared, groups: late.slice(1).map((later, i) => [late[i], later]), methods: ofThePaper },
  { id: 'distant', title: 'Checkpoints far apart', ...compared, groups: [['step1000', 'step8000'], ['step500', 'step8000']], methods: ofThePaper },
  { id: 'more', title: 'More than two', ...compared, groups: [late.slice(-3), late.slice(-4)], methods: [...ofThePaper, 'lawa', 'ema'], parameters: { last: 2 } },
  { id: 'pairs', kind: 'sweep', title: 'Every pair', between: ['trajectory'], over: 'pairs', text: 'held-out' },
  { id: 'lengths', kind: 'sweep', title: 'The last one, two, three and four', between: ['trajectory'], over: 'lengths', text: 'held-out' },
  { id: 'claims', kind: 'note', title: 'What the paper claims, and what this run says', markdown: words('methods-claims.md') },
]);
