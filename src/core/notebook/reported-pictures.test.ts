import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { changesByMethod, comparedGroups } from './compared';
import { parseNotebook, toNotebook } from './document';
import { FakeEngine, info, Run } from './fake-run';
import { memoryStore } from './measurements';
import type { ReportedOf, ReportedResult } from './reported';
import { drawnSoups, reportedChanges } from './reported-pictures';
import { reportedResult } from './reported-result';
import type { ResultOf } from './results';

const first = parseNotebook(readFileSync(new URL('../../../public/notebooks/first-soup.json', import.meta.url), 'utf8'), 'first-soup.json');
const [near, distant] = first.cells.flatMap((cell) => (cell.kind === 'checkpoints' ? cell.presets : []));
const text = Array.from({ length: 8 }, (_, i) => `Document ${i} says something of its own.`).join('\n\n');
const notebook = toNotebook(
  {
    stockpot: 4,
    title: 'Reported',
    cells: [
      { id: 'checkpoints', kind: 'checkpoints', checkpoints: [distant.checkpoints[0], ...near.checkpoints] },
      { id: 'text', kind: 'text', text, split: 'blank-lines' },
      { id: 'pairs', kind: 'sweep', over: 'pairs', between: ['checkpoints'], text: 'text' },
      { id: 'compared', kind: 'comparison', groups: [['step7000', 'step8000'], ['checkpoints']], methods: ['uniform', 'perplexity'], text: 'text', texts: ['text'], tasks: [{ name: 'piqa' }] },
    ],
  },
  'reported',
);

async function ran<K extends 'sweep' | 'comparison'>(cell: string, kind: K): Promise<{ result: ResultOf<K>; reported: ReportedOf<K> }> {
  const run = new Run(notebook, memoryStore(), new FakeEngine(info));
  await run.one('checkpoints');
  await run.one(cell);
  const result = run.result(cell, kind);
  const kept = { result, backend: { kind: 'node', precision: 'fp32', runtime: 'onnxruntime-node 1.0.0', device: 'CPU' } } as unknown as Parameters<typeof reportedResult>[2];
  return { result, reported: reportedResult(cell, '0'.repeat(64), kept) as ReportedResult as ReportedOf<K> };
}

describe('a reported comparison', () => {
  test('is drawn as the result is, on texts and on items', async () => {
    const { result, reported } = await ran('compared', 'comparison');
    const drawn = reportedChanges(reported, notebook);
    expect(drawn.map(({ judge }) => judge)).toEqual([{ kind: 'text', name: 'text' }, { kind: 'task', name: 'piqa' }]);
    for (const { judge, methods } of drawn) {
      const own = changesByMethod(comparedGroups(result, judge));
      expect(methods.map(({ method }) => method)).toEqual(own.map(({ method }) => method));
      methods.forEach(({ changes, mean }, i) => {
        expect(mean).toBeCloseTo(own[i].mean, 6);
        expect(changes).toHaveLength(2);
        changes.forEach((change, g) => expect(change).toBeCloseTo(own[i].changes[g], 6));
      });
    }
    expect(drawn[0].methods[0].changes.every((change) => change < -0.1), 'in which the soups differ from their ingredients').toBe(true);
  });

  test('leaves out soups that were not made, and methods of which there is none', async () => {
    const { reported } = await ran('compared', 'comparison');
    const without = (...names: string[]): ReportedOf<'comparison'> => ({ ...reported, perplexities: reported.perplexities.filter(({ model }) => !names.includes(model)) });
    const [onText] = reportedChanges(without('uniform 2', 'perplexity 1', 'perplexity 2'), notebook);
    expect(onText.methods.map(({ method, changes }) => [method, changes.length])).toEqual([['uniform', 1]]);
    expect(reportedChanges(without('step8000'), notebook)[0].methods).toEqual([]);
  });

  test('is not drawn of numbers that no picture can show, or of another kind of cell', async () => {
    const { reported } = await ran('compared', 'comparison');
    const endless = reported.perplexities.map((row) => ({ ...row, nll: 1e300 }));
    expect(reportedChanges({ ...reported, perplexities: endless, rows: [] }, notebook)[0].methods).toEqual([]);
    expect(reportedChanges({ ...reported, cell: 'pairs' }, notebook)).toEqual([]);
    expect(reportedChanges({ ...reported, cell: 'gone' }, notebook)).toEqual([]);
  });
});

describe('reported soups of a sweep', () => {
  test('are drawn as the result is, but for errors of differences', async () => {
    const { result, reported } = await ran('pairs', 'sweep');
    const drawn = drawnSoups(reported);
    expect(drawn).toHaveLength(6);
    drawn.forEach((soup, i) => {
      const own = result.soups?.[i];
      expect(soup.ingredients).toEqual(own?.ingredients);
      expect(soup.best.model).toBe(own?.best.model);
      expect(soup.perplexity).toBeCloseTo(own?.perplexity ?? NaN, 5);
      expect(soup.difference).toBeCloseTo(own?.difference ?? NaN, 6);
    });
  });

  test('are left out where a model of theirs is not reported alone, or a number cannot be shown', async () => {
    const { reported } = await ran('pairs', 'sweep');
    const soup = (ingredients: string[], nll = 10): ReportedOf<'sweep'>['soups'][number] => ({ ingredients, tokens: 5, nll, stderr: null });
    const names = (...soups: ReportedOf<'sweep'>['soups']): string[] => drawnSoups({ ...reported, soups }).map(({ ingredients }) => ingredients.join('+'));
    expect(names(soup(['a']), soup(['a', 'b']), soup([]), soup(['b', 'c']))).toEqual(['a']);
    expect(names(soup(['a']), soup(['b'], 1e300), soup(['a', 'b']))).toEqual(['a']);
  });
});
