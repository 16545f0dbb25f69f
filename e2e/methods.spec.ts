/** Merge methods on the page: every one in a soup cell, trials, recipes to take along, and comparisons, with the command line's numbers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import golden from '../reference/golden/methods-lesson.json' with { type: 'json' };
import { methodNames } from '../src/core/merging/merge-method';
import { mergeMethods } from '../src/core/merging/merge-methods';
import { changesByMethod, comparedGroups } from '../src/core/notebook/compared';
import { parseNotebook, toNotebook, type Notebook } from '../src/core/notebook/document';
import { expect, expectAccessible, test } from './fixtures';
import { report, root } from './golden';
import { bundled, commandLine, smallNotebook } from './notebooks';
import { cell, downloadFrom, exportNotebook, importNotebook, openLink, openPage, readResults, readTable, resultOf, runAll, shareLink, untilIdle, verdicts } from './page';

const lesson = parseNotebook(readFileSync(join(root, 'public/notebooks/methods.json'), 'utf8'), 'methods.json');
const words = (id: string): string => lesson.cells.flatMap((each) => (each.kind === 'text' && each.id === id ? [each.text] : [])).join();

/** A soup of each method on a text that is long enough for all of them. */
function everyMethod(): Notebook {
  const cells = [
    { id: 'checkpoints', kind: 'checkpoints', checkpoints: ['step6000', 'step7000', 'step8000'].map(bundled) },
    { id: 'text', kind: 'text', text: words('data') },
    ...methodNames.map((method) => ({ id: method, kind: 'soup', method, ingredients: ['checkpoints'], text: 'text', ...(method === 'manual' && { parameters: { coefficients: [0.2, 0.3, 0.5] } }) })),
    { id: 'scores', kind: 'perplexity', models: ['checkpoints', ...methodNames], texts: ['text'] },
  ];
  return toNotebook({ stockpot: 4, title: 'Every method', cells }, 'every method');
}

test('every method makes its soup, with the numbers of the command line', async ({ page }, info) => {
  await openPage(page);
  const notebook = everyMethod();
  await importNotebook(page, notebook);
  await runAll(page);
  await expect(page.locator('[data-status=failed]')).toHaveCount(0);
  const { soups, perplexity } = await commandLine(JSON.stringify(notebook), info.outputPath());
  const results = await readResults(page, [...methodNames, 'scores']);
  for (const method of methodNames) {
    const theirs = soups.find(({ id }) => id === method)?.coefficients ?? [];
    const ours = resultOf(results, method, 'soup').coefficients;
    expect(ours).toHaveLength(3);
    // a search stops where perplexities hardly differ, so that their last digits decide where; those of probabilities may draw another target
    const tolerance = { search: 0.02, fisher: 1e-3 }[method as string] ?? 1e-4;
    ours.forEach((coefficient, i) => expect(Math.abs(coefficient - theirs[i]), `${method}, ${i}`).toBeLessThan(tolerance));
  }
  for (const row of resultOf(results, 'scores', 'perplexity').rows) {
    const theirs = perplexity.find(({ model }) => model === row.model)?.perplexity ?? NaN;
    const error = Math.abs(row.perplexity / theirs - 1);
    report(`${row.model}, relative difference of its perplexity between page and command line`, error);
    expect(error, row.model).toBeLessThan(1e-4);
  }

  await expect(cell(page, 'search')).toContainText(/\d+ tokens selected\. On the other \d+: perplexity/);
  await expect(cell(page, 'fisher')).toContainText('the model draws its own targets');
  await expect(cell(page, 'regmean')).toContainText(/Layers are solved for.*Its weights are .*\s% away from the average/);
  await cell(page, 'greedy').getByText(/soups tried$/).click();
  await expect(cell(page, 'greedy').getByRole('row', { name: /chosen/ })).toHaveCount(1);
  await page.locator('main details').evaluateAll((all) => all.forEach((details) => details.setAttribute('open', '')));
  await expectAccessible(page, 'soups of every method, opened');
});

