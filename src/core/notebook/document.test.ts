import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseCatalog, refOf, runNamed } from '../checkpoint/catalog';
import { Failure } from '../errors';
import { parseNotebook, serialiseNotebook, toNotebook } from './document';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const first = read('public/notebooks/first-soup.json');

function refusal(parse: () => unknown): Failure {
  try {
    parse();
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error('was not refused');
}

describe('the default notebook', () => {
  test('is written as it was read, to the letter', () => {
    expect(serialiseNotebook(parseNotebook(first, 'first-soup.json'))).toBe(first);
  });

  test('names bundled checkpoints, each by the hash the catalog has', () => {
    const pico = runNamed(parseCatalog(read('models/catalog.json')), 'pico');
    const known = pico.checkpoints.map((checkpoint) => refOf(pico, checkpoint));
    const refs = parseNotebook(first, 'f').cells.flatMap((cell) => (cell.kind === 'checkpoints' ? [cell, ...cell.presets].flatMap((c) => c.checkpoints) : []));
    expect(refs.length).toBeGreaterThan(3);
    for (const ref of refs) expect(known).toContainEqual(ref);
  });
});

describe('a notebook', () => {
  test('may leave out what has a default', () => {
    const cells = [
      { id: 'text', kind: 'text', text: 'Soup.' },
      { id: 'p', kind: 'perplexity', models: [], texts: ['text'] },
      { id: 's', kind: 'soup', method: 'uniform', ingredients: [] },
      { id: 'w', kind: 'sweep', between: [], text: 'text' },
      { id: 'e', kind: 'evaluation', models: [], tasks: [{ name: 'piqa' }] },
      { id: 'c', kind: 'comparison', groups: [['a', 'b']], methods: ['greedy'], texts: [] },
    ];
    const rolling = { kind: 'rolling' };
    expect(toNotebook({ stockpot: 2, title: '', cells }, 'f').cells).toEqual([
      { id: 'text', kind: 'text', text: 'Soup.', title: '', withheld: null, split: 'none', separator: '<|endoftext|>', items: null, paradigm: 'raw' },
      { id: 'p', kind: 'perplexity', models: [], texts: ['text'], title: '', convention: rolling },
      { id: 's', kind: 'soup', method: 'uniform', ingredients: [], title: '', text: null, convention: rolling, items: null, parameters: {} },
      { id: 'w', kind: 'sweep', between: [], text: 'text', title: '', convention: rolling, over: 'line', points: 11, marks: [], at: 0.5 },
      { id: 'e', kind: 'evaluation', models: [], title: '', tasks: [{ name: 'piqa', sha256: null, pool: null, commit: null, shots: 0, seed: 1234, limit: null, skip: 0 }] },
      { id: 'c', kind: 'comparison', groups: [['a', 'b']], methods: ['greedy'], text: null, items: null, convention: rolling, parameters: {}, texts: [], tasks: [], title: '' },
    ]);
  });

  test('says each name once that was written twice, but for the ends of a line', () => {
    const twice = ['b', 'a', 'b'];
    const cells = [
      { id: 'p', kind: 'perplexity', models: twice, texts: twice },
      { id: 's', kind: 'soup', method: 'manual', ingredients: twice, parameters: { coefficients: [0.25, 0.75] } },
      { id: 'w', kind: 'sweep', between: ['a', 'a'], text: 'text', marks: twice },
      { id: 'e', kind: 'evaluation', models: twice, tasks: [] },
      { id: 'c', kind: 'comparison', groups: [twice], methods: ['ema', 'uniform', 'ema'], texts: twice },
    ];
    const once = ['b', 'a'];
    expect(toNotebook({ stockpot: 2, title: '', cells }, 'f').cells).toMatchObject([
      { models: once, texts: once },
      { ingredients: once, parameters: { coefficients: [0.25, 0.75] } }, // always those of the models, of which each counts once
      { between: ['a', 'a'], marks: once },
      { models: once },
      { groups: [once], methods: ['ema', 'uniform'], texts: once },
    ]);
  });

  test('keeps text that looks dangerous as it is: it is only text here', () => {
    const markdown = '<img src=x onerror=alert(1)> </script> __proto__ \u2028 \uD800';
    const notebook = toNotebook({ stockpot: 2, title: markdown, cells: [{ id: 'n', kind: 'note', markdown }] }, 'f');
    expect(parseNotebook(serialiseNotebook(notebook), 'f')).toEqual(notebook);
  });
});

describe('what is not a notebook is refused with a sentence that says where', () => {
  test.each<[string, string, RegExp]>([
    ['no JSON', '{', /not JSON/],
    ['null', 'null', /no field “stockpot”/],
    ['a list', '[1]', /no field “stockpot”/],
    ['text', '"stockpot"', /no field “stockpot”/],
    ['another program’s file', '{"nbformat": 4, "cells": []}', /no field “stockpot”/],
    ['no cells', '{"stockpot": 1, "title": "t"}', /at cells/],
  ])('%s', (_, json, found) => {
    const failure = refusal(() => parseNotebook(json, 'mine.json'));
    expect(failure.code).toBe('notebook-malformed');
    expect(failure.message).toMatch(found);
    expect(failure.message).toMatch(/“mine\.json”/);
  });

  test.each([5, 0, -1, 1.5, '2', '1', null, [1], { a: 1 }])('version %j', (version) => {
    const failure = refusal(() => toNotebook({ stockpot: version, title: 't', cells: [] }, 'mine.json'));
    expect(failure).toMatchObject({ code: 'notebook-version', facts: { found: JSON.stringify(version), known: 4 } });
  });

  /** The default notebook with one place changed; `where` is as in the error. */
  function changed(where: string, value: unknown): unknown {
    const notebook = JSON.parse(first) as Record<string, unknown>;
    const path = where.split('.');
    const last = path.pop() ?? '';
    const target = path.reduce((inner, key) => inner[key] as Record<string, unknown>, notebook);
    Object.defineProperty(target, last, { value, enumerable: true, configurable: true, writable: true });
    return notebook;
  }

  test.each<[string, unknown]>([
    ['author', 'me'],
    ['__proto__', { polluted: true }],
    ['constructor', 1],
    ['cells.1.note', 'unknown key'],
    ['cells.1.__proto__', {}],
    ['cells.3.parameters.toString', 1],
    ['cells.3.parameters.temperature', '1'],
    ['cells.3.method', 'bayes'],
    ['cells.3.ingredients', 'checkpoints'],
    ['cells.3.ingredients.0', '<b>'],
    ['cells.3.text', 7],
    ['cells.3.convention.kind', 'sliding'],
    ['cells.6.convention.stride', 5], // rolling has none
    ['cells.1.kind', 'chekpoints'],
    ['cells.1.checkpoints.0.sha256', 'main'],
    ['cells.1.checkpoints.0.source.kind', 'https://example.org'],
    ['cells.1.checkpoints.0.source.run', '../secrets'],
    ['cells.1.presets.1.checkpoints.0.url', 'https://example.org'],
    ['cells.2.text', null],
    ['cells.2.split', 'words'],
    ['cells.5.points', 1],
    ['cells.5.points', 1e9],
    ['cells.5.points', 2.5],
    ['cells.5.at', 1.01],
    ['cells.5.at', NaN],
    ['cells.7.tasks.0.limit', 0],
    ['cells.7.tasks.0.name', 'a'.repeat(65)],
    ['cells.0.id', ''],
    ['cells.0.title', 'x'.repeat(201)],
    ['title', 7],
  ])('%s = %j', (where, value) => {
    const failure = refusal(() => toNotebook(changed(where, value), 'mine.json'));
    expect(failure.code).toBe('notebook-malformed');
    expect(failure.message).toContain(`at ${where}.`);
    expect(failure.message.length).toBeLessThan(800);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('more cells, names or text than a notebook may have', () => {
    const note = (i: number): object => ({ id: `n${i}`, kind: 'note', markdown: '' });
    const many = Array.from({ length: 201 }, (_, i) => note(i));
    expect(refusal(() => toNotebook({ stockpot: 2, title: '', cells: many }, 'f')).message).toMatch(/at cells\./);
    expect(refusal(() => toNotebook(changed('cells.0.markdown', 'x'.repeat(200_001)), 'f')).message).toMatch(/cells\.0\.markdown/);
    expect(refusal(() => toNotebook(changed('cells.6.models', new Array<string>(101).fill('a')), 'f')).message).toMatch(/cells\.6\.models/);
  });

  test.each([
    ['two cells', 'cells.4.id', 'weighted', 'cells.4'],
    ['a cell and a checkpoint', 'cells.4.id', 'step7000', 'cells.4'],
    ['two checkpoints', 'cells.1.checkpoints.1.id', 'step7000', 'cells.1'],
    ['a checkpoint and its own cell', 'cells.1.checkpoints.1.id', 'checkpoints', 'cells.1'],
    ['two presets', 'cells.1.presets.1.name', 'Late neighbours', 'cells.1.presets'],
    ['two checkpoints of a preset', 'cells.1.presets.1.checkpoints.0.id', 'step8000', 'cells.1.presets.1'],
    ['a preset’s checkpoint and a cell', 'cells.1.presets.1.checkpoints.0.id', 'uniform', 'cells.1.presets.1'],
  ])('one name for %s', (_, where, name, at) => {
    const failure = refusal(() => toNotebook(changed(where, name), 'mine.json'));
    expect(failure.message).toContain(`the name “${name}” is used twice at ${at}`);
  });
});

describe('reported numbers of which two could not be told apart are refused', () => {
  const backend = { kind: 'node', precision: 'fp32', runtime: 'fake 1', device: '2 threads' };
  const base = { cell: 'x', key: '0'.repeat(16), backend };
  const withResult = (result: object) => ({ stockpot: 2, title: '', cells: [], reported: { app: '1', finished: '2026-01-01T00:00:00Z', secondsPerRun: null, results: [{ ...base, ...result }] } });
  const soup = (ingredients: string[]) => withResult({ kind: 'soup', ingredients, coefficients: [0.5, 0.5], stderrs: null, nll: [] });
  const sweep = (...coefficients: number[]) => withResult({ kind: 'sweep', ends: ['a', 'b'], points: coefficients.map((coefficient) => ({ coefficient, tokens: 1, nll: 1, stderr: null })), marks: [] });

  test.each([
    ['an ingredient that is there twice', soup(['a', 'a'])],
    ['two points of a line that are called by the same digits', sweep(0.33331, 0.33332)],
  ])('%s', (_, value) => {
    expect(refusal(() => toNotebook(value, 'f')).message).toMatch(/the same thing is reported twice/);
  });

  test('and none where they can', () => {
    for (const value of [soup(['a', 'b']), sweep(...Array.from({ length: 101 }, (_, i) => i / 100))]) expect(() => toNotebook(value, 'f')).not.toThrow();
  });
});
