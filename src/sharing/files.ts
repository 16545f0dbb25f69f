/** What a notebook can be taken along as. */
import { serialiseNotebook, type Notebook } from '../core/notebook/document';
import { reportOf } from '../core/notebook/report';
import type { KeptResult } from '../core/notebook/results';
import { resultsCsv } from '../core/notebook/results-csv';
import { fileName } from '../browser/download';
import { markdownHtml } from '../ui/markdown';
import { appVersion } from '../version';
import { figuresOnPage } from './page-figures';
import { standalonePage } from './standalone-page';

type Results = ReadonlyMap<string, KeptResult>;

export function notebookFile(notebook: Notebook): File {
  return fileOf(notebook, 'json', 'application/json', serialiseNotebook(notebook));
}

export function csvFile(notebook: Notebook, results: Results): File {
  return fileOf(notebook, 'csv', 'text/csv', resultsCsv(reportOf(notebook, results)));
}

/** Named apart from the notebook, which is JSON as well. */
export function jsonFile(notebook: Notebook, results: Results): File {
  return fileOf(notebook, 'results.json', 'application/json', `${JSON.stringify(reportOf(notebook, results), null, 2)}\n`);
}

/** @param sent the notebook with the texts that may go along, and no other */
export function pageFile(sent: Notebook, results: Results): File {
  const drawn = sent.cells.filter(({ id, kind }) => kind === 'checkpoints' || results.has(id)); // a figure of a stale result is left out with it
  const figures = figuresOnPage(document, drawn.map(({ id }) => id));
  const content = { notebook: sent, results, figures, markdown: markdownHtml, app: appVersion, saved: new Date().toISOString() };
  return fileOf(sent, 'html', 'text/html', standalonePage(content));
}

function fileOf({ title }: Notebook, extension: string, type: string, content: string): File {
  return new File([content], fileName(title, extension), { type: `${type};charset=utf-8` });
}
