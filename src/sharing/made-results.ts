/** For tests: a notebook with a cell of each kind, and what its cells came to. */
import { toNotebook, type Notebook } from '../core/notebook/document';
import type { CellResult, KeptResult } from '../core/notebook/results';
import { cellKeys, type CellKey } from '../core/notebook/stale';
import { perplexityResult, tokens } from '../cells/perplexity-result';

export const secretText = 'These words are nobody’s business & <b>nobody</b> else’s.';

const phi = { tokens: 10, nll: 20, perplexity: Math.exp(2), bitsPerByte: 0.75, stderr: 0.5 };
const facts = { id: 'step1', parameters: 1234, sha256: 'a'.repeat(64), bytes: 492, window: 256, tokensPerRun: 512 };

export function madeNotebook(title = 'Made up'): Notebook {
  const value = {
    stockpot: 2,
    title,
    cells: [
      { id: 'intro', kind: 'note', markdown: 'Some *words*.' },
      { id: 'pair', kind: 'checkpoints', title: 'Two checkpoints', checkpoints: ['step1', 'step2'].map((id) => ({ id, source: { kind: 'bundled', run: 'pico', name: id }, sha256: 'a'.repeat(64) })) },
      { id: 'mine', kind: 'text', title: 'My text', text: secretText },
      { id: 'asked', kind: 'text', text: '', items: { name: 'piqa', limit: 100, shots: 3 }, paradigm: 'few-shot' },
      { id: 'mixed', kind: 'soup', method: 'perplexity', ingredients: ['pair'], text: 'mine' },
      { id: 'line', kind: 'sweep', between: ['pair'], text: 'mine', points: 2 },
      { id: 'measured', kind: 'perplexity', models: ['pair', 'mixed'], texts: ['mine'] },
      { id: 'questions', kind: 'evaluation', models: ['step2'], tasks: [{ name: 'piqa', shots: 5, limit: 4 }] },
    ],
  };
  return toNotebook(value, title);
}

const results: Record<string, CellResult> = {
  pair: { kind: 'checkpoints', checkpoints: [facts, { ...facts, id: 'step2' }] },
  mixed: { kind: 'soup', method: 'perplexity', ingredients: ['step1', 'step2'], coefficients: [0.25, 0.75], stderrs: [0.01, 0.01], perplexities: [phi, phi], temperature: 1 },
  line: { kind: 'sweep', ends: ['step1', 'step2'], points: [0, 1].map((coefficient) => ({ ...phi, coefficient, pairedStderr: 0 })), marks: [{ soup: 'mixed', method: 'perplexity', point: { ...phi, coefficient: 0.75, pairedStderr: 0 } }] },
  measured: perplexityResult({ step1: tokens(4), step2: tokens(3.9), mixed: tokens(3.8) }, ['step1', 'step2'], ['mine']),
  questions: {
    kind: 'evaluation',
    rows: [{ model: 'step2', task: 'piqa', n: 4, accuracy: 0.75, stderr: 0.25, interval: [0.3, 0.95], accuracyNorm: 0.5, stderrNorm: 0.29, perplexity: null, fitted: false }],
    models: [{ model: 'step2', ingredients: [] }],
    tasks: [{ task: 'piqa', sha256: 'b'.repeat(64), shots: 5, of: 4, gold: [0, 1, 0, 1] }],
    answers: [{ model: 'step2', task: 'piqa', answers: [0, 1, 0, 0].map((choice) => ({ logLikelihoods: [-1, -2], greedy: [false, false], choice, choiceNorm: choice })) }],
  },
};

/** The results of every cell, as if computed just now. */
export function madeResults(notebook: Notebook): Map<string, KeptResult> {
  const keys = cellKeys(notebook);
  const backend = { kind: 'wasm', precision: 'fp32', runtime: 'onnxruntime-web 1.30.0', device: '2 threads' } as const;
  return new Map(Object.entries(results).map(([id, result]) => [id, { version: 3, key: keys.get(id) as CellKey, backend, finished: '2026-01-02T03:04:05.678Z', result }]));
}
