import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseNotebook, toNotebook, type CellOf, type Notebook } from '../notebook/document';
import { evaluationResult } from '../notebook/evaluation-result';
import { resultVersion, type CellResult, type KeptResult } from '../notebook/results';
import { rightBits } from '../notebook/right-bits';
import { cellKeys } from '../notebook/stale';
import { perplexityOf } from '../perplexity/perplexity';
import type { BackendInfo } from '../scoring/backend';
import { sha256Of } from '../sha256';
import { fromFragment, toFragment } from './link';
import { leftOut, shared, writtenTexts } from './share';

const json = readFileSync(new URL('../../../public/notebooks/first-soup.json', import.meta.url), 'utf8');
const first = (): Notebook => parseNotebook(json, 'first-soup.json');
const backend: BackendInfo = { kind: 'webgpu', precision: 'fp32', runtime: 'onnxruntime-web 1.30.0', device: 'Some card' };
const sharing = { app: '0.1.0', secondsPerRun: 0.25, texts: new Set<string>() };
const secret = 'Zweiundvierzig Geheimnisse schlummern hierin.';

function textOf(notebook: Notebook, id = 'text'): CellOf<'text'> {
  return notebook.cells.find((cell) => cell.id === id) as CellOf<'text'>;
}

/** Per-token NLLs that no rounding gives by chance. */
const tokens = Float32Array.from({ length: 96 }, (_, i) => 2.5 + Math.sin(i) / 3);
const scores = perplexityOf([tokens], 400);
const pieces = secret.split(' ');

const results: Record<string, CellResult> = {
  weighted: { kind: 'soup', method: 'perplexity', ingredients: ['step7000', 'step8000'], coefficients: [1 / 3, 2 / 3], stderrs: [0.01, null], perplexities: [scores, scores], temperature: 1 },
  uniform: { kind: 'soup', method: 'uniform', ingredients: ['step7000', 'step8000'], coefficients: [0.5, 0.5], stderrs: null, perplexities: [], temperature: 1 },
  line: { kind: 'sweep', ends: ['step7000', 'step8000'], points: [{ coefficient: 0.1, ...scores, pairedStderr: 0.01 }], marks: [{ soup: 'uniform', method: 'uniform', point: { coefficient: 0.5, ...scores, pairedStderr: null } }] },
  perplexity: { kind: 'perplexity', checkpoints: ['step7000'], rows: [{ model: 'step7000', text: 'text', fitted: false, ...scores, stderr: Infinity }], tokens: [{ text: 'text', pieces: [pieces], models: [{ model: 'step7000', nll: [tokens] }] }], window: 256 },
  evaluation: evaluationResult({ step7000: '1101', step8000: '0111' }),
  checkpoints: { kind: 'checkpoints', checkpoints: [] },
};

/** @param items of which its soups were made @param task that judged them */
function compared(items: string, task: string): CellResult {
  const { tasks, rows, answers } = evaluationResult({ step7000: '1101', step8000: '0111', 'fisher 1': '1111' }, { task: 'winogrande_style' });
  const soups = [{ group: 0, method: 'fisher' as const, model: 'fisher 1', coefficients: [0.5, 0.5], problem: null }];
  return { kind: 'comparison', groups: [['step7000', 'step8000']], soups, perplexities: [], differences: [], tasks: tasks.map((each) => ({ ...each, sha256: task })), rows, answers, items: { task: 'piqa_style', sha256: items } };
}

/** Results that hold for the notebook, the later ones finished later. */
function kept(notebook: Notebook, ids = Object.keys(results)): Map<string, KeptResult> {
  const keys = cellKeys(notebook);
  return new Map(
    ids.map((id, i) => {
      const key = keys.get(id);
      if (!key) throw new Error(`no cell ${id}`);
      return [id, { version: resultVersion, key, backend, finished: `2026-05-0${i + 1}T12:00:00.000Z`, result: results[id] }];
    }),
  );
}

/** The notebook with another text and a task that nothing pins. */
function unpinned(): Notebook {
  const notebook = first();
  for (const cell of notebook.cells) {
    if (cell.kind === 'text') cell.text = secret;
    if (cell.kind === 'evaluation') cell.tasks = [{ ...cell.tasks[0], sha256: null }];
  }
  return notebook;
}

