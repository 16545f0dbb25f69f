/**
 * Writes public/notebooks/first-soup.json: the default notebook, its checkpoints pinned by the catalog's sha256, its items by theirs.
 * Run after changing the catalog, the text or the cells: `npx tsx reference/make-first-soup.ts`.
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

const neighbours = pick('step7000', 'step8000');
const distant = pick('step500', 'step8000');
const soups = ['uniform', 'weighted'];

const itemsFile = (name: string) => ({ name, text: readFileSync(`public/tasks/${name}.jsonl`, 'utf8') });

const notebook = toNotebook(
  {
    stockpot: 1,
    title: 'First soup',
    cells: [
      { id: 'intro', kind: 'note', markdown: readFileSync('reference/first-soup-intro.md', 'utf8').trim() },
      {
        id: 'checkpoints',
        kind: 'checkpoints',
        title: 'Two checkpoints of one training run',
        checkpoints: neighbours,
        presets: [
          { name: 'Late neighbours', checkpoints: neighbours },
          { name: 'Distant pair', checkpoints: distant },
        ],
      },
      { id: 'text', kind: 'text', title: 'A text, without labels', text: readFileSync('reference/first-soup-text.txt', 'utf8').trim(), split: 'blank-lines' },
      { id: 'weighted', kind: 'soup', title: 'A soup weighted by perplexity', method: 'perplexity', ingredients: ['checkpoints'], text: 'text', parameters: { temperature: 1 } },
      { id: 'uniform', kind: 'soup', title: 'A soup in equal parts', method: 'uniform', ingredients: ['checkpoints'] },
      { id: 'line', kind: 'sweep', title: 'Between the two checkpoints', between: ['checkpoints'], text: 'text', points: 11, marks: soups, at: 0.5 },
      { id: 'perplexity', kind: 'perplexity', title: 'How well each predicts the text', models: ['checkpoints', ...soups], texts: ['text'] },
      {
        id: 'evaluation',
        kind: 'evaluation',
        title: 'Questions with a right answer',
        models: ['checkpoints', ...soups],
        tasks: ['piqa_style', 'winogrande_style'].map((name) => ({ name, sha256: hashOfItems(readItemFiles(taskNamed(name), [itemsFile(name)])) })),
      },
    ],
  },
  'first-soup.json',
);

writeFileSync('public/notebooks/first-soup.json', serialiseNotebook(notebook));
