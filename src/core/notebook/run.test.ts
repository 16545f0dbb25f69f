import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Failure, failure } from '../errors';
import { winogrande } from '../evaluation/winogrande';
import { unwatched, type Watch } from '../scoring/watch';
import type { Model } from '../soup/model';
import { parseNotebook, toNotebook, type Notebook } from './document';
import { exportSoupCell } from './export-soup';
import { FakeEngine, info, Run } from './fake-run';
import { textInput } from './inputs';
import { memoryStore } from './measurements';
import type { CellResult } from './results';
import { runCell } from './run';
import { measureOnLine } from './run-sweep';

const json = readFileSync(new URL('../../../public/notebooks/first-soup.json', import.meta.url), 'utf8');
const first = (): Notebook => parseNotebook(json, 'first-soup.json');

/** 1/phi over their sum, from the mean NLLs that the fake engine gives a checkpoint alone. */
const [phi7, phi8] = [Math.exp(2.1), Math.exp(1.6)];
const lambda = phi7 / (phi7 + phi8); // of step8000: (1/phi8) / (1/phi7 + 1/phi8)

describe('the default notebook, run from above', () => {
  test('reports every model by its name: a checkpoints cell stands for its checkpoints', async () => {
    const report = await new Run(first()).all();
    const models = ['step7000', 'step8000', 'uniform', 'weighted'];
    expect(report.checkpoints.map(({ id }) => id)).toEqual(models.slice(0, 2));
    expect(report.perplexity.map(({ model, text }) => [model, text])).toEqual(models.map((model) => [model, 'text']));
    expect(report.evaluations.map(({ model, task }) => `${task} ${model}`)).toEqual(['piqa_style', 'winogrande_style'].flatMap((task) => models.map((model) => `${task} ${model}`)));
    expect(report).toMatchObject({ version: 1, backend: 'node' });
  });

  test('weighs its soups by the formula, and scores what they mix', async () => {
    const { soups, perplexity } = await new Run(first()).all();
    const [weighted, uniform] = soups;
    expect(weighted).toMatchObject({ id: 'weighted', method: 'perplexity', ingredients: ['step7000', 'step8000'] });
    expect(weighted.coefficients[1]).toBeCloseTo(lambda, 4);
    expect(uniform.coefficients).toEqual([0.5, 0.5]);
    const mean = (share: number): number => 2 * (1 - share) + 1.5 * share + 0.1 * (share ** 2 + (1 - share) ** 2);
    for (const [model, share] of [['uniform', 0.5], ['weighted', lambda]] as const) {
      const row = perplexity.find((candidate) => candidate.model === model);
      expect(Math.log(row?.perplexity ?? NaN)).toBeCloseTo(mean(share), 2);
      expect(row?.tokens).toBe(4 * 64); // four documents
    }
  });

  test('measures each model once on each text, whoever asks', async () => {
    const run = new Run(first());
    await run.all();
    const asked = run.engine.asked.filter((call) => call.startsWith('text'));
    // soup: both checkpoints; sweep: nine points between (0.5 is the uniform soup) and the weighted soup; nothing is left for the perplexity
    expect(asked).toHaveLength(2 + 9 + 1);
    expect(asked.filter((call) => call.includes('weighted'))).toEqual(['text weighted']);
    expect(new Set(asked).size).toBe(asked.length);
  });

  test('measures nothing again when every cell runs again', async () => {
    const run = new Run(first());
    const once = await run.all();
    run.engine.asked.length = 0;
    expect(await run.all()).toEqual(once);
    expect(run.engine.asked.filter((call) => !call.startsWith('open'))).toEqual([]);
  });

  test('measures everything again on another backend', async () => {
    const store = memoryStore();
    const one = new Run(first(), store);
    const other = new Run(first(), store, new FakeEngine({ ...info, kind: 'webgpu' }));
    await one.all();
    await other.all();
    expect(other.engine.asked).toEqual(one.engine.asked);
  });
});

