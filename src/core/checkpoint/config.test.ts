import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Failure } from '../errors';
import { parseConfig, rotaryWidth, type ModelConfig } from './config';

/** The keys that have no default. */
const needed = {
  model_type: 'gpt_neox',
  vocab_size: 50304,
  hidden_size: 512,
  num_hidden_layers: 6,
  num_attention_heads: 8,
  intermediate_size: 2048,
  max_position_embeddings: 2048,
};

const parse = (changes: object = {}): ModelConfig => parseConfig(JSON.stringify({ ...needed, ...changes }), 'config.json');

function refusal(text: string): Failure {
  try {
    parseConfig(text, 'config.json');
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error('was not refused');
}

describe('what is read', () => {
  test('what transformers leaves out has the defaults of its GPTNeoXConfig', () => {
    expect(parse()).toEqual({
      ...needed,
      layer_norm_eps: 1e-5,
      rotary_pct: 0.25,
      rotary_emb_base: 10_000,
      use_parallel_residual: true,
      tie_word_embeddings: false,
    });
  });

  test('pico’s own config.json', () => {
    const text = readFileSync(new URL('../../../models/pico/config.json', import.meta.url), 'utf8');
    const config = parseConfig(text, 'config.json');
    expect(config).toMatchObject({ vocab_size: 4096, hidden_size: 128, max_position_embeddings: 256, rotary_pct: 0.25 });
    expect(rotaryWidth(config)).toBe(8); // a quarter of heads of 128 / 4
  });

  test('the rotary numbers where transformers 5 puts them', () => {
    const rope_parameters = { rope_type: 'default', rope_theta: 25_000, partial_rotary_factor: 0.5 };
    expect(parse({ rope_parameters })).toMatchObject({ rotary_pct: 0.5, rotary_emb_base: 25_000 });
    expect(parse({ rope_parameters, rotary_pct: 1 })).toMatchObject({ rotary_pct: 1, rotary_emb_base: 25_000 });
    expect(parse({ rope_parameters: null, rope_scaling: null })).toMatchObject({ rotary_pct: 0.25, rotary_emb_base: 10_000 });
  });

  test('what is said beside it is ignored', () => {
    expect(parse({ bos_token_id: 0, torch_dtype: 'float16', hidden_act: 'gelu', attention_bias: true, transformers_version: '4.24.0' })).toEqual(parse());
  });
});

describe('what is refused names the key and what was found', () => {
  test.each<[string, unknown]>([
    ['model_type', 'llama'],
    ['hidden_act', 'gelu_fast'],
    ['rope_scaling', { type: 'linear', factor: 2 }],
    ['rope_parameters', { rope_type: 'yarn' }],
    ['attention_bias', false],
    ['vocab_size', 1_000_000_000],
    ['vocab_size', undefined],
    ['vocab_size', '50304'],
    ['hidden_size', 512.5],
    ['hidden_size', -512],
    ['num_hidden_layers', 1_000_000],
    ['num_hidden_layers', 0],
    ['num_attention_heads', 7], // does not divide 512
    ['intermediate_size', null],
    ['max_position_embeddings', 10_000_000],
    ['layer_norm_eps', '1e-5'],
    ['layer_norm_eps', -1],
    ['rotary_pct', 1.5],
    ['rotary_pct', 0], // no dimension of a head is rotated
    ['rotary_pct', 0.05], // 3 of 64
    ['rotary_emb_base', 0],
    ['use_parallel_residual', 'yes'],
    ['tie_word_embeddings', 1],
  ])('%s = %j', (key, value) => {
    const failure = refusal(JSON.stringify({ ...needed, [key]: value }));
    expect(failure).toMatchObject({ code: 'config-unsupported', facts: { file: 'config.json', key } });
    expect(failure.message).toContain(value === undefined ? 'nothing' : JSON.stringify(value));
  });

  test.each(['', '{', 'null', '[]', '"gpt_neox"', '<!doctype html>'])('a file that holds no object: %s', (text) => {
    expect(refusal(text).code).toBe('config-unsupported');
    expect(refusal(text).message).toMatch(/no JSON object/);
  });

  test('an infinite number, which JSON can write', () => {
    const text = JSON.stringify(needed).replace('2048}', '1e400}');
    expect(text).toContain('1e400');
    expect(refusal(text).facts).toMatchObject({ key: 'max_position_embeddings' });
  });
});
