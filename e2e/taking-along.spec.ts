/** What leaves the page as files: figures, tables, a page to read; and the dialog that hands them out. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import Papa from 'papaparse';
import { fromFragment } from '../src/core/link/link';
import { parseNotebook, type Notebook } from '../src/core/notebook/document';
import { reportOf, type Report } from '../src/core/notebook/report';
import { perplexityText } from '../src/ui/numbers';
import { expect, expectAccessible, test } from './fixtures';
import { defaultNotebook, shortText, smallNotebook } from './notebooks';
import { cell, downloadFrom, importNotebook, inMenu, openPage, readResults, readTable, runAll } from './page';

const dialog = (page: Page): Locator => page.getByRole('dialog', { name: 'Share and take along' });

async function openDialog(page: Page): Promise<Locator> {
  await page.getByText('More', { exact: true }).click();
  await page.getByRole('button', { name: 'Share and take along' }).click();
  await expect(dialog(page).getByRole('textbox', { name: 'The link' })).toHaveValue(/#v1=/);
  return dialog(page);
}

/** A file out of the dialog; the dialog says that it was saved. */
async function take(page: Page, button: string): Promise<{ name: string; text: string }> {
  const { name, bytes } = await downloadFrom(page, () => dialog(page).getByRole('button', { name: button, exact: true }).click());
  await expect(dialog(page).getByRole('status')).toHaveText(`Saved as ${name}.`);
  return { name, text: bytes.toString('utf8') };
}

async function saveFigure(page: Page, label: string, format: 'SVG' | 'PNG'): Promise<{ name: string; bytes: Buffer }> {
  return downloadFrom(page, () => page.getByRole('button', { name: `Save ${label} as ${format}` }).click());
}

/** How many of each mark there are in a drawing, those left out that only take a pointer. */
function marksOf(drawing: Locator): Promise<Record<string, number>> {
  return drawing.evaluate((svg) => {
    const marks = [...svg.querySelectorAll('path, line, circle, rect, text')].filter((mark) => !mark.matches('.target') && getComputedStyle(mark).visibility !== 'hidden');
    return Object.fromEntries(['path', 'line', 'circle', 'rect', 'text'].map((name) => [name, marks.filter(({ localName }) => localName === name).length]));
  });
}

/** What an SVG file consists of, as another program would read it. */
function readSvg(page: Page, svg: string): Promise<{ root: string; title: string; size: number[]; elements: string[]; texts: string[]; attributes: string[]; fills: string[] }> {
  return page.evaluate((svg) => {
    const { documentElement: root } = new DOMParser().parseFromString(svg, 'image/svg+xml');
    const elements = [root, ...root.querySelectorAll('*')];
    return {
      root: root.localName,
      title: root.querySelector('title')?.textContent ?? '',
      size: [Number(root.getAttribute('width')), Number(root.getAttribute('height'))],
      elements: elements.map(({ localName }) => localName),
      texts: [...root.querySelectorAll('text')].map(({ textContent }) => textContent),
      attributes: [...new Set(elements.flatMap((element) => element.getAttributeNames()))],
      fills: [...new Set(elements.flatMap((element) => element.getAttribute('fill') ?? []))],
    };
  }, svg);
}

/** The size of a picture, and how many of its pixels have one of these colours. */
function readPng(page: Page, png: Buffer, colours: string[]): Promise<{ width: number; height: number; found: number[]; corner: string }> {
  return page.evaluate(
    async ([base64, colours]) => {
      const picture = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))]));
      const { width, height } = picture;
      const context = new OffscreenCanvas(width, height).getContext('2d') as OffscreenCanvasRenderingContext2D;
      context.drawImage(picture, 0, 0);
      const { data } = context.getImageData(0, 0, width, height);
      const colourAt = (i: number): string => `rgb(${data[i]}, ${data[i + 1]}, ${data[i + 2]})`;
      const found = colours.map(() => 0);
      for (let i = 0; i < data.length; i += 4) if (colours.includes(colourAt(i))) found[colours.indexOf(colourAt(i))]++;
      return { width, height, found, corner: colourAt(0) };
    },
    [png.toString('base64'), colours] as const,
  );
}