describe('the sweep', () => {
  test('goes from the first checkpoint to the last, whose own scores stand at the ends', async () => {
    const run = new Run(first());
    await run.all();
    const { ends, points, marks } = run.result('line', 'sweep');
    expect(ends).toEqual(['step7000', 'step8000']);
    expect(points.map(({ coefficient }) => coefficient)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1].map((c) => expect.closeTo(c, 12) as number));
    const [seven, eight, uniform, weighted] = run.result('perplexity', 'perplexity').rows;
    expect([points[0].nll, points[10].nll]).toEqual([seven.nll, eight.nll]);
    expect(marks.map(({ soup, method, point }) => [soup, method, point.nll])).toEqual([['uniform', 'uniform', uniform.nll], ['weighted', 'perplexity', weighted.nll]]);
    expect(marks[1].point.coefficient).toBeCloseTo(lambda, 4);
  });

  test('takes its paired error against the better end, which at that end is 0', async () => {
    const run = new Run(first());
    await run.all();
    const { points } = run.result('line', 'sweep');
    expect(points[10].pairedStderr).toBe(0); // step8000 is the better one
    for (const { pairedStderr, stderr, perplexity } of points) expect(pairedStderr ?? NaN).toBeLessThan((stderr ?? NaN) / perplexity / 100);
  });

  test('leaves out the mark of a soup with other ingredients', async () => {
    const notebook = first();
    for (const cell of notebook.cells) if (cell.kind === 'soup' && cell.id === 'uniform') cell.ingredients = ['step8000', 'step7000', 'step7000'];
    const run = new Run(notebook);
    await run.all();
    expect(run.result('line', 'sweep').marks.map(({ soup }) => soup)).toEqual(['weighted']);
  });

  test('under the slider says what a point there says, and measures it once', async () => {
    const run = new Run(first());
    await run.all();
    const line = run.cell('line');
    if (line.kind !== 'sweep') throw new Error('not a sweep');
    run.engine.asked.length = 0;
    expect(await measureOnLine(line, 0.5, run.kitchen)).toEqual(run.result('line', 'sweep').points[5]);
    expect(run.engine.asked).toEqual([]);
    await measureOnLine(line, 0.25, run.kitchen);
    await measureOnLine(line, 0.25, run.kitchen);
    expect(run.engine.asked).toHaveLength(1);
  });
});

describe('soups', () => {
  const three = ['step500', 'step7000', 'step8000'].map((id) => ({ id, source: { kind: 'bundled', run: 'pico', name: id }, sha256: id.padEnd(64, '0').replace(/[^0-9a-f]/g, 'a') }));
  const nested = toNotebook(
    {
      stockpot: 2,
      title: 'Nested',
      cells: [
        { id: 'all', kind: 'checkpoints', checkpoints: three },
        { id: 'late', kind: 'soup', method: 'uniform', ingredients: ['step7000', 'step8000'] },
        { id: 'outer', kind: 'soup', method: 'manual', ingredients: ['step8000', 'late'], parameters: { coefficients: [0.25, 0.75] } },
      ],
    },
    'f',
  );

  test('may have soups among their ingredients', async () => {
    const run = new Run(nested);
    await run.all();
    const outer = run.cell('outer');
    if (outer.kind !== 'soup') throw new Error('not a soup');
    expect(run.result('outer', 'soup')).toMatchObject({ ingredients: ['step8000', 'late'], coefficients: [0.25, 0.75], perplexities: [] });
    const exported = JSON.parse(await (await exportSoupCell(outer, 'weights', run.kitchen, '1')).text()) as Model;
    expect(exported.ingredients.map(({ checkpoint, coefficient }) => [checkpoint.id, coefficient])).toEqual([['step8000', 0.25 + 0.75 * 0.5], ['step7000', 0.375]]);
  });

  test('by hand have one coefficient for each model, also where a name was written twice', async () => {
    const run = (coefficients: number[]): Promise<CellResult> => {
      const twice = { ...nested.cells[2], ingredients: ['step8000', 'step7000', 'step8000'], parameters: { coefficients } };
      return new Run(toNotebook({ ...nested, cells: [nested.cells[0], twice] }, 'f')).one('outer');
    };
    expect(await run([0.25, 0.75])).toMatchObject({ ingredients: ['step8000', 'step7000'], coefficients: [0.25, 0.75] });
    await expect(run([0.25, 0.5, 0.25])).rejects.toMatchObject({ code: 'coefficients-invalid' });
  });

  test('without a text measure nothing', async () => {
    const run = new Run(nested);
    await run.all();
    expect(run.engine.asked).toEqual(three.map(({ id }) => `open ${id}`));
  });
});