test('a recipe goes along as a Python script and, where it has coefficients, for mergekit', async ({ page }) => {
  await openPage(page);
  const small = smallNotebook();
  const fisher = { id: 'fisher', kind: 'soup', method: 'fisher', ingredients: ['checkpoints'], text: 'text', parameters: { examples: 2 } };
  await importNotebook(page, toNotebook({ ...small, stockpot: 4, cells: [...small.cells, fisher] }, 'small'));
  await runAll(page);
  const take = (id: string, name: string) => downloadFrom(page, () => cell(page, id).getByRole('button', { name }).click());

  const yaml = await take('uniform', 'for mergekit');
  expect(yaml.name).toBe('uniform.yaml');
  expect(yaml.bytes.toString('utf8')).toMatch(/merge_method: linear[\s\S]*dtype: float32/);

  for (const id of ['uniform', 'fisher']) {
    const script = await take(id, 'as a Python script');
    expect(script.name).toBe(`${id}.py`);
    const python = script.bytes.toString('utf8');
    for (const checkpoint of ['step7000', 'step8000']) expect(python).toContain(bundled(checkpoint).sha256);
    expect(python).toMatch(/^import torch$/m);
  }

  await expect(cell(page, 'fisher').getByRole('button', { name: 'for mergekit' })).toBeDisabled();
  await expect(cell(page, 'fisher')).toContainText('mergekit knows no such method; the script does.');
  expect((await take('fisher', 'Download the soup')).name).toBe('fisher.safetensors');
});

test('a method is chosen, told what to do, and made with labelled items instead of a text', async ({ page }) => {
  await openPage(page);
  await importNotebook(page, smallNotebook());
  const soup = cell(page, 'uniform');
  await soup.getByLabel('Method').first().selectOption('Fisher');
  await expect(soup).toContainText('Each weight mixed by how much');
  await soup.getByLabel(/^with/).selectOption('labelled items');
  await soup.getByRole('spinbutton', { name: /^first/ }).fill('4');
  await soup.getByRole('spinbutton', { name: /^first/ }).blur();
  await soup.getByLabel('Examples at most').fill('3');
  await soup.getByLabel('Examples at most').blur();
  await runAll(page);
  await expect(soup).toContainText('Made from 3 labelled items');
  const exported = parseNotebook((await exportNotebook(page)).text, 'exported');
  expect(exported.cells.find(({ id }) => id === 'uniform')).toMatchObject({ method: 'fisher', items: { limit: 4 }, parameters: { examples: 3 } });

  await soup.getByLabel('Method').first().selectOption('RegMean');
  await soup.getByLabel('Off-diagonal entries times').fill('1');
  await soup.getByLabel('Off-diagonal entries times').blur();
  await runAll(page);
  await expect(soup.getByRole('alert'), 'a text that is shorter than a layer is wide').toContainText(/RegMean has no single answer for .* the text tells only about/);
});

/** The first cell of a kind, put together by hand. */
async function addCell(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: title, exact: true }).last().click();
}

