/** config.json, as transformers writes it -> the numbers an architecture needs, each within its range. */
import { failure } from '../errors';

/** The shape of a GPT-NeoX model, in Hugging Face's own names. */
export interface ModelConfig {
  model_type: 'gpt_neox';
  vocab_size: number;
  hidden_size: number;
  num_hidden_layers: number;
  num_attention_heads: number;
  intermediate_size: number;
  max_position_embeddings: number;
  layer_norm_eps: number;
  rotary_pct: number;
  rotary_emb_base: number;
  use_parallel_residual: boolean;
  tie_word_embeddings: boolean;
}

/**
 * Reads a config.json, filling transformers' defaults.
 * @throws config-unsupported, naming the first key that was not understood
 */
export function parseConfig(text: string, file: string): ModelConfig {
  const json = parseObject(text, file);
  const wrong = (key: string, allowed: string): Error =>
    failure('config-unsupported', { file, key, found: JSON.stringify(json[key]) ?? 'nothing', allowed });
  const integer = (key: string, min: number, max: number): number => {
    const value = json[key];
    if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) throw wrong(key, `a whole number from ${min} to ${max}`);
    return value as number;
  };
  const real = (key: string, fallback: number | undefined, min: number, max: number): number => {
    const value = json[key] ?? fallback;
    if (typeof value !== 'number' || !(value >= min && value <= max)) throw wrong(key, `a number from ${min} to ${max}`);
    return value;
  };
  const flag = (key: string, fallback: boolean): boolean => {
    const value = json[key] ?? fallback;
    if (typeof value !== 'boolean') throw wrong(key, 'true or false');
    return value;
  };
  if (json.model_type !== 'gpt_neox') throw wrong('model_type', '"gpt_neox" (Pythia and its kin)');
  if ((json.hidden_act ?? 'gelu') !== 'gelu') throw wrong('hidden_act', '"gelu"');
  if (json.rope_scaling != null) throw wrong('rope_scaling', 'none');
  if (json.attention_bias === false) throw wrong('attention_bias', 'true');
  const rope = (json.rope_parameters ?? {}) as Record<string, unknown>; // transformers 5 moved the rotary numbers here
  if ((rope.rope_type ?? 'default') !== 'default') throw wrong('rope_parameters', 'the default rotary embedding');
  json.rotary_pct ??= rope.partial_rotary_factor;
  json.rotary_emb_base ??= rope.rope_theta;
  const config: ModelConfig = {
    model_type: 'gpt_neox',
    vocab_size: integer('vocab_size', 2, 1_000_000),
    hidden_size: integer('hidden_size', 8, 16_384),
    num_hidden_layers: integer('num_hidden_layers', 1, 200),
    num_attention_heads: integer('num_attention_heads', 1, 256),
    intermediate_size: integer('intermediate_size', 8, 65_536),
    max_position_embeddings: integer('max_position_embeddings', 8, 131_072),
    layer_norm_eps: real('layer_norm_eps', 1e-5, 0, 1),
    rotary_pct: real('rotary_pct', 0.25, 0, 1),
    rotary_emb_base: real('rotary_emb_base', 10_000, 1, 1e9),
    use_parallel_residual: flag('use_parallel_residual', true),
    tie_word_embeddings: flag('tie_word_embeddings', false),
  };
  if (config.hidden_size % config.num_attention_heads) throw wrong('num_attention_heads', `a divisor of hidden_size ${config.hidden_size}`);
  const rotary = rotaryWidth(config);
  if (rotary < 2 || rotary % 2) throw wrong('rotary_pct', 'an even number of rotated dimensions in a head');
  return config;
}

/** How many dimensions of each head are rotated. */
export function rotaryWidth(config: ModelConfig): number {
  return Math.floor((config.hidden_size / config.num_attention_heads) * config.rotary_pct);
}

function parseObject(text: string, file: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
  } catch {
    // told below
  }
  throw failure('config-unsupported', { file, key: 'the whole file', found: 'no JSON object', allowed: 'the config.json that transformers wrote' });
}
