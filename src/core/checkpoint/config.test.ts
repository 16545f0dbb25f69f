import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Failure } from '../errors';
import { rotaryWidth, type GptNeoXConfig } from '../graph/gpt-neox';
import { windowOf } from '../graph/architectures';
import { parseConfig, type ModelConfig } from './config';

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
    expect(rotaryWidth(config as GptNeoXConfig)).toBe(8); // a quarter of heads of 128 / 4
  });

  test('the rotary numbers where transformers 5 puts them', () => {
    const rope_parameters = { rope_type: 'default', rope_theta: 25_000, partial_rotary_factor: 0.5 };
    expect(parse({ rope_parameters })).toMatchObject({ rotary_pct: 0.5, rotary_emb_base: 25_000 });
    expect(parse({ rope_parameters, rotary_pct: 1, rotary_emb_base: 1000 })).toEqual(parse({ rope_parameters }));
    expect(parse({ rope_parameters: null, rope_scaling: null })).toMatchObject({ rotary_pct: 0.25, rotary_emb_base: 10_000 });
  });

  test('what is said beside it is ignored', () => {
    expect(parse({ bos_token_id: 0, torch_dtype: 'float16', hidden_act: 'gelu', attention_bias: true, transformers_version: '4.24.0' })).toEqual(parse());
  });
});