test('a comparison is put together by hand, says what the command line says, and is reproduced by whoever has its link', async ({ page, another }, info) => {
  await openPage(page);
  const small = smallNotebook();
  const pairs = { id: 'pairs', kind: 'sweep', over: 'pairs', between: ['checkpoints'], text: 'text' };
  await importNotebook(page, toNotebook({ ...small, stockpot: 4, cells: [...small.cells.filter(({ id }) => id !== 'perplexity' && id !== 'uniform'), pairs] }, 'small'));
  await addCell(page, 'Comparison');
  const compared = cell(page, 'comparison');
  await expect(compared).toContainText('Run to make');
  await compared.getByText(/^Ingredients/).click();
  await compared.getByRole('button', { name: 'each two neighbours' }).click();
  await expect(compared).toContainText('1 group, of each of which every method makes a soup.');
  await compared.getByText(/^Methods/).click();
  const methods = compared.getByRole('group', { name: 'Methods' });
  const pressed = await methods.getByRole('button', { pressed: true }).allInnerTexts();
  for (const name of pressed) if (!['Uniform', 'Perplexity-weighted'].includes(name)) await methods.getByRole('button', { name, exact: true }).click();
  await expect(methods.getByRole('button', { pressed: true })).toHaveCount(2);
  await runAll(page);

  const { groups, perplexities } = resultOf(await readResults(page, ['comparison']), 'comparison', 'comparison');
  expect(groups).toEqual([['step7000', 'step8000']]);
  expect(perplexities.map(({ model }) => model)).toEqual(['step7000', 'step8000', 'uniform 1', 'perplexity 1']);
  const [row] = await readTable(page, 'comparison');
  expect(row[0]).toBe('step7000 + step8000');
  expect(row).toHaveLength(5);
  await expect(compared.getByRole('img', { name: /^Relative change of perplexity on “text” against the best ingredient, on average: Uniform [+−]\d/ })).toBeVisible();
  await expect(compared).toContainText('Made with what they are judged on, which flatters them: Perplexity-weighted.');

  const { comparisons } = await commandLine((await exportNotebook(page)).text, info.outputPath());
  const theirs = comparisons[0].judges[0].groups[0].methods.map(({ value }) => value ?? NaN);
  theirs.forEach((value, i) => expect(Number(row[3 + i].split(/\s/)[0]) / value).toBeCloseTo(1, 3));

  const other = await another('fresh profile');
  await openLink(other, await shareLink(page, { texts: ['My text'] }));
  await expect(cell(other, 'comparison').getByRole('img', { name: /^Relative change of perplexity/ }), 'its figure is seen at once').toBeVisible();
  await expect(cell(other, 'pairs').getByRole('img', { name: /^Uniform soups of every pair of 2 models/ })).toBeVisible();
  await expectAccessible(other, 'reported figures');
  await runAll(other);
  expect(await verdicts(other)).toEqual({ comparison: 'reproduced', pairs: 'reproduced' });
});

test('the lesson’s last neighbours come to its numbers, on the page', async ({ page }) => {
  await openPage(page);
  const wanted = ['trajectory', 'data', 'held-out', 'late', 'lengths'];
  const cells = lesson.cells.filter(({ id }) => wanted.includes(id)).map((each) => (each.kind === 'comparison' ? { ...each, groups: each.groups.slice(-1) } : each));
  await importNotebook(page, { ...lesson, cells });
  await runAll(page, 400_000);
  await untilIdle(page);
  const results = await readResults(page, ['late', 'lengths']);
  const late = resultOf(results, 'late', 'comparison');
  for (const judge of golden.comparisons[0].judges) {
    const [group] = comparedGroups(late, judge as Parameters<typeof comparedGroups>[1]);
    const theirs = judge.groups[judge.groups.length - 1];
    expect(group.ingredients).toEqual(theirs.ingredients);
    group.methods.forEach(({ method, value, change }, i) => {
      expect(method).toBe(theirs.methods[i].method);
      expect((value ?? NaN) / theirs.methods[i].value, `${judge.name}, ${method}`).toBeCloseTo(1, 3);
      expect(change ?? NaN, `${judge.name}, ${method}, against the best`).toBeCloseTo(theirs.methods[i].change, 3);
    });
    expect(changesByMethod([group])).toHaveLength(6);
  }
  const lengths = resultOf(results, 'lengths', 'sweep').soups ?? [];
  expect(lengths.map(({ perplexity }) => perplexity.toFixed(2))).toEqual(golden.sweeps.find(({ id }) => id === 'lengths')?.soups.map(({ perplexity }) => perplexity.toFixed(2)));

  await expect(cell(page, 'late').getByRole('img', { name: /^Relative change of perplexity/ })).toBeVisible();
  await expect(cell(page, 'late').getByRole('img', { name: /^Relative change of accuracy/ })).toBeVisible();
  await expect(cell(page, 'late')).toContainText(`${mergeMethods.regmean.title}: +`);
  await expect(cell(page, 'lengths').getByRole('img', { name: /up to step8000: alone .*; last 2 .*; last 3 .*; last 4 / })).toBeVisible();
  await page.locator('main details').evaluateAll((all) => all.forEach((details) => details.setAttribute('open', '')));
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expectAccessible(page, `comparison and sweep, ${colorScheme}`);
  }
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth), 'nothing reaches past a phone').toBe(360);
});
