import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseCatalog } from '../checkpoint/catalog';
import { parseNotebook, toNotebook, type Notebook } from '../notebook/document';
import { fetchesOf, type Fetch } from './fetches';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const catalog = parseCatalog(read('models/catalog.json'));
const first = parseNotebook(read('public/notebooks/first-soup.json'), 'first-soup.json');
const sha = (digit: string): string => digit.repeat(64);

function notebook(...cells: object[]): Notebook {
  return toNotebook({ stockpot: 2, title: '', cells: cells.map((cell, i) => ({ id: `c${i}`, ...cell })) }, 'f');
}

function fetches(...cells: object[]): Fetch[] {
  return fetchesOf(notebook(...cells), catalog);
}

const bundled = (run: string, name: string, sha256: string): object => ({ id: `${name}-${sha256[0]}`, source: { kind: 'bundled', run, name }, sha256 });

describe('what running a notebook fetches', () => {
  test('for the first lesson lies beside the page, all of it pinned', () => {
    const found = fetchesOf(first, catalog);
    expect(found.map(({ what, name, bytes }) => [what, name, bytes])).toEqual([
      ['configuration', 'pico', 477],
      ['tokenizer', 'pico', 103_793],
      ['checkpoint', 'pico/step7000', 4_485_272],
      ['checkpoint', 'pico/step8000', 4_485_272],
      ['items', 'piqa_style', null],
      ['items', 'winogrande_style', null],
    ]);
    for (const fetch of found) expect(fetch).toMatchObject({ from: 'site', hub: null, model: null, problem: null, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
  });

  test('says which checkpoints this site does not have, or has in another form', () => {
    const checkpoints = [bundled('pico', 'step8000', sha('a')), bundled('pico', 'step9', sha('b')), bundled('olmo', 'step1', sha('c'))];
    expect(fetches({ kind: 'checkpoints', checkpoints }).filter(({ what }) => what === 'checkpoint')).toEqual([
      { what: 'checkpoint', name: 'pico/step8000', from: 'site', hub: null, model: null, bytes: 4_485_272, sha256: sha('a'), problem: 'changed' },
      { what: 'checkpoint', name: 'pico/step9', from: 'site', hub: null, model: null, bytes: null, sha256: sha('b'), problem: 'unknown' },
      { what: 'checkpoint', name: 'olmo/step1', from: 'site', hub: null, model: null, bytes: null, sha256: sha('c'), problem: 'unknown' },
    ]);
  });

  test('names the dataset and the commit of official items, and of their demonstrations', () => {
    const task = { name: 'piqa', sha256: sha('1'), pool: sha('2'), commit: 'c'.repeat(40), shots: 5 };
    const hub = { dataset: 'baber/piqa', config: 'default', commit: 'c'.repeat(40) };
    expect(fetches({ kind: 'evaluation', models: [], tasks: [task] })).toEqual([
      { what: 'items', name: 'piqa', from: 'hub', hub: { ...hub, split: 'validation' }, model: null, bytes: null, sha256: sha('1'), problem: null },
      { what: 'demonstrations', name: 'piqa', from: 'hub', hub: { ...hub, split: 'train' }, model: null, bytes: null, sha256: sha('2'), problem: null },
    ]);
    const without = fetches({ kind: 'evaluation', models: [], tasks: [{ ...task, shots: 0 }] });
    expect(without.map(({ what }) => what)).toEqual(['items']);
  });

  test('has the items that soups are made with, and those that a comparison asks; none where a method reads a text', () => {
    const items = { name: 'piqa', sha256: sha('1') };
    const soup = { kind: 'soup', ingredients: [], items };
    expect(fetches({ ...soup, method: 'fisher' }).map(({ name, from }) => [name, from])).toEqual([['piqa', 'hub']]);
    expect(fetches({ ...soup, method: 'regmean' })).toEqual([]);
    const compared = { kind: 'comparison', groups: [], methods: ['greedy'], texts: [], tasks: [{ name: 'winogrande', sha256: sha('2') }] };
    expect(fetches({ ...compared, items }).map(({ name, sha256 }) => [name, sha256])).toEqual([['piqa', sha('1')], ['winogrande', sha('2')]]);
    expect(fetches({ ...compared, methods: ['uniform'], items }).map(({ name }) => name)).toEqual(['winogrande']);
  });

  test('leaves to the reader what only the author has: own items, own demonstrations, withheld texts', () => {
    const withheld = { sha256: sha('d'), bytes: 12 };
    const found = fetches(
      { kind: 'text', text: '', withheld },
      { kind: 'perplexity', models: [], texts: ['c0'] },
      { kind: 'evaluation', models: [], tasks: [{ name: 'own', sha256: sha('e') }, { name: 'piqa_style', pool: sha('f'), shots: 1 }, { name: 'lambada_openai', pool: sha('0'), shots: 1 }, { name: 'riddles' }] },
    );
    expect(found.map(({ what, name, from, sha256, bytes, problem }) => [what, name, from, sha256?.[0], bytes, problem])).toEqual([
      ['text', 'c0', 'reader', 'd', 12, null],
      ['items', 'own', 'reader', 'e', null, null],
      ['items', 'piqa_style', 'site', undefined, null, null],
      ['demonstrations', 'piqa_style', 'reader', 'f', null, null],
      ['items', 'lambada_openai', 'hub', undefined, null, null],
      ['demonstrations', 'lambada_openai', 'reader', '0', null, null],
      ['items', 'riddles', 'reader', undefined, null, 'unknown'],
    ]);
  });

  test('is only what some cell uses, and stands there once', () => {
    const items = { name: 'piqa_style', sha256: sha('1') };
    const cells = [
      { kind: 'text', text: '', items },
      { kind: 'text', text: '', withheld: { sha256: sha('2'), bytes: 1 } },
      { kind: 'text', text: 'Here.', withheld: { sha256: sha('3'), bytes: 1 } },
      { kind: 'soup', method: 'uniform', ingredients: [], text: 'c0' },
      { kind: 'checkpoints', checkpoints: [], presets: [{ name: 'p', checkpoints: [bundled('pico', 'step8000', sha('a'))] }] },
    ];
    expect(fetches(...cells)).toEqual([]);
    const uses = [{ kind: 'perplexity', models: [], texts: ['c0', 'c2'] }, { kind: 'evaluation', models: [], tasks: [items] }];
    expect(fetches(...cells, ...uses).map(({ what, name }) => [what, name])).toEqual([['items', 'piqa_style']]);
  });
});