describe('texts', () => {
  test('do not go along, unless their author says so; their places have the same key', () => {
    const notebook = unpinned();
    const sent = shared(notebook, cellKeys(notebook), new Map(), sharing);
    expect(textOf(sent)).toMatchObject({ text: '', withheld: { sha256: sha256Of(secret), bytes: secret.length } });
    expect(cellKeys(sent).get('line')).toEqual(cellKeys(notebook).get('line'));
    expect(textOf(notebook).text).toBe(secret);
    const along = shared(notebook, cellKeys(notebook), new Map(), { ...sharing, texts: new Set(['text']) });
    expect(textOf(along)).toMatchObject({ text: secret, withheld: null });
  });

  test('that someone else withheld stay withheld, found again or not', () => {
    const withheld = { sha256: sha256Of(secret), bytes: secret.length };
    for (const text of ['', secret]) {
      const notebook = unpinned();
      Object.assign(textOf(notebook), { text, withheld });
      const sent = shared(notebook, cellKeys(notebook), new Map(), sharing);
      expect(textOf(sent)).toMatchObject({ text: '', withheld });
    }
  });

  test('that took the place of a withheld one are withheld themselves', () => {
    const notebook = unpinned();
    Object.assign(textOf(notebook), { text: 'Mine.', withheld: { sha256: sha256Of(secret), bytes: secret.length } });
    const send = (texts: Set<string>): Notebook => shared(notebook, cellKeys(notebook), new Map(), { ...sharing, texts });
    expect(textOf(send(new Set())).withheld).toEqual({ sha256: sha256Of('Mine.'), bytes: 5 });
    expect(textOf(send(new Set(['text'])))).toMatchObject({ text: 'Mine.', withheld: null });
  });

  test('that items took the place of leave no trace', () => {
    const notebook = toNotebook({ stockpot: 2, title: '', cells: [{ id: 't', kind: 'text', text: secret, items: { name: 'piqa' } }] }, 'f');
    expect(textOf(shared(notebook, cellKeys(notebook), new Map(), sharing), 't')).toMatchObject({ text: '', withheld: null });
    expect(writtenTexts(notebook)).toEqual([]);
  });

  test('with a text of their own are those that a dialog asks about', () => {
    const notebook = unpinned();
    expect(writtenTexts(notebook).map(({ id }) => id)).toEqual(['text']);
    expect(writtenTexts(shared(notebook, cellKeys(notebook), new Map(), sharing))).toEqual([]);
  });

  test('are in no link of which they are not a part: neither the text nor its tokens, nor how likely each was', async () => {
    const notebook = unpinned();
    const link = await toFragment(shared(notebook, cellKeys(notebook), kept(notebook), sharing));
    const told = JSON.stringify(await fromFragment(link));
    for (const word of pieces) expect(told).not.toContain(word);
    for (const nll of tokens) expect(told).not.toContain(nll.toPrecision(5));
  });
});

describe('numbers', () => {
  test('go along as far as they hold, to nine digits, under the keys of the notebook that is sent', () => {
    const notebook = unpinned();
    const sent = shared(notebook, cellKeys(notebook), kept(notebook), sharing);
    const keys = cellKeys(sent);
    expect(sent.reported).toMatchObject({ app: '0.1.0', secondsPerRun: 0.25, finished: '2026-05-05T12:00:00.000Z' });
    expect(sent.reported?.results.map(({ cell, kind, key, backend }) => ({ cell, kind, key, backend }))).toEqual(
      Object.entries({ weighted: 'soup', uniform: 'soup', line: 'sweep', perplexity: 'perplexity', evaluation: 'evaluation' }).map(([cell, kind]) => ({ cell, kind, key: keys.get(cell)?.key.slice(0, 16), backend })),
    );
    const [weighted, uniform, line, perplexity, evaluation] = sent.reported?.results ?? [];
    const nll = Number(scores.nll.toPrecision(9));
    const mean = Number((scores.nll / 96).toPrecision(9));
    const error = Number((scores.stderr as number).toPrecision(9));
    expect(weighted).toMatchObject({ coefficients: [0.333333333, 0.666666667], stderrs: [0.01, null], nll: [mean, mean] });
    expect(uniform).toMatchObject({ coefficients: [0.5, 0.5], stderrs: null, nll: [] });
    expect(line).toMatchObject({ points: [{ coefficient: 0.1, tokens: 96, nll, stderr: error }], marks: [{ soup: 'uniform', point: { coefficient: 0.5, tokens: 96, nll, stderr: error } }] });
    expect(perplexity).toMatchObject({ rows: [{ model: 'step7000', text: 'text', tokens: 96, nll, stderr: null }] });
    expect(evaluation).toMatchObject({ rows: [{ model: 'step7000', task: 'piqa_style', n: 4, right: rightBits([true, true, false, true]), rightNorm: 3 }, { model: 'step8000' }] });
  });

  test('make a notebook that opens again', async () => {
    const notebook = unpinned();
    const sent = shared(notebook, cellKeys(notebook), kept(notebook), sharing);
    expect(await fromFragment(await toFragment(sent))).toEqual(sent);
  });

  test('of a cell that changed since stay behind, and the dialog is told', () => {
    const notebook = unpinned();
    const results = kept(notebook, ['uniform', 'line', 'evaluation']);
    for (const cell of notebook.cells) if (cell.kind === 'sweep') cell.points = 3;
    const keys = cellKeys(notebook);
    expect(shared(notebook, keys, results, sharing).reported?.results.map(({ cell }) => cell)).toEqual(['uniform', 'evaluation']);
    expect(leftOut(notebook, keys, results).map(({ cell, why }) => [cell.id, why])).toEqual([['weighted', 'not run'], ['line', 'changed since'], ['perplexity', 'not run']]);
  });

  test('that came with the notebook go along again where there are none of one’s own', () => {
    const notebook = unpinned();
    const received = shared(notebook, cellKeys(notebook), kept(notebook), sharing);
    expect(shared(received, cellKeys(received), new Map(), { ...sharing, app: '9' })).toEqual(received);
    const own = kept(received, ['uniform']);
    expect(shared(received, cellKeys(received), own, { ...sharing, app: '9' }).reported).toMatchObject({ app: '9', results: [{ cell: 'uniform' }] });
    expect(shared(first(), cellKeys(first()), kept(first(), ['checkpoints']), sharing).reported).toBeNull();
  });
});

