import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { shared } from '../link/share';
import { softmax } from '../merging/perplexity-weighted';
import type { BackendInfo } from '../scoring/backend';
import { parseNotebook, type Notebook } from './document';
import { evaluationResult, type Told } from './evaluation-result';
import type { Reported, ReportedOf, ReportedResult } from './reported';
import { reproductionOf, reproductionsOf, type Reproduction, type ReproductionRow } from './reproduction';
import { coefficientAgrees, reproductionRule, sameWay, toleranceOf } from './reproduction-rule';
import { resultVersion, type CellResult, type ComparisonResult, type EvaluationResult, type KeptResult, type PerplexityResult, type SoupResult, type SweepResult } from './results';
import { rightBits } from './right-bits';
import { cellKeys, type CellKey } from './stale';

const notebook = parseNotebook(readFileSync(new URL('../../../public/notebooks/first-soup.json', import.meta.url), 'utf8'), 'first-soup.json');
const keys = cellKeys(notebook);
const gpu: BackendInfo = { kind: 'webgpu', precision: 'fp32', runtime: 'onnxruntime-web 1.30.0', device: 'A card' };
const cpu: BackendInfo = { kind: 'node', precision: 'fp32', runtime: 'onnxruntime-node 1.30.0', device: '2 threads' };

function keyOf(cell: string): CellKey {
  const key = keys.get(cell);
  if (!key) throw new Error(`no cell ${cell}`);
  return key;
}

function keep(cell: string, result: CellResult, backend = gpu): KeptResult {
  return { version: resultVersion, key: keyOf(cell), backend, finished: '2026-05-01T12:00:00.000Z', result };
}

/** 100 tokens of a text of 400 bytes, of which `mean` is the NLL of each. */
function scored(mean: number): { tokens: number; nll: number; perplexity: number; bitsPerByte: number; stderr: number } {
  return { tokens: 100, nll: 100 * mean, perplexity: Math.exp(mean), bitsPerByte: (100 * mean) / (400 * Math.LN2), stderr: 0.5 };
}

const perplexity = (means: Record<string, number>): PerplexityResult => ({
  kind: 'perplexity',
  checkpoints: Object.keys(means),
  rows: Object.entries(means).map(([model, mean]) => ({ model, text: 'text', fitted: false, ...scored(mean) })),
  tokens: [],
  window: 256,
});
const soup = (means: number[], temperature = 1): SoupResult => ({
  kind: 'soup',
  method: 'perplexity',
  ingredients: means.map((_, i) => `step${i}`),
  perplexities: means.map(scored),
  temperature,
  coefficients: softmax(means.map((mean) => -mean / temperature)),
  stderrs: means.map(() => 0.01),
});
const uniform = (coefficients = [0.5, 0.5]): SoupResult => ({ kind: 'soup', method: 'uniform', ingredients: ['step7000', 'step8000'], perplexities: [], temperature: 1, coefficients, stderrs: null });
const sweep = (middle: number, mark = 0.5): SweepResult => ({
  kind: 'sweep',
  ends: ['step7000', 'step8000'],
  points: [3.9, middle, 3.8].map((mean, i) => ({ coefficient: i / 2, ...scored(mean), pairedStderr: null })),
  marks: [{ soup: 'uniform', method: 'uniform', point: { coefficient: mark, ...scored(middle), pairedStderr: null } }],
});

/** What a link says of a result. */
function report<K extends ReportedResult['kind']>(cell: string, result: CellResult & { kind: K }, backend = gpu): ReportedOf<K> {
  const sent = shared(notebook, keys, new Map([[cell, keep(cell, result, backend)]]), { app: '0.1.0', secondsPerRun: null, texts: new Set(['text']) });
  return (sent.reported as Reported).results[0] as ReportedOf<K>;
}

/** The result that was reported, held against another one. */
function held(cell: string, theirs: CellResult & { kind: ReportedResult['kind'] }, ours: CellResult, backends: [BackendInfo, BackendInfo] = [gpu, gpu]): Reproduction {
  return reproductionOf(report(cell, theirs, backends[0]), keyOf(cell), keep(cell, ours, backends[1]));
}

const disagreeing = ({ rows }: Reproduction): string[] => rows.filter(({ agrees }) => !agrees).map(({ what, quantity }) => `${quantity} of ${what}`);

