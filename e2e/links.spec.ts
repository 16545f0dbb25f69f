/** Links: opened in review, run, and held against what they report; and what hostile ones can do, which is nothing. */
import { deflateSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { fromFragment, toFragment } from '../src/core/link/link';
import { toNotebook, type Notebook } from '../src/core/notebook/document';
import type { ReportedOf } from '../src/core/notebook/reported';
import { cellKeys } from '../src/core/notebook/stale';
import { expect, test } from './fixtures';
import { askingNotebook, bundled, cellOf, defaultNotebook, shortText, smallNotebook } from './notebooks';
import { alert, cell, importNotebook, keptNotebooks, measurements, openLink, openPage, runAll, shareLink, untilIdle, untilSaved, verdicts } from './page';

/** A fragment with anything in it. */
function fragmentOf(value: unknown): string {
  return `v1=${deflateSync(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')}`;
}

/** Everything the page asks for from now on. */
function requests(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  return asked;
}

const review = (page: Page) => page.getByRole('region', { name: 'Where this notebook comes from' });

test('a link brings its numbers, is run in a fresh profile, and is reproduced; nothing is fetched or kept before', async ({ page, another }) => {
  await openPage(page);
  await importNotebook(page, { ...askingNotebook([{ name: 'piqa_style', limit: 24 }]), title: 'Sent' });
  await runAll(page);
  const link = await shareLink(page, { texts: ['My text'] });

  const other = await another('fresh profile');
  const asked = requests(other);
  await openLink(other, link);
  await expect(review(other)).toContainText('This notebook came by a link. Nothing of it was run, fetched or kept');
  await expect(review(other)).toContainText('2 results are reported; none has been run here.');
  await expect(review(other)).toContainText(/Running it fetches up to 9\.\d MB from this site, and takes about .* at the speed of its author’s device/);
  await review(other).getByText('What it would fetch, and from where').click();
  await expect(review(other)).toContainText('Checkpoint pico/step8000: from this site, 4.5 MB; sha256 6a164fc0191f…');
  await expect(cell(other, 'evaluation').getByRole('img', { name: /accuracy: step500 0\.\d+ .*step8000 0\.\d+/ }), 'the numbers are seen at once').toBeVisible();
  expect(asked.filter((path) => /safetensors|wasm|tokenizer|engine|tasks/.test(path)), 'nothing is fetched').toEqual([]);
  expect(await keptNotebooks(other), 'nothing is kept').toEqual([]);
  await other.reload();
  await expect(review(other), 'still there after a reload').toContainText('This notebook came by a link');

  await review(other).getByRole('button', { name: 'Run and compare' }).click();
  await untilIdle(other);
  expect(await verdicts(other)).toEqual({ soup: 'reproduced', evaluation: 'reproduced' });
  await expect(review(other)).toContainText('2 of 2 results are reproduced.');
  await expect(other).toHaveURL(/#notebook=/);
  await other.reload();
  await expect.poll(() => verdicts(other), 'after a reload').toEqual({ soup: 'reproduced', evaluation: 'reproduced' });

  await openLink(other, link);
  await other.getByRole('link', { name: 'You opened this link before: go to your copy' }).click();
  await expect(review(other)).toContainText('2 of 2 results are reproduced.');
  expect(await keptNotebooks(other)).toHaveLength(1);
});

test('a link whose numbers were altered differs, at the right cells, with both numbers', async ({ page }) => {
  await openPage(page);
  await importNotebook(page, { ...askingNotebook([{ name: 'piqa_style', limit: 24 }]), title: 'Honest' });
  await importNotebook(page, smallNotebook());
  await runAll(page);
  const honest = await fromFragment(new URL(await shareLink(page, { texts: ['My text'] })).hash);
  const altered = structuredClone(honest);
  const told = altered.reported?.results.find((result): result is ReportedOf<'perplexity'> => result.kind === 'perplexity');
  if (!told) throw new Error('no perplexity is reported');
  told.rows[2].nll *= 0.98;
  await openLink(page, `/#${await toFragment(altered)}`);
  await review(page).getByRole('button', { name: 'Run and compare' }).click();
  await untilIdle(page);
  expect(await verdicts(page)).toEqual({ uniform: 'reproduced', perplexity: 'differs' });
  await expect(review(page)).toContainText('“Perplexity” differs');
  const item = cell(page, 'perplexity').locator('[data-verdict] li');
  await expect(item).toHaveCount(1);
  await expect(item).toContainText(/uniform on “text”, perplexity: reported [\d.]+ on WASM \(2 threads, fp32\), here [\d.]+ on WASM/);

  await cell(page, 'text').getByRole('textbox', { name: 'My text' }).fill('Another text.');
  expect(await verdicts(page), 'numbers of another text').toEqual({ uniform: 'reproduced', perplexity: 'changed' });
});

test('a text stays behind unless it is let go, and whoever has it can go on', async ({ page, another }) => {
  await openPage(page);
  await importNotebook(page, smallNotebook());
  await runAll(page);
  const link = await shareLink(page, { texts: [] });
  const sent = await fromFragment(new URL(link).hash);
  expect(JSON.stringify(sent)).not.toContain('lamp');
  expect(cellOf(sent, 'text', 'text')).toMatchObject({ text: '', withheld: { bytes: shortText.length } });

  const other = await another('fresh profile');
  await openLink(other, link);
  await expect(cell(other, 'perplexity').getByRole('row', { name: /uniform/ }).first()).toBeVisible();
  await review(other).getByRole('button', { name: 'Run and compare' }).click();
  await untilIdle(other);
  await expect(alert(cell(other, 'perplexity'))).toContainText('did not send the text “My text” along');
  expect(await verdicts(other)).toEqual({ uniform: 'reproduced', perplexity: 'reported' });
  const text = other.getByRole('textbox', { name: 'My text' });
  await text.fill('Something else.');
  expect((await verdicts(other)).perplexity).toBe('changed');
  await text.fill(shortText);
  await runAll(other);
  expect(await verdicts(other)).toEqual({ uniform: 'reproduced', perplexity: 'reproduced' });
});

test('a second link in the same tab opens beside the first; an edited notebook is left as it is', async ({ page }) => {
  await openPage(page);
  await page.getByLabel('Title of the notebook').fill('My own work');
  await untilSaved(page);
  for (const name of ['One', 'Two']) {
    const fragment = await toFragment(smallNotebook(name));
    await page.evaluate((hash) => void (location.hash = hash), fragment);
    await expect(page.getByLabel('Title of the notebook')).toHaveValue(name);
    await expect(review(page)).toContainText('It brings no numbers.');
  }
  await review(page).getByRole('button', { name: 'Keep it without running' }).click();
  await page.getByRole('link', { name: 'Notebooks' }).click();
  await expect(page.getByRole('link', { name: 'My own work' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Two', exact: true })).toBeVisible();
  expect((await keptNotebooks(page)).map(({ title }) => title).sort()).toEqual(['My own work', 'Two']);
});

test.describe('a hostile link', () => {
  const evil = '<img src=x onerror="window.stolen=1"><script>window.stolen=1</script>[x](javascript:window.stolen=1) ![y](https://evil.example/y.png) $\\href{javascript:window.stolen=1}{z}$ </title><svg onload="window.stolen=1">';
  const small = smallNotebook();
  const inEveryField: Notebook = toNotebook(
    {
      stockpot: 2,
      title: evil.slice(0, 200),
      cells: [
        { id: 'note', kind: 'note', title: evil.slice(0, 200), markdown: evil },
        { id: 'text', kind: 'text', title: evil.slice(0, 200), text: evil, separator: evil.slice(0, 100), split: 'separator' },
        { id: 'checkpoints', kind: 'checkpoints', title: evil.slice(0, 200), checkpoints: [bundled('step500')], presets: [{ name: evil.slice(0, 100), checkpoints: [bundled('step500')] }] },
        { id: 'soup', kind: 'soup', title: evil.slice(0, 200), method: 'uniform', ingredients: ['checkpoints'] },
      ],
      reported: {
        app: '0.1.0',
        finished: '2026-11-24T00:00:00.000Z',
        secondsPerRun: 1,
        results: [{ kind: 'soup', cell: 'soup', key: '0'.repeat(16), backend: { kind: 'wasm', precision: 'fp32', runtime: evil.slice(0, 100), device: evil.slice(0, 200) }, ingredients: ['step500'], coefficients: [1], stderrs: null, nll: [] }],
      },
    },
    'evil',
  );
  const circles = { ...small, cells: [{ id: 'a', kind: 'soup', method: 'uniform', ingredients: ['b'] }, { id: 'b', kind: 'soup', method: 'uniform', ingredients: ['a'] }, { id: 'c', kind: 'perplexity', models: ['c', 'a'], texts: ['c'] }] };
  const twice = {
    ...small,
    cells: [
      ...small.cells,
      { id: 'again', kind: 'soup', method: 'manual', ingredients: ['checkpoints', 'checkpoints', 'step7000', 'gone', 'gone'] },
      { id: 'line', kind: 'sweep', between: ['step7000', 'step7000', 'gone'], text: 'gone', marks: ['again', 'again', 'gone', 'gone'] },
      { id: 'more', kind: 'perplexity', models: ['again', 'again', 'gone', 'gone'], texts: ['text', 'text', 'gone', 'gone'] },
      { id: 'asked', kind: 'evaluation', models: ['gone', 'gone', 'step7000', 'step7000'], tasks: [] },
    ],
  };
  const drawn = toNotebook(
    {
      ...small,
      cells: [
        ...small.cells,
        { id: 'line', kind: 'sweep', between: ['step7000', 'step8000'], text: 'text' },
        { id: 'ends', kind: 'sweep', between: ['step7000', 'step8000'], text: 'text', points: 3 },
        { id: 'pairs', kind: 'sweep', over: 'pairs', between: ['checkpoints'], text: 'text' },
        { id: 'lengths', kind: 'sweep', over: 'lengths', between: ['checkpoints'], text: 'text' },
        { id: 'compared', kind: 'comparison', groups: [['step7000', 'step8000']], methods: ['uniform'], texts: ['text'] },
      ],
    },
    'drawn',
  );
  const [endless, point] = [{ tokens: 1, nll: 1e308, stderr: 1e308 }, { coefficient: 0.5, tokens: 5, nll: 1e308, stderr: null }];
  const line = { kind: 'sweep', ends: ['step7000', 'step8000'], points: [], marks: [] };
  const numbers: Record<string, object> = {
    line,
    ends: { ...line, points: [point], marks: [{ soup: 'uniform', point }] },
    pairs: { ...line, soups: [{ ingredients: ['step7000'], ...endless }, { ingredients: ['step7000', 'step8000'], ...endless }] },
    lengths: { ...line, soups: [{ ingredients: [], ...endless }, { ingredients: ['a'], tokens: 5, nll: 9, stderr: null }, { ingredients: ['a', 'gone'], ...endless }] },
    compared: { kind: 'comparison', perplexities: ['step7000', 'step8000', 'uniform 1'].map((model) => ({ model, text: 'text', ...endless, bitsPerByte: 0 })), rows: [] },
  };
  const keys = cellKeys(drawn);
  const results = Object.entries(numbers).map(([cell, told]) => ({ cell, key: keys.get(cell)?.key.slice(0, 16), backend: { kind: 'wasm', precision: 'fp32', runtime: '', device: '' }, ...told }));
  const unshowable = { ...drawn, reported: { app: '0.1.0', finished: '2026-11-24T00:00:00.000Z', secondsPerRun: 1, results } };
  const abroad = { ...small, cells: [{ id: 'checkpoints', kind: 'checkpoints', checkpoints: [{ id: 'x', source: { kind: 'url', url: 'https://evil.example/model.safetensors' }, sha256: 'a'.repeat(64) }] }] };
  const wrongTypes = { stockpot: 2, title: ['x'], cells: { length: 3 } };
  /** and how many results are shown as reported */
  const opens: [string, string, number?][] = [
    ['scripts in every field', fragmentOf(inEveryField)],
    ['cells in a circle', fragmentOf(circles)],
    ['every name said twice, and names of nothing', fragmentOf(twice)],
    ['numbers that no picture can show', fragmentOf(unshowable), results.length],
    ['a thousand brackets in its words', fragmentOf({ ...small, cells: [{ id: 'n', kind: 'note', markdown: '['.repeat(50_000) }] })],
  ];
  const refused: [string, string, RegExp][] = [
    ['a megabyte', `v1=${'A'.repeat(1_000_000)}`, /link.*(long|characters)/i],
    ['a decompression bomb', fragmentOf(' '.repeat(60_000_000)), /bytes of notebook|long/],
    ['keys of the prototype', fragmentOf('{"stockpot":2,"title":"x","cells":[],"__proto__":{"polluted":1}}'), /not a Stockpot notebook|link/],
    ['a cell that is a constructor', fragmentOf('{"stockpot":2,"title":"x","cells":[{"id":"a","kind":"constructor"}]}'), /link/],
    ['wrong types', fragmentOf(wrongTypes), /link/],
    ['a foreign host', fragmentOf(abroad), /link/],
    ['another format', fragmentOf({ ...small, stockpot: 99 }), /format 99/],
    ['another version of links', 'v9=AAAA', /link/i],
    ['half a link', fragmentOf(small).slice(0, 200), /link/i],
    ['no link at all', '/etc/passwd', /link/i],
  ];

  async function watched(page: Page, fragment: string): Promise<string[]> {
    const asked = requests(page);
    page.on('dialog', () => asked.push('a dialog'));
    await page.goto('about:blank');
    await page.goto(`/#${fragment}`);
    return asked;
  }

  async function expectNothingHappened(page: Page, asked: string[], what: string): Promise<void> {
    await page.waitForTimeout(300);
    expect(asked.filter((path) => !/^\/(assets\/[\w.-]+\.(js|css)|models\/catalog\.json|icon\.svg|)$/.test(path) || path.includes('worker')), what).toEqual([]);
    expect(await page.evaluate(() => ['stolen', 'polluted'].filter((name) => name in window || name in {})), what).toEqual([]);
    expect(await keptNotebooks(page), what).toEqual([]);
    expect(await measurements(page), what).toBe(0);
  }

  for (const [what, fragment, reported = 0] of opens) {
    test(`with ${what} opens as plain words`, async ({ page }) => {
      const asked = await watched(page, fragment);
      await expect(review(page)).toBeVisible();
      await expectNothingHappened(page, asked, what);
      await expect(page.locator('[data-verdict=reported]')).toHaveCount(reported);
      await expect(alert(page), 'every cell can be shown').toHaveCount(0);
      expect(await page.locator('main').locator('img, script, iframe, form, a[href^="javascript"], [onerror], [onload]').count()).toBe(0);
    });
  }

  test('with anything else is refused in a sentence, and the page goes on', async ({ page }) => {
    for (const [what, fragment, sentence] of refused) {
      const asked = await watched(page, fragment);
      await expect(alert(page).first(), what).toContainText(sentence);
      await expectNothingHappened(page, asked, what);
      await page.getByRole('button', { name: /^First soup/ }).click();
      await expect(page.locator('[data-cell]'), what).toHaveCount(defaultNotebook().cells.length);
    }
  });

  test('with cells in a circle, once it is run, says in each what is missing', async ({ page }) => {
    await watched(page, fragmentOf(circles));
    await review(page).getByRole('button', { name: 'Run and compare' }).click();
    await untilIdle(page);
    await expect(alert(cell(page, 'a'))).toContainText('b');
  });
});
