/** A notebook inside an HTML file: as data that no browser runs, and out of it again. */
import type { Notebook } from '../core/notebook/document';
import { Html } from './html';

const start = '<script type="application/json" id="stockpot-notebook">';
const end = '</script>';

/** Nothing in it can end the element: every `<` is written as JSON may write it. */
export function notebookData(notebook: Notebook): Html {
  return new Html(start + JSON.stringify(notebook).replaceAll('<', '\\u003c') + end);
}

/** The notebook's JSON, to be checked like any other; null where the file carries none. Nothing of the page is looked at otherwise. */
export function notebookInPage(page: string): string | null {
  const from = page.indexOf(start);
  const to = page.indexOf(end, from);
  return from < 0 || to < 0 ? null : page.slice(from + start.length, to);
}
