import { describe, expect, test } from 'vitest';
import { Failure } from '../errors';
import { Checkpoint } from './checkpoint';
import type { ModelConfig } from './config';
import { decode } from './dtype';
import { writeSafetensors, type NamedTensor } from './safetensors';
import { floats, orderedDict, storage, tensor, torchFile } from './torch/make-torch';

const config: ModelConfig = {
  model_type: 'gpt_neox', vocab_size: 10, hidden_size: 8, num_hidden_layers: 1, num_attention_heads: 1, intermediate_size: 16,
  max_position_embeddings: 8, layer_norm_eps: 1e-5, rotary_pct: 0.25, rotary_emb_base: 10_000, use_parallel_residual: true, tie_word_embeddings: false,
};

const layer = 'gpt_neox.layers.0';
/** The tensors of transformers' GPTNeoXForCausalLM, written down by hand. */
const shapes: Record<string, number[]> = {
  'gpt_neox.embed_in.weight': [10, 8],
  [`${layer}.input_layernorm.weight`]: [8],
  [`${layer}.input_layernorm.bias`]: [8],
  [`${layer}.attention.query_key_value.weight`]: [24, 8],
  [`${layer}.attention.query_key_value.bias`]: [24],
  [`${layer}.attention.dense.weight`]: [8, 8],
  [`${layer}.attention.dense.bias`]: [8],
  [`${layer}.post_attention_layernorm.weight`]: [8],
  [`${layer}.post_attention_layernorm.bias`]: [8],
  [`${layer}.mlp.dense_h_to_4h.weight`]: [16, 8],
  [`${layer}.mlp.dense_h_to_4h.bias`]: [16],
  [`${layer}.mlp.dense_4h_to_h.weight`]: [8, 16],
  [`${layer}.mlp.dense_4h_to_h.bias`]: [8],
  'gpt_neox.final_layer_norm.weight': [8],
  'gpt_neox.final_layer_norm.bias': [8],
  'embed_out.weight': [10, 8],
};

const sizeOf = (shape: number[]): number => shape.reduce((a, b) => a * b, 1);
const named = (name: string, shape: number[], value = 1): NamedTensor => ({ name, shape, values: new Float32Array(sizeOf(shape)).fill(value) });

function written(changes: Record<string, number[] | null> = {}, poison?: string): Blob {
  const all = Object.entries({ ...shapes, ...changes }).filter((pair): pair is [string, number[]] => pair[1] !== null);
  return writeSafetensors(all.map(([name, shape], i) => named(name, shape, name === poison ? NaN : i)), {});
}

/** The tensors of the model, spread over files by turns. */
function shards(count: number): Blob[] {
  const all = Object.entries(shapes).map(([name, shape], i) => named(name, shape, i));
  return Array.from({ length: count }, (_, shard) => writeSafetensors(all.filter((_, i) => i % count === shard), {}));
}

/** The same tensors as torch.save writes them. */
function pickled(rename: (name: string) => string = (name) => name): Blob {
  const items = Object.entries(shapes).map(([name, shape], i) => [rename(name), { shape, key: `${i}`, size: sizeOf(shape) }] as const);
  const strides = (shape: number[]): number[] => shape.map((_, i) => sizeOf(shape.slice(i + 1)));
  const value = orderedDict(Object.fromEntries(items.map(([name, { shape, key, size }]) => [name, tensor(storage('Float', key, size), 0, shape, strides(shape))])));
  return torchFile(value, Object.fromEntries(items.map(([, { key, size }], i) => [key, floats(...Array.from({ length: size }, () => i))])));
}

/** The first value of each tensor: which one it is. */
async function firstValues(checkpoint: Checkpoint): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for await (const { name, bytes, dtype } of checkpoint.read()) found[name] = decode(bytes, dtype)[0];
  return found;
}

const inOrder = Object.fromEntries(Object.keys(shapes).map((name, i) => [name, i]));

async function refusal(opening: Promise<unknown>): Promise<Failure> {
  const thrown: unknown = await opening.then(() => 'nothing', (error: unknown) => error);
  if (!(thrown instanceof Failure)) throw new Error(`expected a Failure, got ${String(thrown)}`);
  return thrown;
}

describe('a checkpoint whose tensors are those of its configuration', () => {
  test('opens, counts its parameters, and gives each tensor once, as it is stored', async () => {
    const checkpoint = await Checkpoint.open([written()], config, 'step1');
    expect(checkpoint.parameters).toBe(80 + 16 + 192 + 24 + 64 + 8 + 16 + 128 + 16 + 128 + 8 + 16 + 80);
    const read = [];
    for await (const tensor of checkpoint.read()) read.push(tensor);
    expect(Object.fromEntries(read.map(({ name, shape }) => [name, shape]))).toEqual(shapes);
    for (const { name, dtype, bytes } of read) expect(decode(bytes, dtype)[0]).toBe(Object.keys(shapes).indexOf(name));
  });

  test('may carry buffers nobody asked for', async () => {
    const checkpoint = await Checkpoint.open([written({ [`${layer}.attention.masked_bias`]: [], [`${layer}.attention.rotary_emb.inv_freq`]: [4] })], config, 'step1');
    expect(checkpoint.parameters).toBe(Object.values(shapes).map(sizeOf).reduce((a, b) => a + b));
  });

  test('needs no unembedding of its own where the embeddings are tied', async () => {
    const tied = { ...config, tie_word_embeddings: true };
    const checkpoint = await Checkpoint.open([written({ 'embed_out.weight': null })], tied, 'step1');
    expect(checkpoint.parameters).toBe((await Checkpoint.open([written()], config, 'step1')).parameters - 80);
  });
});

