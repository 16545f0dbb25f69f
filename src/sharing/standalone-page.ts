/** A notebook as one HTML file to read: its results and figures as they were, with nothing to run and nothing to fetch. */
import { kinds } from '../core/notebook/cells';
import type { Cell, CellOf, Notebook } from '../core/notebook/document';
import type { KeptResult } from '../core/notebook/results';
import { unbroken } from '../ui/numbers';
import { html, Html } from './html';
import { notebookData } from './notebook-in-page';
import { resultParts, type Table } from './result-parts';
import { settingsOf } from './settings';
import style from './standalone-page.css?raw';

/** A figure as SVG, for light screens and paper, and for dark screens. */
export interface PageFigure {
  /** the task it is about, where a result has several: it stands with that task's table */
  task: string | null;
  caption: string;
  light: string;
  dark: string;
}

export interface PageContent {
  /** as it is sent: texts that are to stay are withheld in it already */
  notebook: Notebook;
  /** by cell; those that hold */
  results: ReadonlyMap<string, KeptResult>;
  /** by cell */
  figures: ReadonlyMap<string, PageFigure[]>;
  /** Markdown -> safe HTML */
  markdown: (markdown: string) => string;
  /** the version of the page that saves it */
  app: string;
  /** when it is saved, ISO 8601 */
  saved: string;
}

const reading = [
  'Perplexity says how well a model predicts a text: roughly, among how many equally likely tokens it hesitates. Lower is better. Bits per byte say the same whatever the tokenizer.',
  '± is one standard error. A difference of less than about two of them is within noise. Differences are taken over the same tokens or the same items, so their errors are smaller than those of the numbers themselves.',
  'A coefficient is the share of a checkpoint in a soup, the weighted average of checkpoints. A soup whose coefficients were taken from a text looks better on that text than on others.',
  'Accuracy is the share of items answered right; its interval is Wilson’s, at 95 %. At this scale most differences in accuracy are noise.',
  'On another device the last digits differ: perplexities by one in ten thousand at most.',
];

/** The page's own policy: whatever is in the file, nothing runs and nothing is fetched. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

export function standalonePage(content: PageContent): string {
  const { notebook, app, saved } = content;
  const title = notebook.title || 'A notebook';
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Stockpot ${app}">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="soft">A Stockpot notebook with its results, saved ${dateOf(saved)} by version ${app}. This file runs nothing and fetches nothing. Open it in Stockpot, like any notebook, to run it again.</p>
</header>
<main>
${notebook.cells.map((cell) => sectionOf(cell, content))}
<section>
<h2>How to read this</h2>
<ul>${reading.map((sentence) => html`<li>${sentence}</li>`)}</ul>
</section>
</main>
${notebookData(notebook)}
</body>
</html>
`;
  return page.markup;
}

function sectionOf(cell: Cell, { results, figures, markdown }: PageContent): Html {
  if (cell.kind === 'note') return html`<section class="note">${new Html(markdown(cell.markdown))}</section>\n`;
  const own = figures.get(cell.id) ?? [];
  const settings = settingsOf(cell).map(([what, value]) => html`<dt>${what}</dt><dd>${value}</dd>`);
  return html`<section>
<h2>${cell.title || kinds[cell.kind].title}</h2>
<dl>${settings}</dl>
${own.filter(({ task }) => task === null).map(figureOf)}
${cell.kind === 'text' ? wordsOf(cell) : resultOf(results.get(cell.id), own)}
</section>
`;
}

function wordsOf({ text, withheld, items }: CellOf<'text'>): Html {
  if (items !== null) return html``;
  if (text === '' && withheld) return html`<p>Its author did not send the words of this text along.</p>`;
  return html`<blockquote>${text}</blockquote>`;
}

function resultOf(kept: KeptResult | undefined, figures: PageFigure[]): Html {
  if (!kept) return html`<p class="soft">There is no result that goes with these settings.</p>`;
  const { backend, finished, result } = kept;
  const parts = resultParts(result).map((part) => (typeof part === 'string' ? html`<p>${unbroken(part)}</p>\n` : html`${figuresWith(part, figures)}${tableOf(part)}`));
  const where = `${backend.precision} on ${backend.kind}, ${backend.device}, with ${backend.runtime}`;
  return html`${parts}<p class="soft">Computed ${dateOf(finished)}, ${where}.</p>`;
}

/** The figures of the task that a table is about. */
function figuresWith({ task }: Table, figures: PageFigure[]): Html[] {
  return figures.filter((figure) => task !== undefined && figure.task === task).map(figureOf);
}

function tableOf({ caption, head, rows }: Table): Html {
  return html`<div class="wide"><table>
<caption>${caption}</caption>
<thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((value) => html`<td>${value}</td>`)}</tr>`)}</tbody>
</table></div>
`;
}

function figureOf({ caption, light, dark }: PageFigure): Html {
  return html`<figure>
<div class="light">${new Html(light)}</div>
<div class="dark">${new Html(dark)}</div>
<figcaption class="soft">${caption}</figcaption>
</figure>
`;
}

/** As 1 January 2026, 12:00 UTC. */
function dateOf(iso: string): string {
  return `${new Date(iso).toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })} UTC`;
}