describe('before anything was run', () => {
  const reported = report('perplexity', perplexity({ step7000: 3.9, step8000: 3.8 }));

  test('there are the reported numbers, and nothing to hold against them', () => {
    const found = reproductionOf(reported, keyOf('perplexity'), undefined);
    expect(found).toMatchObject({ verdict: 'reported', backends: { reported: gpu, here: null }, tolerance: null });
    expect(found.rows).toEqual([
      { what: 'step7000 on “text”', quantity: 'perplexity', reported: { value: Math.exp(3.9), stderr: 0.5, interval: null }, here: null, agrees: null },
      { what: 'step8000 on “text”', quantity: 'perplexity', reported: { value: Math.exp(3.8), stderr: 0.5, interval: null }, here: null, agrees: null },
    ]);
  });

  test('a result of an older state of the cell counts as none', () => {
    const kept = { ...keep('perplexity', perplexity({ step7000: 3.9 })), key: keyOf('line') };
    expect(reproductionOf(reported, keyOf('perplexity'), kept).verdict).toBe('reported');
  });

  test('numbers of a cell that was edited, or is gone, are not about it', () => {
    for (const key of [keyOf('line'), undefined]) {
      const found = reproductionOf(reported, key, keep('line', sweep(3.7)));
      expect(found).toMatchObject({ verdict: 'changed', backends: { here: null }, rows: [{ here: null, agrees: null }, { here: null }] });
    }
  });
});

describe('the mean NLL of a text', () => {
  test.each([
    ['on the same kind of device', [gpu, { ...gpu, device: 'Another card' }], 1e-5],
    ['on other kinds of device', [gpu, cpu], 1e-4],
    ['with weights of 16 bits in both', [gpu, gpu].map((each) => ({ ...each, precision: 'fp16-weights' })), 1e-5],
    ['with weights of 32 bits there and 16 here', [gpu, { ...gpu, precision: 'fp16-weights' }], 2e-3],
    ['with weights of 16 bits there and 32 here', [{ ...gpu, precision: 'fp16-weights' }, gpu], 2e-3],
    ['on the same kind with another runtime', [gpu, { ...gpu, runtime: 'onnxruntime-web 1.31.0' }], 1e-4],
  ] as [string, [BackendInfo, BackendInfo], number][])('%s agrees within the tolerance, and no further', (_, backends, relative) => {
    for (const [mean, allowed] of [[3.9, 3.9 * relative], [0.4, relative]]) {
      for (const sign of [1, -1]) {
        const against = (by: number): Reproduction => held('perplexity', perplexity({ m: mean }), perplexity({ m: mean + sign * by * allowed }), backends);
        expect(against(0.99)).toMatchObject({ verdict: 'reproduced', backends: { reported: backends[0], here: backends[1] }, rows: [{ agrees: true }] });
        expect(against(1.01)).toMatchObject({ verdict: 'differs', rows: [{ agrees: false, note: expect.stringMatching(/^mean NLL differs by [\d.e-]+ nats per token$/) as string }] });
      }
    }
    expect(held('perplexity', perplexity({ m: 3.9 }), perplexity({ m: 3.9 }), backends).tolerance).toContain(String(relative));
  });

  test('is of as many tokens and bytes', () => {
    const ours = perplexity({ m: 3.9 });
    const { rows } = perplexity({ m: 3.9 });
    const other = (row: object): Reproduction => held('perplexity', ours, { ...ours, rows: [{ ...rows[0], ...row }] });
    expect(other({ tokens: 99, nll: 99 * 3.9 }).rows[0]).toMatchObject({ agrees: false, note: '100 tokens there, 99 here' });
    expect(other({ bitsPerByte: (100 * 3.9) / (401 * Math.LN2) }).rows[0]).toMatchObject({ agrees: false, note: '400 bytes there, 401 here' });
  });
});

describe('numbers that only one of the two has', () => {
  test('differ, whoever lacks them', () => {
    const [two, one] = [perplexity({ a: 3, b: 3 }), perplexity({ a: 3 })];
    const fewer = held('perplexity', two, one);
    expect(fewer.verdict).toBe('differs');
    expect(fewer.rows[1]).toMatchObject({ what: 'b on “text”', here: null, agrees: false });
    const more = held('perplexity', one, two);
    expect(more.verdict).toBe('differs');
    expect(more.rows[1]).toMatchObject({ what: 'b on “text”', reported: null, agrees: false });
  });

  test('differ where the kind of result is another', () => {
    const reported = { ...report('uniform', uniform()), cell: 'perplexity', key: keyOf('perplexity').key.slice(0, 16) };
    expect(reproductionOf(reported, keyOf('perplexity'), keep('perplexity', perplexity({ a: 3 })))).toMatchObject({ verdict: 'differs', rows: [{ here: null }, { here: null }, { reported: null }] });
  });
});

