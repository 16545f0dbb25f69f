/** Soups whose coefficients are found by trying soups out: what selects is never what reports. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Answer } from '../evaluation/accuracy';
import { itemsOfRows } from '../evaluation/item-files';
import type { Item } from '../evaluation/task';
import { winogrande } from '../evaluation/winogrande';
import type { Model } from '../soup/model';
import { parseNotebook, toNotebook, type CellOf, type Notebook } from './document';
import { FakeEngine, info, Run } from './fake-run';
import { memoryStore } from './measurements';

const first = parseNotebook(readFileSync(new URL('../../../public/notebooks/first-soup.json', import.meta.url), 'utf8'), 'first-soup.json');
const [near, distant] = first.cells.flatMap((cell) => (cell.kind === 'checkpoints' ? cell.presets : []));
const [step7, step8, step5] = [...near.checkpoints, distant.checkpoints[0]];

/** With these the fake engine likes the line's middle best, and three are best mixed a little unevenly. */
const close = { step7000: 2, step8000: 2, step500: 2.05 };
const text = Array.from({ length: 8 }, (_, i) => `Document ${i} says something of its own.`).join('\n\n');

function notebookOf(soup: Partial<CellOf<'soup'>>, checkpoints = [step7, step8]): Notebook {
  const cells = [
    { id: 'checkpoints', kind: 'checkpoints', checkpoints },
    { id: 'text', kind: 'text', text, split: 'blank-lines' },
    { id: 'soup', kind: 'soup', ingredients: ['checkpoints'], text: 'text', ...soup },
  ];
  return toNotebook({ stockpot: 4, title: 'Trials', cells }, 'trials');
}

async function soupOf(notebook: Notebook, engine = new FakeEngine(info, close), items?: Item[]) {
  const run = new Run(notebook, memoryStore(), engine);
  if (items) run.items = items;
  await run.one('checkpoints');
  await run.one('soup');
  return { run, soup: run.result('soup', 'soup') };
}

