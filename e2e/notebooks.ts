/** Notebooks that tests open, and what the command line makes of them. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseCatalog, refOf, runNamed } from '../src/core/checkpoint/catalog';
import { parseNotebook, toNotebook, type Cell, type CellOf, type EvaluationTask, type Notebook } from '../src/core/notebook/document';
import type { Report } from '../src/core/notebook/report';
import type { CheckpointRef } from '../src/core/soup/model';
import { root } from './golden';

const run = runNamed(parseCatalog(readFileSync(join(root, 'models/catalog.json'), 'utf8')), 'pico');

/** The notebook that a newcomer sees. */
export function defaultNotebook(): Notebook {
  return parseNotebook(readFileSync(join(root, 'public/notebooks/first-soup.json'), 'utf8'), 'first-soup.json');
}

export function cellOf<K extends Cell['kind']>(notebook: Notebook, id: string, kind: K): CellOf<K> {
  const found = notebook.cells.find((cell): cell is CellOf<K> => cell.id === id && cell.kind === kind);
  if (!found) throw new Error(`no ${kind} cell ${id}`);
  return found;
}

export function bundled(name: string): CheckpointRef {
  const checkpoint = run.checkpoints.find((candidate) => candidate.name === name);
  if (!checkpoint) throw new Error(`no checkpoint ${name}`);
  return refOf(run, checkpoint);
}

export const shortText = 'The old man put down his lamp and listened. There was no sound in the house but the wind at the windows.';

/** Two checkpoints, a text, a soup and a table: seconds on any device. */
export function smallNotebook(title = 'Small', refs = [bundled('step7000'), bundled('step8000')]): Notebook {
  const value = {
    stockpot: 2,
    title,
    cells: [
      { id: 'checkpoints', kind: 'checkpoints', checkpoints: refs },
      { id: 'text', title: 'My text', kind: 'text', text: shortText },
      { id: 'uniform', kind: 'soup', method: 'uniform', ingredients: ['checkpoints'] },
      { id: 'perplexity', kind: 'perplexity', models: ['checkpoints', 'uniform'], texts: ['text'] },
    ],
  };
  return toNotebook(value, title);
}

/** Two checkpoints and their soup, asked about some tasks. */
export function askingNotebook(tasks: Partial<EvaluationTask>[], refs = [bundled('step500'), bundled('step8000')]): Notebook {
  const value = {
    stockpot: 2,
    title: 'Asking',
    cells: [
      { id: 'checkpoints', kind: 'checkpoints', checkpoints: refs },
      { id: 'text', title: 'My text', kind: 'text', text: shortText },
      { id: 'soup', kind: 'soup', method: 'uniform', ingredients: ['checkpoints'] },
      { id: 'evaluation', title: 'Questions', kind: 'evaluation', models: ['checkpoints', 'soup'], tasks },
    ],
  };
  return toNotebook(value, 'asking');
}

/** Runs a notebook file on the command line; @returns what it writes with --json */
export async function commandLine(notebook: string, folder: string): Promise<Report> {
  const [file, out] = [join(folder, 'notebook.json'), join(folder, 'report.json')];
  await writeFile(file, notebook);
  const tsx = join(root, 'node_modules/tsx/dist/cli.mjs');
  await promisify(execFile)(process.execPath, [tsx, 'src/cli.ts', file, '--json', out], { cwd: root, timeout: 5 * 60_000 });
  return JSON.parse(await readFile(out, 'utf8')) as Report;
}
