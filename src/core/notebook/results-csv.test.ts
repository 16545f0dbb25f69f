import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import type { Report } from './report';
import { resultsCsv } from './results-csv';

const where = { backend: 'wasm', precision: 'fp32', runtime: 'onnxruntime-web 1.30.0', device: '2 threads', finished: '2026-01-01T00:00:00Z' } as const;
const report: Report = {
  version: 1,
  backend: 'wasm',
  cells: (['checkpoints', 'soup', 'sweep', 'perplexity', 'evaluation'] as const).map((kind) => ({ id: `the ${kind}`, title: 'A title', kind, ...where })),
  checkpoints: [{ cell: 'the checkpoints', id: 'step1', parameters: 123, sha256: 'a'.repeat(64) }],
  perplexity: [{ cell: 'the perplexity', model: 'step1', text: 'mine', fitted: true, tokens: 10, nll: 20.12345678901234, perplexity: 7.5, bitsPerByte: 0.75, stderr: null }],
  soups: [{ id: 'the soup', method: 'perplexity', ingredients: ['step1', 'step2'], coefficients: [-0.25, 1.25], stderrs: [0.01, null] }],
  evaluations: [{ cell: 'the evaluation', model: 'step1', task: 'lambada_openai', shots: 5, fitted: false, n: 4, accuracy: 0.75, accuracyNorm: 0.5, stderr: 0.25, stderrNorm: 0.29, interval: [0.3, 0.95], perplexity: 9 }],
  sweeps: [{ id: 'the sweep', text: 'mine', ends: ['step1', 'step2'], points: [{ coefficient: 0.1, tokens: 10, perplexity: 8, stderr: 1 }] }],
  comparisons: [],
};

function table(csv: string): Record<string, string>[] {
  const { data, errors } = Papa.parse<Record<string, string>>(csv, { header: true, skipEmptyLines: true });
  expect(errors).toEqual([]);
  return data;
}

describe('results as a table', () => {
  test('have a row for each number, in the order of the cells', () => {
    expect(table(resultsCsv(report)).map(({ cell, quantity, value }) => [cell, quantity, value])).toEqual([
      ['the checkpoints', 'parameters', '123'],
      ['the soup', 'coefficient', '-0.25'],
      ['the soup', 'coefficient', '1.25'],
      ['the sweep', 'perplexity', '8'],
      ['the perplexity', 'perplexity', '7.5'],
      ['the perplexity', 'nll', '20.12345678901234'],
      ['the perplexity', 'bitsPerByte', '0.75'],
      ['the evaluation', 'accuracy', '0.75'],
      ['the evaluation', 'accuracyNorm', '0.5'],
      ['the evaluation', 'perplexity', '9'],
    ]);
  });

  test('say which number it is, how sure, and where and when it was computed', () => {
    const rows = table(resultsCsv(report));
    for (const row of rows) expect(row).toMatchObject(where);
    expect(rows[1]).toMatchObject({ kind: 'soup', model: 'the soup', ingredient: 'step1', stderr: '0.01', n: '' });
    expect(rows[3]).toMatchObject({ kind: 'sweep', text: 'mine', ingredient: 'step2', at: '0.1', stderr: '1', n: '10' });
    expect(rows[4]).toMatchObject({ model: 'step1', text: 'mine', fitted: 'true', stderr: '', n: '10' });
    expect(rows[7]).toMatchObject({ task: 'lambada_openai', shots: '5', fitted: 'false', stderr: '0.25', low: '0.3', high: '0.95', n: '4' });
  });

  test('are no formulas to a spreadsheet, whatever names are in them; numbers below zero stay numbers', () => {
    const hostile = ['=HYPERLINK("http://x")', '+1', '-1+1', '@SUM(1)', '=1\n+2'];
    const models = hostile.map((model) => ({ ...report.perplexity[0], model }));
    const csv = resultsCsv({ ...report, perplexity: models });
    expect(table(csv).filter(({ quantity }) => quantity === 'nll').map(({ model }) => model)).toEqual(hostile.map((model) => `'${model}`));
    expect(csv).toContain(',-0.25,');
  });

  test('of a notebook that was not run are the names of the columns', () => {
    const csv = resultsCsv({ version: 1, backend: null, cells: [], checkpoints: [], perplexity: [], soups: [], evaluations: [], sweeps: [], comparisons: [] });
    expect(csv).toMatch(/^cell,kind,model,[^\r\n]+,finished\r\n(\r\n)?$/);
  });
});