describe('coefficients', () => {
  test('that follow from no text agree within a millionth', () => {
    expect(held('uniform', uniform(), uniform([0.5 + 9e-7, 0.5 - 9e-7])).verdict).toBe('reproduced');
    expect(disagreeing(held('uniform', uniform(), uniform([0.5, 0.5 + 2e-6])))).toEqual(['coefficient of step8000']);
  });

  test('of a perplexity-weighted soup are reproduced wherever the tolerances of its ingredients lead', () => {
    for (const temperature of [1, 0.05, 0.001]) {
      for (const means of [[3.9, 3.8], [3.9, 3.8, 3.85, 6]]) {
        for (let push = 0; push < 2 ** means.length; push++) {
          const moved = means.map((mean, i) => mean + ((push >> i) & 1 ? 0.99 : -0.99) * toleranceOf(mean, 1e-4));
          expect(disagreeing(held('weighted', soup(means, temperature), soup(moved, temperature), [gpu, cpu]))).toEqual([]);
        }
      }
    }
  });

  test('of two ingredients may move by lambda (1 - lambda) / T times the sum of their tolerances', () => {
    const [nll, temperature, relative] = [[3.9, 3.8], 0.5, 1e-4];
    const lambda = softmax(nll.map((mean) => -mean / temperature));
    const allowed = (lambda[0] * lambda[1] * (toleranceOf(3.9, relative) + toleranceOf(3.8, relative))) / temperature;
    for (const sign of [1, -1]) {
      expect(coefficientAgrees(0, lambda[0] + sign * 0.99 * allowed, lambda, { nll, temperature, relative })).toBe(true);
      expect(coefficientAgrees(0, lambda[0] + sign * 1.01 * allowed, lambda, { nll, temperature, relative })).toBe(false);
    }
    expect(coefficientAgrees(0, lambda[0] + 0.5 * allowed, lambda, { nll: [], temperature, relative })).toBe(false);
    expect(coefficientAgrees(0, NaN, lambda, { nll, temperature, relative })).toBe(false);
  });

  test.each(['search', 'fisher'] as const)('of %s agree within the square root of the tolerance', (method) => {
    const made = (share: number): SoupResult => ({ ...uniform([1 - share, share]), method });
    const cpuToo: [BackendInfo, BackendInfo] = [gpu, cpu];
    expect(held('uniform', made(0.52), made(0.5298), cpuToo).verdict).toBe('reproduced');
    expect(held('uniform', made(0.52), made(0.5302), cpuToo).verdict).toBe('differs');
    expect(held('uniform', made(0.52), made(0.5231)).verdict).toBe('reproduced');
    expect(held('uniform', made(0.52), made(0.5233)).verdict).toBe('differs');
  });

  test('come with the perplexities they follow from', () => {
    const theirs = soup([3.9, 3.8]);
    const found = held('weighted', theirs, { ...theirs, perplexities: [3.9, 3.7].map(scored) });
    expect(found.rows.map(({ what, quantity }) => [quantity, what])).toEqual([['perplexity', 'step0'], ['perplexity', 'step1'], ['coefficient', 'step0'], ['coefficient', 'step1']]);
    expect(disagreeing(found)).toEqual(['perplexity of step1']);
  });
});

describe('a line', () => {
  test('agrees point by point, with the place of each soup on it', () => {
    const found = held('line', sweep(3.7), sweep(3.7, 0.5005));
    expect(found.verdict).toBe('reproduced');
    expect(found.rows.map(({ what }) => what)).toEqual(['0 of step8000, the rest step7000', '0.5 of step8000, the rest step7000', '1 of step8000, the rest step7000', 'uniform']);
    expect(disagreeing(held('line', sweep(3.7), sweep(3.71)))).toEqual(['perplexity of 0.5 of step8000, the rest step7000', 'perplexity of uniform']);
    expect(held('line', sweep(3.7), sweep(3.7, 0.6)).rows[3]).toMatchObject({ agrees: false, note: 'at 0.5 there, at 0.6 here' });
  });
});

