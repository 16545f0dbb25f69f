/** Sweeps over several soups; the line between two is in run.test.ts. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseNotebook, toNotebook, type CellOf, type Notebook } from './document';
import { FakeEngine, info, Run } from './fake-run';
import { memoryStore } from './measurements';

const first = parseNotebook(readFileSync(new URL('../../../public/notebooks/first-soup.json', import.meta.url), 'utf8'), 'first-soup.json');
const [near, distant] = first.cells.flatMap((cell) => (cell.kind === 'checkpoints' ? cell.presets : []));
const three = [distant.checkpoints[0], ...near.checkpoints];

function notebookOf(over: CellOf<'sweep'>['over'], checkpoints = three): Notebook {
  const cells = [
    { id: 'checkpoints', kind: 'checkpoints', checkpoints },
    { id: 'text', kind: 'text', text: 'A text.' },
    { id: 'sweep', kind: 'sweep', over, between: ['checkpoints'], text: 'text' },
  ];
  return toNotebook({ stockpot: 4, title: 'Sweeps', cells }, 'sweeps');
}

async function swept(notebook: Notebook) {
  const run = new Run(notebook, memoryStore(), new FakeEngine(info));
  await run.one('checkpoints');
  await run.one('sweep');
  return { run, result: run.result('sweep', 'sweep') };
}

describe('a sweep over several soups', () => {
  test('of every pair: each model alone, then each two, in equal parts, against the better of them', async () => {
    const { result } = await swept(notebookOf('pairs'));
    expect(result.soups?.map(({ ingredients }) => ingredients.join('+'))).toEqual(['step500', 'step7000', 'step8000', 'step500+step7000', 'step500+step8000', 'step7000+step8000']);
    const [, , , , early, late] = result.soups ?? [];
    expect(late).toMatchObject({ best: { model: 'step8000' }, difference: expect.closeTo(0.2, 5) as number }); // 1.8 against 1.6
    expect(early.difference).toBeCloseTo(2.8 - 1.6, 5);
    expect(result.soups?.[0]).toMatchObject({ difference: 0, best: { model: 'step500' } });
    expect(result.points).toEqual([]);
  });

  test('of the last ones: alone, two and three up to each', async () => {
    const { result } = await swept(notebookOf('lengths'));
    expect(result.soups?.map(({ ingredients }) => ingredients.join('+'))).toEqual(['step500', 'step7000', 'step500+step7000', 'step8000', 'step7000+step8000', 'step500+step7000+step8000']);
    expect(result.soups?.at(-1)?.perplexity).toBeGreaterThan(result.soups?.at(-2)?.perplexity ?? NaN);
  });

  test('measures each model once, and nothing when it runs again', async () => {
    const { run } = await swept(notebookOf('pairs'));
    const asked = run.engine.asked.filter((call) => call.startsWith('text'));
    expect(asked).toHaveLength(6);
    await run.one('sweep');
    expect(run.engine.asked.filter((call) => call.startsWith('text'))).toHaveLength(6);
  });

  test.each(['pairs', 'lengths'] as const)('over %s needs two models', async (over) => {
    await expect(swept(notebookOf(over, [three[0]]))).rejects.toMatchObject({ code: 'input-needed' });
  });
});
