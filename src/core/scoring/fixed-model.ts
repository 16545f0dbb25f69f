/**
 * Models whose every parameter follows from its name, the same bits in TypeScript and in Python (reference/fixed_model.py):
 * for the start-up self-test and for comparisons with transformers.
 */
import type { ModelConfig } from '../checkpoint/config';
import { writeSafetensors, writeStored } from '../checkpoint/safetensors';
import { parameterShapes } from '../graph/architectures';
import type { GptNeoXConfig } from '../graph/gpt-neox';

/** A good 32-bit mixer (https://github.com/skeeto/hash-prospector): every output bit depends on every input bit. */
function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** FNV-1a of an ASCII string. */
function seedOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Value `i` of the stream `name`: one of 2^24 equally spaced numbers in [-1, 1). */
function uniformValue(seed: number, i: number): number {
  return (mix((seed + i) >>> 0) >>> 8) / 2 ** 23 - 1;
}

/**
 * How widely a parameter's values spread around its centre. Query and key weights are large, so that attention is peaked, and
 * biases are not zero: near-uniform attention hides faults of a device.
 */
function spread(name: string, shape: number[]): { centre: number; scale: number } {
  const fanIn = /\.c_\w+\.weight$/.test(name) ? shape[0] : shape[shape.length - 1]; // GPT-2 keeps its weights the other way round
  if (/\.[qk]_norm\.weight$/.test(name)) return { centre: 2, scale: 1 };
  if (/(norm|\.ln_\w+)\.weight$/.test(name)) return { centre: 1, scale: 0.5 };
  if (/(query_key_value|[qk]_proj|c_attn)\.bias$/.test(name)) return { centre: 0, scale: 2 };
  if (name.endsWith('.bias')) return { centre: 0, scale: 0.5 };
  if (name.endsWith('embed_in.weight')) return { centre: 0, scale: 1 };
  if (/(query_key_value|[qk]_proj|c_attn)\.weight$/.test(name)) return { centre: 0, scale: 4 / Math.sqrt(fanIn) };
  return { centre: 0, scale: 2 / Math.sqrt(fanIn) };
}

export function fixedParameter(name: string, shape: number[]): Float32Array {
  const seed = seedOf(name);
  const { centre, scale } = spread(name, shape);
  const count = shape.reduce((a, b) => a * b, 1);
  return Float32Array.from({ length: count }, (_, i) => centre + scale * uniformValue(seed, i));
}

/** `count` token ids of the stream `name`. */
export function fixedTokens(name: string, count: number, vocabulary: number): number[] {
  const seed = seedOf(name);
  return Array.from({ length: count }, (_, i) => mix((seed + i) >>> 0) % vocabulary);
}

/** The whole model as a safetensors file. */
export function fixedCheckpoint(config: ModelConfig): Blob {
  const tensors = [...parameterShapes(config)].map(([name, shape]) => ({ name, shape, values: fixedParameter(name, shape) }));
  return writeSafetensors(tensors, { format: 'pt' });
}

/**
 * The same tensors with arbitrary finite stored bits of a half-width type, subnormals among them: what a device must decode.
 * The exponent's lowest bit is cleared, so that no value is infinite or NaN.
 */
export function fixedHalfCheckpoint(config: ModelConfig, dtype: 'F16' | 'BF16'): Blob {
  const finite = dtype === 'F16' ? 0xfbff : 0xff7f;
  const tensors = [...parameterShapes(config)].map(([name, shape]) => {
    const seed = seedOf(name);
    const count = shape.reduce((a, b) => a * b, 1);
    return { name, dtype, shape, stored: Uint16Array.from({ length: count }, (_, i) => mix((seed + i) >>> 0) & finite) };
  });
  return writeStored(tensors, { format: 'pt' });
}

const neox = {
  model_type: 'gpt_neox',
  layer_norm_eps: 1e-5,
  rotary_pct: 0.25,
  rotary_emb_base: 10_000,
  use_parallel_residual: true,
  tie_word_embeddings: false,
} as const;

/** Small enough to run at every start; attention over up to 48 keys, in two heads of 16. */
export const selfTestConfig: GptNeoXConfig = {
  ...neox,
  vocab_size: 96,
  hidden_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 64,
  max_position_embeddings: 64,
};

/** Pythia's vocabulary and a long window on a narrow body: what only the head's tiling can carry. */
export const wideConfig: GptNeoXConfig = {
  ...neox,
  vocab_size: 50_304,
  hidden_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 128,
  max_position_embeddings: 1024,
};