describe('answers', () => {
  const close = { margins: { m: (item: number) => (item === 2 ? 1.5e-4 : 1) } };
  const answers = (right: string, told: Told = {}): EvaluationResult => evaluationResult({ m: right }, told);
  const rowOf = (theirs: EvaluationResult, ours: EvaluationResult, backends?: [BackendInfo, BackendInfo]): ReproductionRow => held('evaluation', theirs, ours, backends).rows[0];

  test('that are the same are reproduced, with the accuracy, its error and its interval', () => {
    const found = held('evaluation', answers('1101'), answers('1101'));
    expect(found).toMatchObject({ verdict: 'reproduced', rows: [{ what: 'm on piqa_style', quantity: 'accuracy', agrees: true }] });
    const [{ accuracy, stderr, interval }] = answers('1101').rows;
    expect(found.rows[0].reported?.value).toBe(accuracy);
    expect(found.rows[0].reported?.stderr).toBeCloseTo(stderr as number, 12);
    expect(found.rows[0].here?.interval).toEqual(interval);
  });

  test('may be the other way round where two choices are as likely as each other, on another kind of device', () => {
    expect(rowOf(answers('1101'), answers('1111', close), [gpu, cpu])).toMatchObject({ agrees: true, note: '1 item is answered otherwise here, within the tolerance' });
    expect(rowOf(answers('1101'), answers('1111', close), [gpu, gpu])).toMatchObject({ agrees: false, note: '1 item is answered otherwise here' });
    expect(rowOf(answers('1101'), answers('0110', close), [gpu, cpu])).toMatchObject({ agrees: false, note: '3 items are answered otherwise here, 1 of them within the tolerance' });
  });

  test('are held against each other item by item: another item in place of a right one is not the same', () => {
    const row = rowOf(answers('1100'), answers('0011'));
    expect(row.reported?.value).toBe(row.here?.value);
    expect(row.agrees).toBe(false);
  });

  test('of items with one continuation may not differ at all: how close they were is not known', () => {
    const lambada = { task: 'lambada_openai', margins: { m: () => 1e-9 } };
    expect(rowOf(answers('1101', lambada), answers('1101', lambada), [gpu, cpu]).agrees).toBe(true);
    expect(rowOf(answers('1101', lambada), answers('1111', lambada), [gpu, cpu]).agrees).toBe(false);
  });

  test('to fewer items are no reproduction', () => {
    expect(rowOf(answers('1101'), answers('110'))).toMatchObject({ agrees: false, note: '4 items there, 3 here' });
  });

  test('by likelihood per character may differ by as many as are that close', () => {
    const reported = report('evaluation', answers('1101'));
    const against = (rightNorm: number, ours: EvaluationResult, backend: BackendInfo): Reproduction =>
      reproductionOf({ ...reported, rows: [{ ...reported.rows[0], rightNorm }] }, keyOf('evaluation'), keep('evaluation', ours, backend));
    expect(against(2, answers('1101', close), cpu).verdict).toBe('reproduced');
    expect(against(1, answers('1101', close), cpu)).toMatchObject({ verdict: 'differs', rows: [{ note: 'by likelihood per character 1 are right there, 3 here' }] });
    expect(against(2, answers('1101', close), gpu).verdict).toBe('differs');
  });
});

describe('a comparison', () => {
  const made = (mean: number, right = '1101'): ComparisonResult => {
    const { tasks, rows, answers } = evaluationResult({ 'uniform 1': right });
    const perplexities = [{ model: 'step8000', text: 'text', fitted: false, ...scored(3.8) }, { model: 'uniform 1', text: 'text', fitted: false, ...scored(mean) }];
    return { kind: 'comparison', groups: [['step7000', 'step8000']], soups: [{ group: 0, method: 'uniform', model: 'uniform 1', coefficients: [0.5, 0.5], problem: null }], perplexities, differences: [], tasks, rows, answers };
  };

  test('agrees soup by soup, on texts and on items', () => {
    expect(held('perplexity', made(3.7), made(3.7)).verdict).toBe('reproduced');
    expect(disagreeing(held('perplexity', made(3.7), made(3.71)))).toEqual(['perplexity of uniform 1 on “text”']);
    expect(disagreeing(held('perplexity', made(3.7), made(3.7, '1111')))).toEqual(['accuracy of uniform 1 on piqa_style']);
  });

  test('with a soup less is no reproduction', () => {
    const { perplexities, ...rest } = made(3.7);
    expect(disagreeing(held('perplexity', { ...rest, perplexities }, { ...rest, perplexities: perplexities.slice(0, 1) }))).toEqual(['perplexity of uniform 1 on “text”']);
  });
});