describe('a checkpoint in several files, in another format, or under other names', () => {
  test.each<[string, () => Blob[]]>([
    ['three shards', () => shards(3)],
    ['a PyTorch file', () => [pickled()]],
    ['names behind the prefix of a wrapper', () => [pickled((name) => `module.${name}`)]],
    ['names without the prefix of the full model', () => [pickled((name) => name.replace('gpt_neox.', ''))]],
    ['a wrapped body without it', () => [pickled((name) => `_orig_mod.${name.replace('gpt_neox.', '')}`)]],
  ])('%s: each tensor by the name of the architecture', async (_, files) => {
    const checkpoint = await Checkpoint.open(files(), config, 'step1');
    expect(await firstValues(checkpoint)).toEqual(inOrder);
    expect((await checkpoint.tensor('embed_out.weight')).shape).toEqual([10, 8]);
  });

  test('a missing shard is told by what is missing', async () => {
    const failure = await refusal(Checkpoint.open(shards(3).slice(0, 2), config, 'step1'));
    expect(failure).toMatchObject({ code: 'tensor-missing', facts: { tensors: Object.keys(shapes).filter((_, i) => i % 3 === 2) } });
  });

  test('shards that overlap are refused with the tensor that is in both', async () => {
    const extra = writeSafetensors([named(`${layer}.attention.dense.bias`, [8])], {});
    const failure = await refusal(Checkpoint.open([...shards(2), extra], config, 'step1'));
    expect(failure).toMatchObject({ code: 'tensor-twice', facts: { tensor: `${layer}.attention.dense.bias`, second: 'step1, file 3 of 3' } });
  });

  test('a mask that two shards have is refused too: one of them is a shard of something else', async () => {
    const mask = torchFile(orderedDict({ mask: tensor(storage('Bool', '0', 1), 0, [1], [1]) }), { 0: '\x01' });
    expect(await refusal(Checkpoint.open([...shards(1), mask, mask], config, 'step1'))).toMatchObject({ code: 'tensor-twice', facts: { tensor: 'mask' } });
  });

  test('a shard that cannot be read is told by its number', async () => {
    const failure = await refusal(Checkpoint.open([...shards(2), new Blob(['<html>'])], config, 'step1'));
    expect(failure).toMatchObject({ code: 'weights-unrecognised', facts: { file: 'step1, file 3 of 3' } });
  });

  test('an unembedding that is missing though the embeddings are not tied is missing, whatever else is there', async () => {
    const failure = await refusal(Checkpoint.open([written({ 'embed_out.weight': null, 'head.weight': [10, 8] })], config, 'step1'));
    expect(failure).toMatchObject({ code: 'tensor-missing', facts: { tensors: ['embed_out.weight'] } });
  });
});

describe('a checkpoint that is not of its configuration', () => {
  test('is refused with every tensor it lacks', async () => {
    const failure = await refusal(Checkpoint.open([written({ [`${layer}.attention.dense.bias`]: null, 'embed_out.weight': null })], config, 'step1'));
    expect(failure).toMatchObject({ code: 'tensor-missing', facts: { file: 'step1', tensors: [`${layer}.attention.dense.bias`, 'embed_out.weight'] } });
  });

  test.each([[[10, 9]], [[80]], [[8, 10]], [[10, 8, 1]]])('is refused with the tensor that has the shape %j', async (shape) => {
    const failure = await refusal(Checkpoint.open([written({ 'embed_out.weight': shape })], config, 'step1'));
    expect(failure).toMatchObject({ code: 'tensor-shape', facts: { tensor: 'embed_out.weight', found: shape, expected: [10, 8] } });
  });

  test('is refused with the tensor that is stored in a type without weights', async () => {
    const original = await written().text();
    const bytes = new Uint8Array(await written().arrayBuffer());
    const at = original.indexOf('"F32"', original.indexOf('"embed_out.weight"'));
    bytes.set(new TextEncoder().encode('"I32"'), at); // as many bytes
    const failure = await refusal(Checkpoint.open([new Blob([bytes])], config, 'step1'));
    expect(failure).toMatchObject({ code: 'tensor-dtype', facts: { tensor: 'embed_out.weight', dtype: 'I32' } });
  });

  test('is refused while it is read where a weight is not a number, with the count', async () => {
    const checkpoint = await Checkpoint.open([written({}, `${layer}.attention.dense.bias`)], config, 'step1');
    const reading = async (): Promise<void> => {
      for await (const tensor of checkpoint.read()) expect(tensor.name).not.toBe(`${layer}.attention.dense.bias`);
    };
    expect(await refusal(reading())).toMatchObject({ code: 'weights-not-finite', facts: { tensor: `${layer}.attention.dense.bias`, count: 8 } });
  });
});