describe('the evaluation', () => {
  const asking = (...tasks: { name: string; limit?: number; shots?: number }[]): Notebook => {
    const notebook = first();
    for (const cell of notebook.cells) if (cell.kind === 'evaluation') cell.tasks = tasks.map((task) => ({ sha256: null, pool: null, commit: null, shots: 0, seed: 1234, limit: null, skip: 0, ...task }));
    return notebook;
  };
  const askedOf = (run: Run, model: string): string[] => run.engine.asked.filter((call) => call.endsWith(`items ${model}`));

  test('asks as many items as it should, counts who was right, and asks no item twice', async () => {
    const run = new Run(asking({ name: 'piqa_style' }, { name: 'piqa_style', limit: 2 }));
    const { evaluations } = await run.all();
    expect(evaluations.slice(0, 1)).toMatchObject([{ n: 3, accuracy: 2 / 3, accuracyNorm: 1 / 3 }]); // gold 0 1 1, answered 0 1 0 and 0 0 0
    expect(evaluations.slice(4, 5)).toMatchObject([{ n: 2, accuracy: 1, accuracyNorm: 0.5 }]);
    expect(askedOf(run, 'step7000')).toEqual(['3 items step7000']);
  });

  test('asks only what is new of a longer list, and all anew with demonstrations', async () => {
    const measurements = memoryStore();
    const tried = async (task: { name: string; limit?: number; shots?: number }): Promise<string[]> => {
      const run = new Run(asking(task), measurements);
      await run.all();
      return askedOf(run, 'step8000');
    };
    expect(await tried({ name: 'piqa_style', limit: 1 })).toEqual(['1 items step8000']);
    expect(await tried({ name: 'piqa_style' })).toEqual(['2 items step8000']);
    expect(await tried({ name: 'piqa_style', limit: 2 })).toEqual([]);
    expect(await tried({ name: 'piqa', shots: 1 })).toEqual(['3 items step8000']);
    expect(await tried({ name: 'winogrande_style' })).toEqual(['3 items step8000']);
  });

  test('goes on after Stop where it was', async () => {
    const run = new Run(asking({ name: 'piqa_style' }));
    await run.all();
    const again = new Run(run.notebook, memoryStore());
    for (const [id, result] of run.kept) again.kept.set(id, result);
    let checks = 0;
    const watch: Watch = { ...unwatched, checkStopped: () => { if (++checks === 3) throw failure('stopped'); } };
    await expect(runCell(again.cell('evaluation'), { ...again.kitchen, watch })).rejects.toMatchObject({ code: 'stopped' });
    expect(await runCell(again.cell('evaluation'), again.kitchen)).toEqual(run.result('evaluation', 'evaluation'));
    expect(askedOf(again, 'step7000')).toEqual(['3 items step7000', '1 items step7000']);
  });

  test('shows accuracies while they are measured, of the items answered so far', async () => {
    const run = new Run(asking({ name: 'piqa_style' }));
    await run.all();
    const shown: CellResult[] = [];
    await runCell(run.cell('evaluation'), { ...run.kitchen, measurements: memoryStore(), onPartial: (result) => shown.push(result) });
    expect(shown.length).toBeGreaterThan(0);
    expect(shown[0]).toMatchObject({ kind: 'evaluation', rows: [{ model: 'step7000', n: 1 }], tasks: [{ task: 'piqa_style', of: 3, gold: [0, 1, 1] }] });
  });

  test('says what a soup is made of, which items are twins, and whose coefficients come from the task’s own items', async () => {
    const notebook = asking({ name: 'piqa_style' });
    for (const cell of notebook.cells) {
      if (cell.kind === 'text') cell.items = { name: 'piqa_style', sha256: null, pool: null, commit: null, shots: 0, seed: 1234, limit: null, skip: 0, scored: 'own' };
    }
    const run = new Run(notebook);
    await run.all();
    const { models, rows, tasks } = run.result('evaluation', 'evaluation');
    expect(models).toContainEqual({ model: 'weighted', ingredients: ['step7000', 'step8000'] });
    expect(models).toContainEqual({ model: 'step7000', ingredients: [] });
    expect(tasks[0].clusters).toEqual([0, 0, 0]); // the same options, the same beginning
    expect(Object.fromEntries(rows.map(({ model, fitted }) => [model, fitted]))).toEqual({ step7000: false, step8000: false, weighted: true, uniform: false });
  });
});