describe('items', () => {
  test('that a name alone stood for are pinned to what was asked', () => {
    const notebook = unpinned();
    notebook.cells.unshift(...toNotebook({ stockpot: 2, title: '', cells: [{ id: 't', kind: 'text', text: '', items: { name: 'piqa_style' } }, { id: 'u', kind: 'text', text: '', items: { name: 'continuation' } }] }, 'f').cells);
    const sent = shared(notebook, cellKeys(notebook), kept(notebook), sharing);
    const evaluation = sent.cells.find((cell) => cell.kind === 'evaluation');
    expect(evaluation?.tasks.map(({ sha256 }) => sha256)).toEqual(['f'.repeat(64)]);
    expect(textOf(sent, 't').items?.sha256).toBe('f'.repeat(64));
    expect(textOf(sent, 'u').items?.sha256).toBeNull();
  });

  test('that were revised between two cells are pinned for each as it was asked, and for a text not at all', () => {
    const notebook = unpinned();
    const asked = notebook.cells.find(({ id }) => id === 'evaluation') as CellOf<'evaluation'>;
    notebook.cells.unshift(...toNotebook({ stockpot: 2, title: '', cells: [{ id: 't', kind: 'text', text: '', items: { name: 'piqa_style' } }] }, 'f').cells);
    notebook.cells.push({ ...asked, id: 'later' }, { ...asked, id: 'never' });
    const before = kept(notebook, ['evaluation']);
    const [{ result, ...rest }] = before.values();
    if (result.kind !== 'evaluation') throw new Error('no evaluation');
    const later: KeptResult = { ...rest, key: cellKeys(notebook).get('later') ?? rest.key, result: { ...result, tasks: result.tasks.map((task) => ({ ...task, sha256: 'e'.repeat(64) })) } };
    const sent = shared(notebook, cellKeys(notebook), new Map([...before, ['later', later]]), sharing);
    const pins = sent.cells.flatMap((cell) => (cell.kind === 'evaluation' ? [[cell.id, cell.tasks[0].sha256]] : []));
    expect(pins).toEqual([['evaluation', 'f'.repeat(64)], ['later', 'e'.repeat(64)], ['never', null]]);
    expect(textOf(sent, 't').items?.sha256).toBeNull();
  });

  test('that a soup or a comparison was made with are pinned, as well as those that judged', () => {
    const items = { name: 'piqa_style' };
    const cells = [
      { id: 'soup', kind: 'soup', method: 'fisher', ingredients: ['step7000', 'step8000'], items },
      { id: 'compared', kind: 'comparison', groups: [['step7000', 'step8000']], methods: ['fisher'], items, texts: [], tasks: [{ name: 'winogrande_style' }] },
    ];
    const notebook = toNotebook({ ...first(), cells: [...first().cells, ...cells] }, 'f');
    const made = { soup: { ...results.uniform, items: { task: 'piqa_style', sha256: 'a'.repeat(64) } }, compared: compared('b'.repeat(64), 'c'.repeat(64)) } as Record<string, CellResult>;
    const held = new Map(Object.entries(made).map(([id, result]): [string, KeptResult] => [id, { version: resultVersion, key: cellKeys(notebook).get(id) as KeptResult['key'], backend, finished: '2026-05-01T12:00:00.000Z', result }]));
    const sent = shared(notebook, cellKeys(notebook), held, sharing);
    expect(sent.cells.find(({ id }) => id === 'soup')).toMatchObject({ items: { sha256: 'a'.repeat(64) } });
    expect(sent.cells.find(({ id }) => id === 'compared')).toMatchObject({ items: { sha256: 'b'.repeat(64) }, tasks: [{ sha256: 'c'.repeat(64) }] });
    expect((sent.reported?.results ?? []).map(({ cell }) => cell)).toEqual(['soup', 'compared']);
  });

  test('that are pinned stay as they are', () => {
    const sent = shared(first(), cellKeys(first()), kept(first()), sharing);
    expect(sent.cells.filter(({ kind }) => kind === 'evaluation')).toEqual(first().cells.filter(({ kind }) => kind === 'evaluation'));
  });
});
