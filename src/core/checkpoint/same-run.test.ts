import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { Tokenizer } from '../tokenizer/tokenizer';
import { fingerprints, sameRun, type RunMember } from './same-run';

const folder = join(import.meta.dirname, '../../../models/pico');
const config = await readFile(join(folder, 'config.json'), 'utf8');
const tokenizer = await readFile(join(folder, 'tokenizer.json'), 'utf8');

function member(name: string, change: Partial<RunMember> = {}): RunMember {
  return { name, source: { kind: 'bundled', run: 'pico', name }, sha256: name.padEnd(64, '0'), config, tokenizer, ...change };
}
const hub = (repo: string, revision: string): RunMember['source'] => {
  const file = { path: 'a', bytes: 1, sha256: 'a'.repeat(64) };
  return { kind: 'hub', repo, revision, commit: 'c'.repeat(40), weights: [file], config: file, tokenizer: file };
};
const withConfig = (change: object): string => JSON.stringify({ ...(JSON.parse(config) as object), ...change });

describe('checkpoints of one run', () => {
  test('have nothing said against them', () => {
    expect(sameRun([member('step1000'), member('step2000'), member('step4000')])).toEqual({ refusals: [], warnings: [] });
    expect(sameRun([member('step1000')])).toEqual({ refusals: [], warnings: [] });
    expect(sameRun([])).toEqual({ refusals: [], warnings: [] });
  });

  test('may have configurations that differ in what changes no number', () => {
    const other = member('step2000', { config: withConfig({ transformers_version: '9', torch_dtype: 'bfloat16', use_cache: false }) });
    expect(sameRun([member('step1000'), other]).refusals).toEqual([]);
  });

  test('may have tokenizers that are written differently and do the same', () => {
    const spaced = JSON.stringify(JSON.parse(tokenizer), null, 1);
    expect(spaced).not.toBe(tokenizer);
    expect(sameRun([member('step1000'), member('step2000', { tokenizer: spaced })]).refusals).toEqual([]);
  });

  test('have their common tokenizer read once', () => {
    const parse = vi.spyOn(Tokenizer, 'parse');
    sameRun([member('step1000'), member('step2000'), member('step4000')]);
    expect(parse).toHaveBeenCalledTimes(1);
    const fingerprintOf = fingerprints();
    for (let i = 0; i < 3; i++) sameRun([member('step1000'), member('step2000')], fingerprintOf);
    expect(parse).toHaveBeenCalledTimes(2);
    parse.mockRestore();
  });
});

describe('refused', () => {
  test.each([
    ['num_hidden_layers', 3],
    ['vocab_size', 5000],
    ['rotary_pct', 0.5],
  ])('another %s', (key, value) => {
    const { refusals } = sameRun([member('step1000'), member('step2000', { config: withConfig({ [key]: value }) })]);
    const own = (JSON.parse(config) as Record<string, unknown>)[key] as number;
    expect(refusals).toEqual([`“step1000” and “step2000” cannot be merged: their ${key} is ${own} and ${value}.`]);
  });

  test('another tokenizer', () => {
    const json = JSON.parse(tokenizer) as { model: { merges: unknown[] } };
    json.model.merges.pop();
    const { refusals } = sameRun([member('step1000'), member('step2000', { tokenizer: JSON.stringify(json) })]);
    expect(refusals).toEqual(['“step1000” and “step2000” cannot be merged: their tokenizers make different tokens of a text.']);
  });

  test('an architecture that is not known, naming the key', () => {
    const { refusals } = sameRun([member('step1000'), member('step2000', { config: withConfig({ model_type: 'bert' }) })]);
    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toMatch(/“step2000\/config\.json” says model_type = "bert"/);
  });

  test('a tokenizer that is none', () => {
    expect(sameRun([member('step1000', { tokenizer: '{}' })]).refusals[0]).toMatch(/“step1000\/tokenizer\.json” cannot be used/);
  });
});

describe('warned of', () => {
  const same = 'f'.repeat(64);

  test('two with the same weights', () => {
    const { refusals, warnings } = sameRun([member('step1000', { sha256: same }), member('step1500'), member('step2000', { sha256: same })]);
    expect(refusals).toEqual([]);
    expect(warnings).toEqual(['“step1000” and “step2000” have the same weights, byte for byte: their soup is either of them.']);
  });

  test('more of them', () => {
    const { warnings } = sameRun(['step0', 'step1', 'main'].map((name) => member(name, { sha256: same })));
    expect(warnings).toEqual(['“step0”, “step1” and “main” have the same weights, byte for byte: their soup is any one of them.']);
  });

  test('runs that were trained apart', () => {
    const { warnings } = sameRun([member('step1000', { source: hub('o/a-seed1', 'step1000') }), member('step2000', { source: hub('o/a-seed2', 'step1000') })]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^They come from o\/a-seed1 and o\/a-seed2\./);
  });

  test('but not one repository beside a folder, which may be its copy', () => {
    const local: RunMember['source'] = { ...hub('o/a', 'x'), kind: 'local', folder: 'checkpoint-30' } as never;
    expect(sameRun([member('step1000', { source: hub('o/a', 'step1000') }), member('checkpoint-30', { source: local })]).warnings).toEqual([]);
  });
});
