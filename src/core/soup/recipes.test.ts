/** Recipes for other tools. That they come to the same numbers there is held by reference/check_exports.py; here it is what they say. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fusion } from '../merging/fusion';
import type { CheckpointRef, Model } from './model';
import { mergekitConfig } from './mergekit';
import { pythonLiteral } from './script/literal';
import { pythonScript } from './script/python-script';

const sha256 = 'a'.repeat(64);
const bundled = (id: string): CheckpointRef => ({ id, source: { kind: 'bundled', run: 'pico', name: id }, sha256 });
const file = (path: string): { path: string; bytes: number; sha256: string } => ({ path, bytes: 8, sha256 });
const hub = (id: string, repo = 'EleutherAI/pythia-70m', weights = ['model.safetensors']): CheckpointRef => ({
  id,
  source: { kind: 'hub', repo, revision: id, commit: 'c'.repeat(40), weights: weights.map(file), config: file('config.json'), tokenizer: file('tokenizer.json') },
  sha256,
});
const local = (id: string, folder: string, weights = ['model.safetensors']): CheckpointRef => ({
  id,
  source: { kind: 'local', folder, weights: weights.map(file), config: file('config.json'), tokenizer: file('tokenizer.json') },
  sha256,
});
const soup = (checkpoints: CheckpointRef[], coefficients: number[], fusion?: Fusion): Model => ({
  id: 'my soup',
  ingredients: checkpoints.map((checkpoint, i) => ({ checkpoint, coefficient: coefficients[i] })),
  ...(fusion && { fusion }),
});
const script = (model: Model): string => pythonScript(model, { method: model.fusion?.method ?? 'uniform', convention: { kind: 'rolling' }, dataWindow: 256, app: '1.2.3' });

const text: Fusion['data'] = { text: { name: 't', documents: ['a secret'] }, convention: { kind: 'rolling' } };
const choice = (context: string, continuation: string) => ({ context, continuation, characters: 1 });
const items: Fusion['data'] = { items: [{ choices: [choice('q', ' wrong'), choice('q"""\n', ' right\\')], gold: 1, text: 'q' }] };
const fisher: Fusion = { method: 'fisher', data: text, estimator: 'sampled', examples: 3, floor: 0, normalise: true, seed: 5 };
const regmean: Fusion = { method: 'regmean', data: text, scale: 0.9, ridge: 0 };

describe('a mergekit configuration', () => {
  test('of the Hub names repositories at their commit', () => {
    expect(mergekitConfig(soup([hub('step1'), hub('step2')], [0.25, 0.75]))).toBe(
      [
        '# mergekit-yaml THIS_FILE OUTPUT_FOLDER',
        'merge_method: linear',
        'models:',
        `  - model: "EleutherAI/pythia-70m@${'c'.repeat(40)}"`,
        '    parameters:',
        '      weight: 0.25',
        `  - model: "EleutherAI/pythia-70m@${'c'.repeat(40)}"`,
        '    parameters:',
        '      weight: 0.75',
        'parameters:',
        '  normalize: false',
        'dtype: float32',
        '',
      ].join('\n'),
    );
  });

  test('has nothing of a file’s name but between quotation marks, whatever ends a line in YAML', () => {
    const config = mergekitConfig(soup([local('mine', 'f', ['a\u2028b: c\u0085d"\n.safetensors'])], [1]));
    expect(config).toMatch(/^[\x20-\x7e\n]*$/);
    expect(config.split('\n')).toHaveLength(13);
    expect(config).toContain('"./mine/a\\u2028b: c\\u0085d\\"\\n.safetensors"');
  });

  test('of single files is for the command that takes files, and says which they are', () => {
    const config = mergekitConfig(soup([bundled('step1'), local('mine', 'checkpoint-30')], [1.5, -0.5]));
    expect(config).toMatch(/^# mergekit-pytorch /);
    expect(config).toContain('  - model: "./step1/model.safetensors"');
    expect(config).toContain('  - model: "./mine/model.safetensors"');
    expect(config).toContain(`#     sha256 ${sha256}`);
    expect(config).toContain('weight: -0.5');
  });

  test('of several files is for the command that takes folders', () => {
    const config = mergekitConfig(soup([local('mine', 'f', ['a.safetensors', 'b.safetensors'])], [1]));
    expect(config).toMatch(/^# mergekit-yaml /);
    expect(config).toContain('  - model: "./mine"');
  });

  test('leaves out what has no part, and writes small numbers as YAML knows them', () => {
    const config = mergekitConfig(soup([bundled('a'), bundled('b'), bundled('c')], [1, 0, 1e-7]));
    expect(config).not.toContain('./b/');
    expect(config).toContain('weight: 1.0e-7');
  });

  test('of a soup that is not linear is refused', () => {
    expect(() => mergekitConfig(soup([bundled('a')], [1], fisher))).toThrow(expect.objectContaining({ code: 'soup-not-linear' }));
  });
});

describe('a Python script', () => {
  test('says where each checkpoint is, and what its weights are', () => {
    const made = script(soup([hub('step1'), local('mine', 'a folder')], [0.25, 0.75]));
    expect(made).toContain('"repo": "EleutherAI/pythia-70m"');
    expect(made).toContain(`"revision": "${'c'.repeat(40)}"`);
    expect(made).toContain('"coefficient": 0.75');
    expect(made).toContain(`"files": {"model.safetensors": "${sha256}"}`);
    expect(made).not.toContain('a folder');
  });

  test('holds no text, and of labelled items what is looked at', () => {
    for (const fusion of [fisher, regmean]) expect(script(soup([bundled('a'), bundled('b')], [0.5, 0.5], fusion))).not.toContain('secret');
    const made = script(soup([bundled('a'), bundled('b')], [0.5, 0.5], { ...fisher, data: items }));
    expect(made).toContain('"q\\"\\"\\"\\n"');
    expect(made).not.toContain('wrong');
  });

  const found = spawnSync('python3', ['--version']);
  const models: [string, Model][] = [
    ['linear', soup([hub('step1'), bundled('b')], [0.5, 0.5])],
    ['Fisher from a text', soup([bundled('a'), bundled('b')], [0.5, 0.5], fisher)],
    ['Fisher from items', soup([bundled('a'), bundled('b')], [0.5, 0.5], { ...fisher, data: items })],
    ['RegMean', soup([bundled('a'), bundled('b')], [0.5, 0.5], regmean)],
  ];
  if (found.error) console.warn('NO PYTHON HERE: the syntax of exported scripts is not checked.');

  test.skipIf(found.error).each(models)('is Python: %s', (_, model) => {
    const { status, stderr } = spawnSync('python3', ['-c', 'import sys; compile(sys.stdin.read(), "soup.py", "exec")'], { input: script(model), encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  test.skipIf(found.error)('reads every string as it was', () => {
    const strings = fc.sample(fc.array(fc.string({ unit: 'binary' }), { minLength: 3 }), 40).flat();
    const all = ['"""', "'; import os", '\\', '\n# x', '\u0000', '\u2028', '🍲', '{}', '\r\n', ...strings].map((each) => each.toWellFormed());
    const code = `import sys, json; sys.stdout.write(json.dumps(${pythonLiteral(all)}))`;
    const { stdout, stderr } = spawnSync('python3', ['-X', 'utf8', '-'], { input: code, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual(all);
  });
});

test('numbers, truth and nothing as Python writes them', () => {
  expect(pythonLiteral([1e-7, -0.5, Infinity, -Infinity, NaN, true, false, null, {}, []])).toBe('[1e-7, -0.5, float("inf"), float("-inf"), float("nan"), True, False, None, {}, []]');
});
