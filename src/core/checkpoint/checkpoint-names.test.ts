import { expect, test } from 'vitest';
import { namesInFile } from './checkpoint-names';

const wanted = ['gpt_neox.embed_in.weight', 'gpt_neox.layers.0.attention.dense.weight', 'gpt_neox.final_layer_norm.bias', 'embed_out.weight'];
const body = wanted.slice(0, 3);

const found = (present: string[], names = wanted): string[] => [...namesInFile(names, new Set(present), 'a').values()];

test.each([
  ['as they are', wanted],
  ['behind the prefix of DataParallel', wanted.map((name) => `module.${name}`)],
  ['behind two prefixes', wanted.map((name) => `_orig_mod.module.${name}`)],
  ['without the prefix of the full model, the unembedding beside them', wanted.map((name) => name.replace('gpt_neox.', ''))],
  ['as transformers 5 names them in a state_dict', wanted.map((name) => name.replace('embed_out', 'lm_head'))],
  ['the same behind a prefix', wanted.map((name) => `module.${name.replace('embed_out', 'lm_head')}`)],
  ['with another in its place', wanted.map((name) => `module.${name.replace('gpt_neox.', '')}`)],
  ['among names that end alike', [...wanted.map((name) => `model.${name}`), 'teacher.embed_in.weight', 'embed_out.weight', 'other.weight']],
])('names are found %s', (_, present) => {
  expect(found(present)).toEqual(present.slice(0, 4));
});

test('a file of the body alone lacks only the unembedding', () => {
  const names = namesInFile(wanted, new Set(body.map((name) => name.replace('gpt_neox.', ''))), 'a');
  expect([...names.keys()]).toEqual(body);
});

test('where the names are there as they are, copies behind a prefix are left alone', () => {
  expect(found([...wanted.map((name) => `average.${name}`), ...wanted])).toEqual(wanted);
});

test('a model that is there twice, behind two prefixes, is refused with both', () => {
  const twice = ['model.', 'average.'].flatMap((prefix) => wanted.map((name) => prefix + name));
  expect(() => found(twice)).toThrow(expect.objectContaining({ code: 'names-ambiguous', facts: { file: 'a', names: ['model.gpt_neox.embed_in.weight', 'average.gpt_neox.embed_in.weight'] } }));
});

test('files of another architecture have none of the names', () => {
  expect(found(['transformer.h.0.attn.weight', 'weight', 'bias'])).toEqual([]);
});
