import { describe, expect, test } from 'vitest';
import { printable, printableLine } from './printable';
import { reproductionReport } from './reproduction-report';
import { textReport } from './text-report';
import { toNotebook, type Notebook } from '../core/notebook/document';
import type { Reported } from '../core/notebook/reported';
import { resultVersion, type KeptResult } from '../core/notebook/results';

const hostile = 'Soup\u001b]0;owned\u0007\u009b31m\u202Epuos\nreproduced\r';
const harmless = 'Soup\\u001b]0;owned\\u0007\\u009b31m\\u202epuos\\u000areproduced\\u000d';

describe('what a terminal shows', () => {
  test('steers it nowhere: characters that would are told', () => {
    expect(printableLine(hostile)).toBe(harmless);
    expect(printable('One\nline\u001b[2J.')).toBe('One\nline\\u001b[2J.');
  });

  test('is otherwise as it was written, in any script', () => {
    const written = 'Suppe é 汤 🍲 شوربة “x” ± …';
    expect([printable(written), printableLine(written)]).toEqual([written, written]);
  });

  test('says titles on one line, whatever is in them', () => {
    const notebook: Notebook = toNotebook({ stockpot: 2, title: hostile, cells: [{ id: 'c', title: hostile, kind: 'checkpoints', checkpoints: [] }] }, 'f');
    const backend = { kind: 'node', precision: 'fp32', runtime: 'fake 1', device: '2 threads' } as const;
    const kept: KeptResult = { version: resultVersion, key: { key: '', definition: '', inputs: {} }, backend, finished: '', result: { kind: 'checkpoints', checkpoints: [] } };
    expect(textReport(notebook, new Map([['c', kept]])).split('\n\n').slice(0, 2)).toEqual([harmless, harmless]);
    const reported: Reported = { app: '1', finished: '2026-01-01T00:00:00Z', secondsPerRun: null, results: [] };
    expect(reproductionReport(notebook, reported, [{ cell: 'c', verdict: 'reported', backends: { reported: backend, here: null }, tolerance: null, rows: [] }])).toContain(`  ${harmless}: not run here`);
  });
});