describe('several soups', () => {
  const made = (mean: number): SweepResult => ({ kind: 'sweep', ends: ['step7000', 'step8000'], points: [], marks: [], soups: [{ ingredients: ['step7000', 'step8000'], best: { model: 'step8000', perplexity: 40 }, difference: 0, differenceStderr: null, ...scored(mean) }] });

  test('agree one by one', () => {
    expect(held('line', made(3.7), made(3.7)).rows.map(({ what }) => what)).toEqual(['step7000 + step8000']);
    expect(disagreeing(held('line', made(3.7), made(3.71)))).toEqual(['perplexity of step7000 + step8000']);
  });
});

describe('all that a notebook reports', () => {
  const results = new Map<string, KeptResult>([
    ['weighted', keep('weighted', soup([3.9, 3.8]))],
    ['uniform', keep('uniform', uniform())],
    ['line', keep('line', sweep(3.7))],
    ['perplexity', keep('perplexity', perplexity({ step7000: 3.9, step8000: 3.8 }))],
    ['evaluation', keep('evaluation', evaluationResult({ step7000: '1101', step8000: '0111' }))],
  ]);
  const sent = shared(notebook, keys, results, { app: '0.1.0', secondsPerRun: null, texts: new Set() });
  const verdicts = (received: Notebook): Record<string, string> => Object.fromEntries(reproductionsOf(received, cellKeys(received), results).map(({ cell, verdict }) => [cell, verdict]));
  const all = Object.fromEntries([...results.keys()].map((cell) => [cell, 'reproduced']));

  test('is reproduced where it was computed', () => {
    expect(verdicts(sent)).toEqual(all);
    expect(verdicts(notebook)).toEqual({});
  });

  test.each<[string, string, (results: ReportedResult[]) => void]>([
    ['weighted', 'a coefficient', ([result]) => ((result as ReportedOf<'soup'>).coefficients[0] += 1e-3)],
    ['weighted', 'the NLL of an ingredient', ([result]) => ((result as ReportedOf<'soup'>).nll[1] += 1e-3)],
    ['uniform', 'a coefficient', ([, result]) => ((result as ReportedOf<'soup'>).coefficients[1] = 0.6)],
    ['line', 'a point', ([, , result]) => ((result as ReportedOf<'sweep'>).points[1].nll *= 1.001)],
    ['line', 'the place of a soup', ([, , result]) => ((result as ReportedOf<'sweep'>).marks[0].point.coefficient = 0.9)],
    ['line', 'an end', ([, , result]) => ((result as ReportedOf<'sweep'>).ends[0] = 'step500')],
    ['perplexity', 'an NLL', ([, , , result]) => ((result as ReportedOf<'perplexity'>).rows[0].nll -= 1)],
    ['perplexity', 'bits per byte', ([, , , result]) => ((result as ReportedOf<'perplexity'>).rows[1].bitsPerByte /= 2)],
    ['perplexity', 'a model', ([, , , result]) => ((result as ReportedOf<'perplexity'>).rows[1].model = 'weighted')],
    ['evaluation', 'the right answers', ([, , , , result]) => ((result as ReportedOf<'evaluation'>).rows[0].right = rightBits([true, true, true, true]))],
    ['evaluation', 'how many are right by character', ([, , , , result]) => ((result as ReportedOf<'evaluation'>).rows[1].rightNorm = 4)],
  ])('differs in “%s” alone where %s of it was altered', (cell, _, alter) => {
    const altered = structuredClone(sent);
    alter((altered.reported as Reported).results);
    expect(verdicts(altered)).toEqual({ ...all, [cell]: 'differs' });
  });
});

test('two places compute in the same way whatever their device is called', () => {
  const renamed: BackendInfo = { ...gpu, device: 'Another' };
  expect(sameWay(gpu, renamed)).toBe(true);
  const others: BackendInfo[] = [{ ...gpu, kind: 'wasm' }, { ...gpu, runtime: 'onnxruntime-web 1.31.0' }];
  for (const other of others) expect(sameWay(gpu, other)).toBe(false);
});

test('the rule is told in sentences', () => {
  for (const sentence of reproductionRule) expect(sentence).toMatch(/^[A-Z].*\.$/);
});
