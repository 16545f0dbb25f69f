import { describe, expect, test } from 'vitest';
import type { BackendInfo } from '../scoring/backend';
import { toNotebook, type Notebook } from './document';
import { reportOf } from './report';
import type { CellResult, KeptResult } from './results';

const sha256 = 'a'.repeat(64);
const notebook: Notebook = toNotebook(
  {
    stockpot: 2,
    title: 'Report',
    cells: [
      { id: 'intro', kind: 'note', markdown: 'Hello.' },
      { id: 'pair', kind: 'checkpoints', checkpoints: ['step1', 'step2'].map((id) => ({ id, source: { kind: 'bundled', run: 'pico', name: id }, sha256 })) },
      { id: 'mine', kind: 'text', text: 'A text.' },
      { id: 'mixed', kind: 'soup', method: 'perplexity', ingredients: ['pair'], text: 'mine' },
      { id: 'line', kind: 'sweep', between: ['pair'], text: 'mine', points: 2 },
      { id: 'measured', kind: 'perplexity', models: ['pair', 'mixed'], texts: ['mine'] },
      { id: 'asked', kind: 'evaluation', models: ['step2'], tasks: [{ name: 'piqa' }] },
    ],
  },
  'report.json',
);

const phi = { tokens: 10, nll: 20, perplexity: Math.exp(2), bitsPerByte: 0.75, stderr: 0.5 };
const facts = { id: 'step1', parameters: 123, sha256, bytes: 492, window: 256, tokensPerRun: 512 };
const results: Record<string, CellResult> = {
  pair: { kind: 'checkpoints', checkpoints: [facts, { ...facts, id: 'step2' }] },
  mixed: { kind: 'soup', method: 'perplexity', ingredients: ['step1', 'step2'], coefficients: [0.25, 0.75], stderrs: [0.01, 0.01], perplexities: [phi, phi], temperature: 1 },
  line: { kind: 'sweep', ends: ['step1', 'step2'], points: [0, 1].map((coefficient) => ({ ...phi, coefficient, pairedStderr: 0 })), marks: [] },
  measured: {
    kind: 'perplexity',
    checkpoints: ['step1'],
    rows: [{ model: 'step1', text: 'mine', fitted: false, ...phi }, { model: 'mixed', text: 'mine', fitted: true, ...phi, stderr: null }],
    tokens: [{ text: 'mine', pieces: [['A']], models: [{ model: 'step1', nll: [Float32Array.of(2)] }] }],
    window: 256,
  },
  asked: {
    kind: 'evaluation',
    rows: [{ model: 'step2', task: 'piqa', n: 4, accuracy: 0.75, stderr: 0.25, interval: [0.3, 0.95], accuracyNorm: 0.5, stderrNorm: 0.29, perplexity: null, fitted: false }],
    models: [{ model: 'step2', ingredients: [] }],
    tasks: [{ task: 'piqa', sha256, shots: 5, of: 4, gold: [0, 1, 0, 1] }],
    answers: [{ model: 'step2', task: 'piqa', answers: [{ logLikelihoods: [-1, -2], greedy: [false, false], choice: 0, choiceNorm: 0 }] }],
  },
};
const backend: BackendInfo = { kind: 'node', precision: 'fp32', runtime: 'onnxruntime-node', device: '2 threads' };
const keep = (result: CellResult): KeptResult => ({ version: 3, key: { key: 'k', definition: 'd', inputs: {} }, backend, finished: '2026-01-01T00:00:00Z', result });
const kept = (...ids: string[]): Map<string, KeptResult> => new Map(ids.map((id) => [id, keep(results[id])]));

/** The fields that programs rely on. */
const promised = {
  version: 1,
  backend: 'node',
  checkpoints: [{ id: 'step1', parameters: 123, sha256 }, { id: 'step2', parameters: 123, sha256 }],
  perplexity: [
    { model: 'step1', text: 'mine', tokens: 10, nll: 20, perplexity: Math.exp(2), bitsPerByte: 0.75 },
    { model: 'mixed', text: 'mine', tokens: 10, nll: 20, perplexity: Math.exp(2), bitsPerByte: 0.75 },
  ],
  soups: [{ id: 'mixed', method: 'perplexity', ingredients: ['step1', 'step2'], coefficients: [0.25, 0.75] }],
  evaluations: [{ model: 'step2', task: 'piqa', n: 4, accuracy: 0.75, accuracyNorm: 0.5, stderr: 0.25 }],
};

describe('the report', () => {
  const report = reportOf(notebook, kept('asked', 'measured', 'line', 'mixed', 'pair'));

  test('has the promised fields, and crosses JSON whole', () => {
    const read = JSON.parse(JSON.stringify(report)) as unknown;
    expect(read).toMatchObject(promised);
    expect(read).toEqual(report);
  });

  test('adds standard errors, the sweeps and where each cell was computed, and nothing as large as per-token scores', () => {
    expect(Object.keys(report).sort()).toEqual([...Object.keys(promised), 'cells', 'sweeps', 'comparisons'].sort());
    expect(report.perplexity.map(({ stderr }) => stderr)).toEqual([0.5, null]);
    expect(report.soups[0].stderrs).toEqual([0.01, 0.01]);
    expect(report.evaluations[0].stderrNorm).toBe(0.29);
    const point = { tokens: 10, perplexity: Math.exp(2), stderr: 0.5 };
    expect(report.sweeps).toEqual([{ id: 'line', text: 'mine', ends: ['step1', 'step2'], points: [{ coefficient: 0, ...point }, { coefficient: 1, ...point }] }]);
    expect(JSON.stringify(report)).not.toMatch(/logLikelihoods|pieces/);
  });

  test('says of every number which cell it is of, and of every cell where and when it was computed', () => {
    const where = { backend: 'node', precision: 'fp32', runtime: 'onnxruntime-node', device: '2 threads', finished: '2026-01-01T00:00:00Z', title: '' };
    expect(report.cells).toEqual(['pair', 'mixed', 'line', 'measured', 'asked'].map((id) => ({ id, kind: results[id].kind, ...where })));
    expect([report.checkpoints, report.perplexity, report.evaluations].map((rows) => rows.map(({ cell }) => cell))).toEqual([['pair', 'pair'], ['measured', 'measured'], ['asked']]);
    expect(report.evaluations[0]).toMatchObject({ shots: 5, fitted: false, interval: [0.3, 0.95] });
    expect(report.perplexity.map(({ fitted }) => fitted)).toEqual([false, true]);
  });

  test('of a notebook that was not run is empty, without a backend', () => {
    expect(reportOf(notebook, new Map())).toEqual({ version: 1, backend: null, cells: [], checkpoints: [], perplexity: [], soups: [], evaluations: [], sweeps: [], comparisons: [] });
  });

  test('has what was run, and nothing of cells that were deleted', () => {
    expect(reportOf(notebook, kept('pair'))).toMatchObject({ backend: 'node', checkpoints: promised.checkpoints, soups: [] });
    const without = { ...notebook, cells: notebook.cells.filter(({ id }) => id !== 'mixed') };
    expect(reportOf(without, kept('pair', 'mixed')).soups).toEqual([]);
  });
});