describe('a text made of items', () => {
  test('is their own words, those passed over left out, with the instruction in front but not scored', async () => {
    const notebook = first();
    const text = notebook.cells.find((cell) => cell.kind === 'text');
    if (text?.kind !== 'text') throw new Error('no text');
    text.items = { name: 'winogrande', sha256: null, pool: null, commit: null, shots: 0, seed: 1234, limit: 1, skip: 1, scored: 'own' };
    text.paradigm = 'zero-shot';
    const run = new Run(notebook);
    const scored = await textInput(notebook, run.cell('weighted'), 'text', run.kitchen.items);
    expect(scored).toEqual({ name: 'text', documents: ['a _ b'], contexts: [`${winogrande.instruction}\n`] });
  });
});

describe('what is missing is named', () => {
  async function refusal(id: string, edit: (notebook: Notebook) => void): Promise<Failure> {
    const run = new Run(first());
    await run.all();
    edit(run.notebook);
    const thrown: unknown = await run.one(id).then(() => 'nothing', (error: unknown) => error);
    if (!(thrown instanceof Failure)) throw new Error(`expected a Failure, got ${String(thrown)}`);
    return thrown;
  }
  const set = (id: string, change: object) => (notebook: Notebook): void => void Object.assign(notebook.cells.find((cell) => cell.id === id) ?? {}, change);
  const remove = (id: string) => (notebook: Notebook): void => void notebook.cells.splice(notebook.cells.findIndex((cell) => cell.id === id), 1);

  test.each<[string, string, (n: Notebook) => void, string]>([
    ['a model nobody made', 'perplexity', set('perplexity', { models: ['step7000', 'stew'] }), 'stew'],
    ['a text used as a model', 'perplexity', set('perplexity', { models: ['text'] }), 'text'],
    ['a model used as a text', 'perplexity', set('perplexity', { texts: ['uniform'] }), 'uniform'],
    ['a deleted text', 'weighted', remove('text'), 'text'],
    ['a deleted checkpoints cell', 'evaluation', remove('checkpoints'), 'checkpoints'],
    ['a soup of itself', 'uniform', set('uniform', { ingredients: ['uniform'] }), 'uniform'],
    ['a soup below', 'weighted', set('weighted', { ingredients: ['uniform', 'step7000'] }), 'uniform'],
    ['a mark that is no soup', 'line', set('line', { marks: ['step7000'] }), 'step7000'],
    ['a name of the prototype', 'evaluation', set('evaluation', { models: ['constructor'] }), 'constructor'],
  ])('%s', async (_, id, edit, input) => {
    const failure = await refusal(id, edit);
    expect(failure).toMatchObject({ code: 'input-missing', facts: { cell: id, input } });
  });

  test.each<[string, string, (n: Notebook) => void, RegExp]>([
    ['no checkpoint', 'checkpoints', set('checkpoints', { checkpoints: [] }), /at least one checkpoint/],
    ['no model', 'perplexity', set('perplexity', { models: [] }), /at least one model/],
    ['no text', 'perplexity', set('perplexity', { texts: [] }), /a text/],
    ['no ingredient', 'uniform', set('uniform', { ingredients: [] }), /at least one model/],
    ['no text to weigh by', 'weighted', set('weighted', { text: null }), /a text/],
    ['a line with one end', 'line', set('line', { between: ['step8000'] }), /two models/],
    ['no task', 'evaluation', set('evaluation', { tasks: [] }), /a task/],
  ])('%s', async (_, id, edit, wanted) => {
    const failure = await refusal(id, edit);
    expect(failure).toMatchObject({ code: 'input-needed', facts: { cell: id } });
    expect(failure.message).toMatch(wanted);
    expect(failure.message).toMatch(/Choose what is missing in the cell/);
  });

  test('an empty text is called by its title', async () => {
    const failure = await refusal('weighted', set('text', { text: ' ', title: 'My poem' }));
    expect(failure).toMatchObject({ code: 'text-empty', facts: { text: 'My poem' } });
  });
});
