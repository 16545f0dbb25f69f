import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { failure } from '../errors';
import type { MethodName } from '../merging/merge-method';
import { unwatched } from '../scoring/watch';
import type { Model } from '../soup/model';
import { changesByMethod, comparedGroups, judgesOf } from './compared';
import { parseNotebook, toNotebook, type CellOf, type Notebook } from './document';
import { FakeEngine, info, Run } from './fake-run';
import { memoryStore } from './measurements';
import { runCell } from './run';

const first = parseNotebook(readFileSync(new URL('../../../public/notebooks/first-soup.json', import.meta.url), 'utf8'), 'first-soup.json');
const [near, distant] = first.cells.flatMap((cell) => (cell.kind === 'checkpoints' ? cell.presets : []));
const checkpoints = [distant.checkpoints[0], ...near.checkpoints];
const text = Array.from({ length: 8 }, (_, i) => `Document ${i} says something of its own.`).join('\n\n');

function notebookOf(comparison: Partial<Omit<CellOf<'comparison'>, 'tasks'>> & { tasks?: unknown[] }): Notebook {
  const cells = [
    { id: 'checkpoints', kind: 'checkpoints', checkpoints },
    { id: 'seen', kind: 'text', text: `${text} Seen.`, split: 'blank-lines' },
    { id: 'held-out', kind: 'text', text, split: 'blank-lines' },
    { id: 'compared', kind: 'comparison', groups: [['step7000', 'step8000'], ['step500', 'step8000']], text: 'seen', texts: ['held-out'], ...comparison },
  ];
  return toNotebook({ stockpot: 4, title: 'Compared', cells }, 'compared');
}

async function compared(notebook: Notebook, engine = new FakeEngine(info)) {
  const run = new Run(notebook, memoryStore(), engine);
  await run.one('checkpoints');
  await run.one('compared');
  return { run, result: run.result('compared', 'comparison') };
}

describe('a comparison', () => {
  test('makes every method’s soup of every group, and judges it beside the ingredients', async () => {
    const { run, result } = await compared(notebookOf({ methods: ['uniform', 'perplexity', 'greedy'] }));
    expect(result.groups).toEqual([['step7000', 'step8000'], ['step500', 'step8000']]);
    expect(result.soups.map(({ group, method, problem }) => [group, method, problem])).toEqual([0, 1].flatMap((group) => ['uniform', 'perplexity', 'greedy'].map((method) => [group, method, null])));
    expect(judgesOf(result)).toEqual([{ kind: 'text', name: 'held-out' }]);
    expect(run.engine.asked.filter((call) => call === 'text step8000').length, 'both groups have it, on two texts').toBe(2);
    const [late, far] = comparedGroups(result, { kind: 'text', name: 'held-out' });
    const means = { step7000: 2.1, step8000: 1.6, step500: 4.1 };
    const ripple = Math.log(late.best.value) - means.step8000; // what the sines of the fake engine come to
    expect(late.best).toMatchObject({ model: 'step8000', value: expect.closeTo(Math.exp(1.6 + ripple), 5) as number });
    expect(late.average).toBeCloseTo((Math.exp(2.1 + ripple) + Math.exp(1.6 + ripple)) / 2, 5);
    const [uniform, , greedy] = late.methods;
    expect(uniform).toMatchObject({ method: 'uniform', value: expect.closeTo(Math.exp(1.8 + ripple), 5) as number, change: expect.closeTo(1 - Math.exp(0.2), 5) as number, fitted: false });
    expect(greedy).toMatchObject({ change: 0, p: 1 }); // step8000 alone
    expect(far.methods.map(({ change }) => Math.sign(change ?? NaN))).toEqual([-1, -1, 0]);
  });

  test('tells what was made with what it is judged on', async () => {
    const { result } = await compared(notebookOf({ methods: ['uniform', 'perplexity'], texts: ['seen'] }));
    expect(comparedGroups(result, { kind: 'text', name: 'seen' })[0].methods.map(({ fitted }) => fitted)).toEqual([false, true]);
  });

  test('asks the same items of all, and passes over those that made the soups', async () => {
    const items = { name: 'piqa', sha256: null, pool: null, commit: null, limit: 1, skip: 0 } as unknown as CellOf<'comparison'>['items'];
    const { result } = await compared(notebookOf({ methods: ['uniform', 'fisher'], items, tasks: [{ name: 'piqa', skip: 1 }] }));
    expect(result.tasks).toMatchObject([{ task: 'piqa', gold: [1, 1], skip: 1 }]);
    const [late] = comparedGroups(result, { kind: 'task', name: 'piqa' });
    expect(late.methods.map(({ method, change, p }) => [method, change, p])).toEqual([['uniform', 0, 1], ['fisher', 0, 1]]); // all answer alike
  });

  test('goes on where one soup cannot be made, and says why in its place', async () => {
    class NoGrams extends FakeEngine {
      override fuse(model: Model): ReturnType<FakeEngine['fuse']> {
        return model.id === 'regmean 1' ? Promise.reject(failure('gram-singular', { layer: 'a layer', width: 64, rank: 10 })) : super.fuse(model);
      }
    }
    const { result } = await compared(notebookOf({ methods: ['regmean', 'uniform'] }), new NoGrams(info));
    expect(result.soups.map(({ method, problem }) => [method, problem === null])).toEqual([['regmean', false], ['uniform', true], ['regmean', true], ['uniform', true]]);
    const groups = comparedGroups(result, { kind: 'text', name: 'held-out' });
    expect(groups[0].methods[0]).toMatchObject({ value: null, change: null, problem: result.soups[0].problem });
    expect(changesByMethod(groups)[0].changes).toHaveLength(1);
  });

  test('ends with any other failure', async () => {
    class Lost extends FakeEngine {
      override fuse(): ReturnType<FakeEngine['fuse']> {
        return Promise.reject(failure('stopped'));
      }
    }
    await expect(compared(notebookOf({ methods: ['regmean'] }), new Lost(info))).rejects.toMatchObject({ code: 'stopped' });
  });

  test('measures nothing again when it runs again', async () => {
    const { run, result } = await compared(notebookOf({ methods: ['uniform', 'perplexity', 'greedy', 'search'] }));
    const before = run.engine.asked.length;
    expect(await runCell(run.cell('compared'), run.kitchen)).toEqual(result);
    expect(run.engine.asked.slice(before)).toEqual([]);
  });

  test.each<[string, Parameters<typeof notebookOf>[0]]>([
    ['groups', { groups: [] }],
    ['methods', { methods: [] }],
    ['judges', { texts: [] }],
  ])('without %s says what is needed', async (_, patch) => {
    await expect(compared(notebookOf({ methods: ['uniform'], ...patch }))).rejects.toMatchObject({ code: 'input-needed' });
  });

  test('shows what is done so far', async () => {
    const run = new Run(notebookOf({ methods: ['uniform', 'lawa'] satisfies MethodName[] }));
    await run.one('checkpoints');
    const seen: number[] = [];
    const doing: string[] = [];
    await runCell(run.cell('compared'), { ...run.kitchen, onPartial: (result) => seen.push(result.kind === 'comparison' ? result.soups.length : NaN), watch: { ...unwatched, onProgress: (progress) => doing.push(progress.doing) } });
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(doing).toEqual(expect.arrayContaining(['Soup 1 of 4, Uniform', 'Soup 4 of 4, LAWA']));
  });
});
