/** Rotary position embeddings: where a config.json keeps their numbers, and the tables that turn queries and keys. */
import type { ConfigKeys } from '../checkpoint/config-keys';
import type { GraphBuilder, Value } from './builder';

/** How position becomes an angle; lengths are in tokens. */
export type Rope = { rope_theta: number } & (
  | { rope_type: 'default' }
  | { rope_type: 'linear'; factor: number }
  | { rope_type: 'llama3'; factor: number; low_freq_factor: number; high_freq_factor: number; original_max_position_embeddings: number }
);

const understood = new Set([
  'rope_type', 'type', 'rope_theta', 'partial_rotary_factor', 'factor', 'low_freq_factor', 'high_freq_factor', 'original_max_position_embeddings',
]);

/**
 * The object that holds the rotary numbers beside `rope_theta`: `rope_scaling` until transformers 4, `rope_parameters` since 5,
 * which prefers the former where a file has both.
 * @throws config-unsupported for a key in it that no rope type here knows
 */
export function ropeKeys(keys: ConfigKeys): ConfigKeys | null {
  const rope = keys.within('rope_scaling') ?? keys.within('rope_parameters');
  const unknown = rope?.names.find((name) => !understood.has(name));
  if (rope && unknown !== undefined) throw rope.refusal(unknown, 'rotary embeddings without it');
  return rope;
}

/** @throws config-unsupported */
export function readRope(keys: ConfigKeys): Rope {
  const rope = ropeKeys(keys);
  const theta = rope?.has('rope_theta') ? rope : keys;
  const rope_theta = theta.real('rope_theta', 1, 1e9, 10_000);
  for (const place of [rope, keys]) place?.only('partial_rotary_factor', 1);
  if (!rope) return { rope_type: 'default', rope_theta };
  const type = rope.word(rope.has('rope_type') ? 'rope_type' : 'type', ['default', 'linear', 'dynamic', 'llama3'], 'default');
  // “dynamic” stretches only what is longer than max_position_embeddings, and no window here is.
  if (type === 'default' || type === 'dynamic') return { rope_type: 'default', rope_theta };
  const factor = rope.real('factor', 1, 1e4);
  if (type === 'linear') return { rope_type: 'linear', rope_theta, factor };
  const low_freq_factor = rope.real('low_freq_factor', 1e-3, 1e4);
  return {
    rope_type: 'llama3',
    rope_theta,
    factor,
    low_freq_factor,
    high_freq_factor: rope.real('high_freq_factor', low_freq_factor + 1e-3, 1e5),
    original_max_position_embeddings: originalLength(rope, keys),
  };
}

/** Beside the rope's own number, transformers 5 reads one of the same name at the top of the file and 4 does not: they may not differ. */
function originalLength(rope: ConfigKeys, keys: ConfigKeys): number {
  const key = 'original_max_position_embeddings';
  const length = rope.has(key) ? rope.integer(key, 8, 1_048_576) : keys.integer('max_position_embeddings', 8, 1_048_576);
  keys.only(key, length);
  return length;
}

/**
 * Radians a token for each pair of dimensions: theta^(-2i/width) (https://arxiv.org/abs/2104.09864), rounded to 32 bits after
 * each step as torch does it, so that large positions turn by the same angle.
 * @param width how many dimensions of a head are rotated
 */
export function frequencies(rope: Rope, width: number): number[] {
  return Array.from({ length: width / 2 }, (_, i) => {
    const frequency = Math.fround(1 / Math.fround(rope.rope_theta ** Math.fround((2 * i) / width)));
    return Math.fround(scaled(rope, frequency));
  });
}

function scaled(rope: Rope, frequency: number): number {
  if (rope.rope_type === 'default') return frequency;
  if (rope.rope_type === 'linear') return frequency / rope.factor;
  // Llama 3: waves that turn often within the original length stay, the slowest are stretched, those between are blended.
  const turns = (rope.original_max_position_embeddings * frequency) / (2 * Math.PI);
  const kept = (turns - rope.low_freq_factor) / (rope.high_freq_factor - rope.low_freq_factor);
  const share = Math.min(1, Math.max(0, kept));
  return share * frequency + ((1 - share) * frequency) / rope.factor;
}

/** cos and sin of position times frequency, [longest, width/2] each. */
export function rotaryTables(g: GraphBuilder, rope: Rope, width: number, longest: number): [cos: Value, sin: Value] {
  const each = frequencies(rope, width);
  const shape = [longest, each.length];
  const angles = Float64Array.from({ length: longest * each.length }, (_, i) => Math.fround(Math.floor(i / each.length) * each[i % each.length]));
  return [g.floats(shape, Float32Array.from(angles, Math.cos)), g.floats(shape, Float32Array.from(angles, Math.sin))];
}