describe('a search on a text', () => {
  test('of two finds the best coefficients of the first part and reports on the rest', async () => {
    const { soup } = await soupOf(notebookOf({ method: 'search' }));
    expect(soup.coefficients[0]).toBeCloseTo(0.5, 2);
    expect(soup.trials).toMatchObject({ by: 'text', selected: 256, reported: { count: 256, best: { model: expect.stringMatching(/step[78]000/) as string } } });
    expect(soup.trials?.tried.length).toBeLessThanOrEqual(12);
    expect(soup.trials?.reported.difference).toBeCloseTo(-0.05, 4); // 2.05 against 2.1, alone
  });

  test('of three goes down the slopes that the engine tells', async () => {
    const { run, soup } = await soupOf(notebookOf({ method: 'search' }, [step5, step7, step8]));
    // the sum of mean c and 0.1 c², with the c adding up to one: c of step500 is 1/3 less two thirds of 0.05 / 0.2
    expect(soup.coefficients[0]).toBeCloseTo(1 / 6, 1);
    expect(soup.coefficients.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
    expect(run.engine.asked.filter((call) => call.startsWith('slopes')).length).toBeGreaterThan(0);
  });

  test('selects with the share that it is told', async () => {
    const { soup } = await soupOf(notebookOf({ method: 'search', parameters: { share: 0.25 } }));
    expect(soup.trials).toMatchObject({ selected: 128, reported: { count: 384 } });
  });

  test('measures nothing twice when it runs again', async () => {
    const { run, soup } = await soupOf(notebookOf({ method: 'search' }, [step5, step7, step8]));
    const asked = run.engine.asked.length;
    await run.one('soup');
    expect(run.result('soup', 'soup')).toEqual(soup);
    expect(run.engine.asked.length).toBe(asked);
  });

  test('needs enough of a text for two parts', async () => {
    const notebook = notebookOf({ method: 'search' });
    const short = { ...notebook, cells: notebook.cells.map((cell) => (cell.kind === 'text' ? { ...cell, text: 'one' } : cell)) };
    await expect(soupOf(short)).rejects.toMatchObject({ code: 'text-too-short' });
  });
});

describe('a greedy soup', () => {
  test('takes in, best first, what helps on the first part of the text', async () => {
    const { soup } = await soupOf(notebookOf({ method: 'greedy' }, [step5, step7, step8]));
    expect(soup.coefficients.map((c) => Number(c.toFixed(4)))).toEqual([0.3333, 0.3333, 0.3333]);
    const { soup: without } = await soupOf(notebookOf({ method: 'greedy' }, [step5, step7, step8]), new FakeEngine(info, { ...close, step500: 4 }));
    expect(without.coefficients).toEqual([0, 0.5, 0.5]);
  });

  const answers = ['1', '2', '2', '1', '1'];
  const labelled = itemsOfRows(winogrande, answers.map((answer, i) => ({ sentence: `The _ b${i}`, option1: `x${i}`, option2: `y${i}`, answer })), 'f');

  /** Every model with step8000 is right where `i` is even, every one with step7000 where it is a multiple of three. */
  class Answering extends FakeEngine {
    override answerItems(model: Model, asked: Item[]): Promise<Answer[]> {
      const names = model.ingredients.flatMap(({ checkpoint, coefficient }) => (coefficient === 0 ? [] : [checkpoint.id]));
      const right = (i: number): boolean => (names.includes('step8000') && i % 2 === 0) || (names.includes('step7000') && i % 3 === 0);
      const choice = (item: Item): number => {
        const i = labelled.findIndex(({ text }) => text === item.text);
        return right(i) ? labelled[i].gold : 1 - labelled[i].gold;
      };
      return Promise.resolve(asked.map((item) => ({ logLikelihoods: [-1, -2], greedy: [false, false], choice: choice(item), choiceNorm: 0 })));
    }
  }
  const items = (limit: number | null) => ({ name: 'winogrande', sha256: null, pool: null, commit: null, limit, skip: 0 }) as unknown as CellOf<'soup'>['items'];

  test('chosen by labelled items reports on other ones', async () => {
    const { soup } = await soupOf(notebookOf({ method: 'greedy', items: items(null), parameters: { share: 0.6 } }), new Answering(info, close), labelled);
    expect(soup).toMatchObject({ items: { task: 'winogrande', sha256: 'hash of the items' }, trials: { by: 'items', selected: 3 } });
    // of items 0 to 2 step8000 has two right, step7000 one, and so has their soup; of items 3 and 4 the soup has both right
    expect(soup.trials?.tried).toEqual([{ coefficients: [1, 0], loss: 2 / 3 }, { coefficients: [0, 1], loss: 1 / 3 }, { coefficients: [0.5, 0.5], loss: 1 / 3 }].map(({ coefficients, loss }) => ({ coefficients, loss: expect.closeTo(loss, 9) as number })));
    expect(soup.coefficients).toEqual([0.5, 0.5]);
    expect(soup.trials?.reported).toMatchObject({ count: 2, soup: 1, best: { model: 'step8000', value: 0.5 }, difference: 0.5 });
    expect(soup.perplexities).toEqual([]);
  });

  test('with too few items for two parts says so', async () => {
    await expect(soupOf(notebookOf({ method: 'greedy', items: items(1) }), new Answering(info, close), labelled)).rejects.toMatchObject({ code: 'items-not-split' });
  });
});

describe('one ingredient', () => {
  test.each(['uniform', 'perplexity', 'greedy', 'search', 'lawa', 'ema', 'fisher', 'regmean'] as const)('%s: the checkpoint itself', async (method) => {
    const { soup } = await soupOf(notebookOf({ method }, [step8]));
    expect(soup.coefficients).toEqual([soup.fusion ? expect.any(Number) : 1]);
  });
});