describe('what is refused names the key and what was found', () => {
  test.each<[string, unknown]>([
    ['model_type', 'mamba'],
    ['quantization_config', { quant_method: 'gptq' }],
    ['hidden_act', 'gelu_fast'],
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

const decoder = {
  vocab_size: 49152,
  hidden_size: 576,
  num_hidden_layers: 30,
  num_attention_heads: 9,
  intermediate_size: 1536,
  max_position_embeddings: 8192,
};
const gpt2 = { model_type: 'gpt2', vocab_size: 50257, n_embd: 768, n_layer: 12, n_head: 12, n_positions: 1024 };

/** A config of another architecture. */
const read = (json: object): ModelConfig => parseConfig(JSON.stringify(json), 'config.json');

describe('every architecture is read with the defaults of its config class in transformers', () => {
  const plain = { num_key_value_heads: 9, head_dim: 64, rope: { rope_type: 'default', rope_theta: 10_000 }, tie_word_embeddings: false };
  test.each<[string, object]>([
    ['llama', { rms_norm_eps: 1e-6, attention_bias: false, mlp_bias: false }],
    ['olmo', { attention_bias: false, clip_qkv: null }],
    ['olmo2', { rms_norm_eps: 1e-5, attention_bias: false }],
  ])('%s', (model_type, own) => {
    expect(read({ ...decoder, model_type })).toEqual({ ...decoder, model_type, ...plain, ...own });
  });

  test('qwen2, whose number of key heads is no default that fits every model', () => {
    const json = { ...decoder, model_type: 'qwen2', num_key_value_heads: 3 };
    expect(read(json)).toEqual({ ...json, ...plain, num_key_value_heads: 3, rms_norm_eps: 1e-6 });
    expect(refusal(JSON.stringify({ ...json, num_key_value_heads: undefined })).facts).toMatchObject({ key: 'num_key_value_heads' });
  });

  test('gpt2, under the names that the others use', () => {
    expect(read(gpt2)).toEqual({
      model_type: 'gpt2',
      vocab_size: 50257,
      hidden_size: 768,
      num_hidden_layers: 12,
      num_attention_heads: 12,
      intermediate_size: 3072,
      max_position_embeddings: 1024,
      activation_function: 'gelu_new',
      layer_norm_epsilon: 1e-5,
      scale_attn_by_inverse_layer_idx: false,
      tie_word_embeddings: true,
    });
    expect(read({ ...gpt2, n_inner: null })).toEqual(read(gpt2));
  });

  test('a window is the model’s own, and 2048 where that is longer', () => {
    expect(windowOf(read(gpt2))).toBe(1024);
    expect(windowOf(read({ ...decoder, model_type: 'llama' }))).toBe(2048);
    expect(windowOf(parse())).toBe(2048);
  });
});

describe('rotary numbers in the spellings of transformers 4 and 5', () => {
  const rope = (keys: object): unknown => (read({ ...decoder, model_type: 'llama', ...keys }) as { rope?: unknown }).rope;
  const llama3 = { factor: 32, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 4096 };

  test('the base alone', () => {
    const expected = { rope_type: 'default', rope_theta: 100_000 };
    expect(rope({ rope_theta: 100_000 })).toEqual(expected);
    expect(rope({ rope_theta: 100_000, rope_scaling: null })).toEqual(expected);
    expect(rope({ rope_parameters: { rope_type: 'default', rope_theta: 100_000 } })).toEqual(expected);
    expect(rope({ rope_theta: 5, rope_parameters: { rope_type: 'default', rope_theta: 100_000 } })).toEqual(expected);
  });

  test('stretched', () => {
    const linear = { rope_type: 'linear', rope_theta: 10_000, factor: 2 };
    expect(rope({ rope_scaling: { type: 'linear', factor: 2 } })).toEqual(linear);
    expect(rope({ rope_parameters: { ...linear } })).toEqual(linear);
    const expected = { rope_type: 'llama3', rope_theta: 500_000, ...llama3 };
    expect(rope({ rope_theta: 500_000, rope_scaling: { rope_type: 'llama3', ...llama3 } })).toEqual(expected);
    expect(rope({ rope_parameters: expected })).toEqual(expected);
    expect(rope({ rope_parameters: { ...expected, original_max_position_embeddings: undefined } })).toEqual({ ...expected, original_max_position_embeddings: 8192 });
  });

  test('“dynamic” changes nothing within the window', () => {
    expect(rope({ rope_scaling: { type: 'dynamic', factor: 2 } })).toEqual(rope({}));
  });

  test.each<[string, object]>([
    ['rope_scaling.rope_type', { rope_scaling: { rope_type: 'yarn', factor: 2 } }],
    ['rope_scaling.type', { rope_scaling: { type: 'longrope', factor: 2 } }],
    ['rope_parameters.rope_type', { rope_parameters: { rope_type: 'proportional' } }],
    ['rope_scaling.factor', { rope_scaling: { type: 'linear' } }],
    ['rope_scaling.attention_factor', { rope_scaling: { type: 'linear', factor: 2, attention_factor: 3 } }],
    ['rope_scaling.high_freq_factor', { rope_scaling: { rope_type: 'llama3', ...llama3, high_freq_factor: 1 } }],
    ['rope_scaling', { rope_scaling: 'linear' }],
    ['partial_rotary_factor', { partial_rotary_factor: 0.5 }],
    ['rope_parameters.partial_rotary_factor', { rope_parameters: { partial_rotary_factor: 0.5 } }],
    ['original_max_position_embeddings', { original_max_position_embeddings: 2048, rope_scaling: { rope_type: 'llama3', ...llama3 } }],
    ['rope_theta', { rope_theta: 0 }],
  ])('%s is refused where it says something else', (key, keys) => {
    expect(refusal(JSON.stringify({ ...decoder, model_type: 'llama', ...keys })).facts).toMatchObject({ key });
  });

  test('GPT-NeoX is refused any stretching', () => {
    expect(refusal(JSON.stringify({ ...needed, rope_scaling: { type: 'linear', factor: 2 } })).facts).toMatchObject({ key: 'rope_scaling.type' });
    expect(refusal(JSON.stringify({ ...needed, rope_parameters: { rope_type: 'yarn' } })).facts).toMatchObject({ key: 'rope_parameters.rope_type' });
  });
});

describe('keys that change the numbers of other architectures are refused by name', () => {
  const sliding = { num_key_value_heads: 9, use_sliding_window: true, sliding_window: 512, max_window_layers: 20 };
  test.each<[string, string, object]>([
    ['llama', 'hidden_act', { hidden_act: 'gelu' }],
    ['llama', 'num_key_value_heads', { num_key_value_heads: 2 }], // does not divide 9
    ['llama', 'head_dim', { head_dim: 63 }],
    ['llama', 'rms_norm_eps', { rms_norm_eps: 2 }],
    ['llama', 'attention_bias', { attention_bias: 'no' }],
    ['llama', 'mlp_bias', { mlp_bias: 1 }],
    ['olmo', 'clip_qkv', { clip_qkv: -8 }],
    ['olmo2', 'hidden_act', { hidden_act: 'relu' }],
    ['qwen2', 'use_sliding_window', sliding],
    ['qwen2', 'layer_types', { num_key_value_heads: 9, layer_types: ['full_attention', 'sliding_attention'] }],
    ['gpt2', 'scale_attn_weights', { scale_attn_weights: false }],
    ['gpt2', 'add_cross_attention', { add_cross_attention: true }],
    ['gpt2', 'activation_function', { activation_function: 'relu' }],
    ['gpt2', 'n_head', { n_head: 7 }],
  ])('%s: %s', (model_type, key, keys) => {
    const base = model_type === 'gpt2' ? gpt2 : decoder;
    expect(refusal(JSON.stringify({ ...base, model_type, ...keys })).facts).toMatchObject({ key });
  });

  test('a sliding window that reaches no layer changes nothing', () => {
    const json = { ...decoder, model_type: 'qwen2', num_key_value_heads: 9 };
    expect(read({ ...json, ...sliding, max_window_layers: 30 })).toEqual(read(json));
    expect(read({ ...json, ...sliding, use_sliding_window: false, layer_types: ['full_attention'] })).toEqual(read(json));
  });
});
