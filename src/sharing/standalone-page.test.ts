import { describe, expect, test } from 'vitest';
import { shared } from '../core/link/share';
import { parseNotebook, toNotebook, type Notebook } from '../core/notebook/document';
import { cellKeys } from '../core/notebook/stale';
import { madeNotebook, madeResults, secretText } from './made-results';
import { notebookInPage } from './notebook-in-page';
import { standalonePage } from './standalone-page';

const sent = (notebook: Notebook, ...texts: string[]): Notebook =>
  shared(notebook, cellKeys(notebook), madeResults(notebook), { app: '1.2.3', secondsPerRun: null, texts: new Set(texts) });

/** @param texts those that go along */
function pageOf(notebook: Notebook, ...texts: string[]): string {
  return standalonePage({
    notebook: sent(notebook, ...texts),
    results: madeResults(notebook),
    figures: new Map([
      ['line', [{ task: null, caption: 'The line', light: '<svg><title>day</title></svg>', dark: '<svg><title>night</title></svg>' }]],
      ['questions', [{ task: 'piqa', caption: 'How often', light: '<svg></svg>', dark: '<svg></svg>' }]],
    ]),
    markdown: (markdown) => `<p>made of ${markdown}</p>`,
    app: '1.2.3',
    saved: '2026-02-03T04:05:06Z',
  });
}

/** What is read: without the data and without the markup. */
function wordsOf(page: string): string {
  const body = page.slice(page.indexOf('<body>'), page.indexOf('<script'));
  const characters = body.replace(/<[^>]*>/g, ' ').replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
  return characters.replace(/\s+/g, ' ');
}

const page = pageOf(madeNotebook());

describe('a notebook as one page', () => {
  test('has notes, settings, results with errors, and where and when they were computed', () => {
    expect(page).toContain('<p>made of Some *words*.</p>');
    const words = wordsOf(page);
    for (const said of ['Made up', 'saved 3 February 2026', 'by version 1.2.3', 'Two checkpoints', 'bundled, pico, step1; sha256 aaaa', 'Perplexity-weighted', '1,234']) expect(words).toContain(said);
    for (const number of ['0.2500 ± 0.0100', '7.389 ± 0.500', '0.7500 ± 0.2500', '0.300 to 0.950', '0.5000 ± 0.2900']) expect(words).toContain(number);
    expect(words).toContain('PIQA, the first 100, without their answers');
    expect(words).toContain('3 demonstrations and the instruction');
    expect(words).toContain('the first 4 items; 5 demonstrations drawn with seed 1234');
    expect(words.match(/Computed 2 January 2026 at 03:04 UTC, fp32 on wasm, 2 threads, with onnxruntime-web 1\.30\.0\./g)).toHaveLength(5);
  });

  test('has its figures for light and for dark', () => {
    expect(page).toMatch(/<div class="light"><svg><title>day<\/title><\/svg><\/div>\n<div class="dark"><svg><title>night/);
    expect(page).toContain('<figcaption class="soft">The line</figcaption>');
  });

  test('has the figures of a task right before its table', () => {
    expect(page).toMatch(/<figcaption class="soft">How often<\/figcaption>\s*<\/figure>\s*<div class="wide"><table>\s*<caption>PIQA<\/caption>/);
    expect(page.match(/How often/g)).toHaveLength(1);
  });

  test('says where there is no result', () => {
    const bare = standalonePage({ notebook: madeNotebook(), results: new Map(), figures: new Map(), markdown: String, app: '1', saved: '2026-02-03T04:05:06Z' });
    expect(bare.match(/no result that goes with these settings/g)).toHaveLength(5);
  });

  test('runs nothing and fetches nothing', () => {
    expect(page).toMatch(/<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:/);
    expect(page.match(/<script/g)).toEqual(['<script']);
    expect(page).not.toMatch(/<(link(?! rel="icon" href="data:,")|img|iframe|object)|\b(src|srcset)=|\bon\w+=|@import|url\(/);
  });
});

describe('a text', () => {
  test('that was not to be sent is nowhere in the page; its length and its hash are', () => {
    expect(page).not.toContain('business');
    expect(page).not.toContain('nobody');
    expect(wordsOf(page)).toContain('did not send the words of this text along');
    expect(wordsOf(page)).toMatch(/Length \d+ bytes sha256 [0-9a-f]{64}/);
  });

  test('that was is there as it was written', () => {
    const page = pageOf(madeNotebook(), 'mine');
    expect(wordsOf(page)).toContain(secretText);
    expect(page).not.toContain('<b>nobody');
  });
});

describe('the notebook in the page', () => {
  test('is the one that was sent', () => {
    for (const texts of [[], ['mine']]) {
      const found = parseNotebook(notebookInPage(pageOf(madeNotebook(), ...texts)) ?? '', 'page.html');
      expect(found).toEqual(sent(madeNotebook(), ...texts));
    }
  });

  test('cannot end its element, or take the place of another, whatever is written in it', () => {
    const hostile = '</script><script>alert(1)</script><!--<script type="application/json" id="stockpot-notebook">{}</script>';
    const notebook = toNotebook({ ...madeNotebook(hostile), cells: madeNotebook().cells.map((cell) => ({ ...cell, title: hostile, ...(cell.kind === 'text' && { text: hostile }) })) }, 'hostile');
    const page = pageOf(notebook, 'mine');
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).toContain('<title>&#60;/script&#62;');
    expect(parseNotebook(notebookInPage(page) ?? '', 'page.html')).toEqual(sent(notebook, 'mine'));
  });

  test('is absent from other pages', () => {
    expect(notebookInPage('<!doctype html><title>A page</title><script>1</script>')).toBeNull();
    expect(notebookInPage('<script type="application/json" id="stockpot-notebook">{')).toBeNull();
  });
});