test('a figure is an SVG file that stands by itself, mark by mark as it is on the page, and a PNG twice its size', async ({ page }) => {
  await openPage(page);
  await runAll(page);
  for (const [id, label, told] of [
    ['checkpoints', 'Training trajectory', 'Mean over both held-out domains. Filled points are chosen.'],
    ['line', 'Perplexity between step7000 and step8000', 'Band: ± one standard error of the difference to the better end (same tokens).'],
    ['evaluation', 'PIQA-style: accuracy', 'accuracy ± standard error, bars: 95 %; 220 items'],
  ]) {
    const shown = await marksOf(cell(page, id).getByRole('figure', { name: label }).locator('.drawing svg'));
    const { name, bytes } = await saveFigure(page, label, 'SVG');
    expect(name).toBe(`${label.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.svg`);
    const svg = bytes.toString('utf8');
    const file = await readSvg(page, svg);
    expect([file.root, file.title]).toEqual(['svg', label]);
    expect(file.elements.filter((element) => !['svg', 'title', 'desc', 'g', 'path', 'line', 'circle', 'rect', 'text'].includes(element))).toEqual([]);
    expect(file.attributes.filter((attribute) => /^(style|class|id|href|tabindex|aria-|on)/.test(attribute))).toEqual([]);
    expect(svg, 'colours as every program knows them').not.toMatch(/var\(|light-dark|color-mix|color\(|rgba/);
    const written = file.texts.slice(0, file.texts.length - shown.text); // its name and what is said beside it, in lines
    expect(written.join(' ')).toBe(`${label} ${told}`);
    for (const [element, count] of Object.entries(shown)) {
      const added = { rect: 1, text: written.length }[element] ?? 0; // the card it lies on, and what is written on it
      expect(file.elements.filter((each) => each === element).length - added, `${element} of ${label}`).toBe(count);
    }
    const painted = file.fills.filter((fill) => fill !== 'none');
    const picture = await readPng(page, (await saveFigure(page, label, 'PNG')).bytes, painted);
    expect([picture.width, picture.height]).toEqual(file.size.map((length) => 2 * length));
    expect(picture.corner, 'the card').toBe('rgb(255, 255, 255)');
    expect(painted.filter((_, i) => picture.found[i] === 0), 'colours that are nowhere in the picture').toEqual(['rgb(0, 0, 0)']);
  }
});

test('a figure has the colours that the page has, and both diagrams of a pair with their key', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await openPage(page);
  await runAll(page);
  await page.getByText('PIQA-style: who has which items right').click();
  const label = 'PIQA-style: items answered right and wrong';
  const svg = (await saveFigure(page, label, 'SVG')).bytes.toString('utf8');
  expect(svg).toMatch(/<rect [^>]*fill="rgb\(31, 34, 38\)"/);
  for (const words of [label, 'Answered right', 'Answered wrong', 'step7000', 'step8000']) expect(svg).toContain(`>${words}</text>`);
  const picture = await readPng(page, (await saveFigure(page, label, 'PNG')).bytes, ['rgb(224, 164, 88)', 'rgb(127, 176, 240)']);
  expect(picture.corner).toBe('rgb(31, 34, 38)');
  for (const pixels of picture.found) expect(pixels).toBeGreaterThan(100);
});

test('the buttons of a figure are reached by keyboard, and seen when they are', async ({ page }) => {
  await openPage(page);
  const button = page.getByRole('button', { name: 'Save Training trajectory as SVG' });
  await expect(button.locator('..')).toHaveCSS('opacity', '0');
  await page.getByRole('checkbox', { name: /cooled down/ }).focus();
  for (let presses = 0; presses < 20 && !(await button.evaluate((element) => element === document.activeElement)); presses++) await page.keyboard.press('Tab');
  await expect(button).toBeFocused();
  await expect(button.locator('..')).toHaveCSS('opacity', '1');
  const { name } = await downloadFrom(page, () => page.keyboard.press('Enter'));
  expect(name).toBe('training-trajectory.svg');
});

test('CSV and JSON have the numbers of the page, and leave out those that do not hold any more', async ({ page }) => {
  await openPage(page);
  await runAll(page);
  const shown = await readTable(page, 'perplexity');
  const results = await readResults(page, ['perplexity', 'evaluation', 'line', 'weighted']);
  await openDialog(page);
  const csv = await take(page, 'Results (.csv)');
  const json = await take(page, 'Results (.json)');
  expect([csv.name, json.name]).toEqual(['first-soup.csv', 'first-soup.results.json']);
  expect(JSON.parse(json.text)).toEqual(JSON.parse(JSON.stringify(reportOf(defaultNotebook(), results))));

  const { data, errors } = Papa.parse<Record<string, string>>(csv.text, { header: true, skipEmptyLines: true });
  expect(errors).toEqual([]);
  const of = (quantity: string): Record<string, string>[] => data.filter((row) => row.cell === 'perplexity' && row.quantity === quantity);
  const told = of('perplexity').map(({ model, value, stderr }, i) => [model, perplexityText(Number(value), Number(stderr)), Number(of('bitsPerByte')[i].value).toFixed(4)]);
  expect(told).toEqual(shown.map((row) => row.slice(0, 3)));
  const { evaluations } = JSON.parse(json.text) as Report;
  expect(data.filter(({ quantity }) => quantity === 'accuracy').map(({ model, task, value, n }) => [model, task, Number(value), Number(n)])).toEqual(evaluations.map(({ model, task, accuracy, n }) => [model, task, accuracy, n]));
  expect(new Set(data.map(({ backend, device }) => `${backend}, ${device}`))).toEqual(new Set(['wasm, 2 threads']));

  await page.keyboard.press('Escape');
  await page.getByRole('textbox', { name: 'A text, without labels' }).fill('Another text.');
  await openDialog(page);
  const read = (await take(page, 'Page to read (.html)')).text;
  expect([...read.matchAll(/role="img"><title>([^<]+)/g)].map(([, title]) => title), 'no figure of what does not hold').toEqual(['Training trajectory', 'Training trajectory']);
  await expect(dialog(page)).toContainText('The numbers of one cell go along. Left out: “A soup weighted by perplexity” (changed since it was run)');
  expect((JSON.parse((await take(page, 'Results (.json)')).text) as Report).cells.map(({ id }) => id)).toEqual(['checkpoints', 'uniform']);
});

test('a page to read has the figures of a cell’s own result that are unfolded, and no others', async ({ page }) => {
  await openPage(page);
  const figures = async (): Promise<string[]> => {
    await openDialog(page);
    const { text } = await take(page, 'Page to read (.html)');
    await page.keyboard.press('Escape');
    return [...text.matchAll(/role="img"><title>([^<]+)/g)].map(([, title]) => title);
  };
  const figure = cell(page, 'checkpoints').locator('.body figure');
  await figure.evaluate((own) => own.closest('.body')?.before(own.cloneNode(true))); // where reported numbers stand
  await expect(cell(page, 'checkpoints').locator('figure')).toHaveCount(2);
  expect(await figures()).toEqual(['Training trajectory', 'Training trajectory']);
  await figure.evaluate((own) => {
    const folded = document.createElement('details');
    own.before(folded);
    folded.append(own);
  });
  expect(await figures()).toEqual([]);
});

/** A title and a note that would run something, if anything in the page could. */
function hostileNotebook(): Notebook {
  const attack = '</title></script><script>document.title = "ran"</script><img src=x onerror="document.title=\'ran\'">';
  const note = { id: 'note', kind: 'note', title: '', markdown: `${attack}\n\n[a link](javascript:alert(1)) and $x^2$` } as const;
  return { ...smallNotebook(attack), cells: [note, ...smallNotebook().cells] };
}

test('a page to read shows results and figures from a file, runs nothing, asks for nothing, and is a notebook again', async ({ page }, info) => {
  await openPage(page);
  await importNotebook(page, hostileNotebook());
  await runAll(page);
  const table = await readTable(page, 'perplexity');
  await openDialog(page);
  const { text: html } = await take(page, 'Page to read (.html)');
  expect(html, 'the text was not to go along').not.toContain(shortText.slice(0, 30));

  const file = join(info.outputPath(), 'read.html');
  await writeFile(file, html);
  const reader = await page.context().newPage();
  const complaints: string[] = [];
  reader.on('console', (message) => complaints.push(message.text()));
  reader.on('pageerror', (error) => complaints.push(error.message));
  reader.on('request', (request) => request.url() !== `file://${file}` && !request.url().startsWith('data:') && complaints.push(request.url()));
  await reader.goto(`file://${file}`);
  await expect(reader).toHaveTitle(hostileNotebook().title);
  await expect(reader.getByRole('heading', { level: 1 })).toHaveText(hostileNotebook().title);
  await expect(reader.locator('math')).toBeVisible();
  await expect(reader.locator('a[href^="javascript"], img')).toHaveCount(0);
  expect(await reader.getByRole('table', { name: 'Perplexity on “text”' }).locator('tbody tr').evaluateAll((rows) => rows.map((row) => [...row.children].slice(0, 2).map(({ textContent }) => textContent)))).toEqual(table.map((row) => row.slice(0, 2)));
  for (const [scheme, card] of [['light', 'rgb(255, 255, 255)'], ['dark', 'rgb(31, 34, 38)']] as const) {
    await reader.emulateMedia({ colorScheme: scheme });
    const figure = reader.getByRole('img', { name: 'Training trajectory' });
    await expect(figure).toHaveCount(1);
    await expect(figure).toBeVisible();
    expect(await figure.locator('rect').first().getAttribute('fill')).toBe(card);
    await expectAccessible(reader, `the page to read, ${scheme}`);
  }
  await reader.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await expect(reader.locator('.light svg').first(), 'paper is light').toBeVisible();
  await expect(reader.locator('.dark svg').first()).toBeHidden();
  expect(complaints).toEqual([]);
  await reader.close();

  await page.keyboard.press('Escape');
  await inMenu(page, () => page.getByLabel('Open a notebook').setInputFiles(file));
  await expect(cell(page, 'text')).toContainText(/author.*kept|did not send|withheld/i);
  await expect(page.getByLabel('Title of the notebook')).toHaveValue(hostileNotebook().title);
});

test('the reader’s own words go along only where a box was ticked, in the link and in the page alike', async ({ page }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await openPage(page);
  await importNotebook(page, smallNotebook('Mine'));
  await openDialog(page);
  const box = dialog(page).getByRole('checkbox', { name: `Send the words of “My text” along (${Buffer.byteLength(shortText)} bytes)` });
  await expect(box).not.toBeChecked();
  await expect(box).toHaveAccessibleDescription(/Only its length and its sha256 go along.*A very short text could be guessed/);
  await expect(dialog(page)).toContainText('There are no numbers to go along. Left out:');
  await expect(dialog(page).getByRole('button', { name: 'Results (.csv)' })).toBeDisabled();
  await expect(dialog(page)).toContainText(/[\d,]+ characters: fits everywhere\./);
  await expectAccessible(page, 'the dialog');

  const copied = async (): Promise<string> => {
    await dialog(page).getByRole('button', { name: 'Copy link' }).click();
    await expect(dialog(page).getByRole('status')).toHaveText('The link is on the clipboard.');
    return page.evaluate(() => navigator.clipboard.readText());
  };
  const textIn = ({ cells }: Notebook): unknown => cells.find(({ kind }) => kind === 'text');
  const read = async (link: string): Promise<unknown> => textIn(await fromFragment(link.slice(link.indexOf('#'))));
  const kept = await copied();
  expect(kept).toMatch(/^http:\/\/localhost:\d+\/#v1=/);
  expect(await read(kept)).toMatchObject({ text: '', withheld: { bytes: Buffer.byteLength(shortText) } });
  const file = (await take(page, 'Save as a file to send')).text;
  expect(textIn(parseNotebook(file, 'sent'))).toEqual(await read(kept));

  await box.check();
  expect(await read(await copied())).toMatchObject({ text: shortText, withheld: null });
  expect((await take(page, 'Page to read (.html)')).text).toContain(shortText);
  expect((await take(page, 'Notebook (.json)')).text, 'one’s own file has everything').toContain(shortText);

  await page.keyboard.press('Escape');
  await expect(dialog(page)).toHaveCount(0);
  await expect(page.getByText('More', { exact: true })).toBeFocused();
});

test('a text of a lesson goes along unless one says no; a notebook that is too long goes as a file', async ({ page }) => {
  await openPage(page);
  await openDialog(page);
  const box = dialog(page).getByRole('checkbox', { name: /^Send the words of “A text, without labels” along/ });
  await expect(box).toBeChecked();
  await expect(box).toHaveAccessibleDescription(/part of the lesson/);
  await page.keyboard.press('Escape');

  const words = Array.from({ length: 40_000 }, (_, i) => ((i * 2_654_435_761) % 4_294_967_296).toString(36)).join(' ');
  await importNotebook(page, { ...smallNotebook('Long'), cells: smallNotebook().cells.map((each) => (each.kind === 'text' ? { ...each, text: words } : each)) });
  await openDialog(page);
  await dialog(page).getByRole('checkbox').check();
  await expect(dialog(page)).toContainText('Too long for a link: send the file instead.');
  await expect(dialog(page).getByRole('button', { name: 'Copy link' })).toHaveCount(0);
  const { name, text } = await take(page, 'Save as a file to send');
  expect(name).toBe('long.json');
  expect(text).toContain(words.slice(0, 1000));
});
