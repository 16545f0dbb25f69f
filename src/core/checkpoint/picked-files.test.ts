import { describe, expect, test } from 'vitest';
import { Failure } from '../errors';
import { checkpointsAmong, type PickedFile } from './picked-files';

const picked = (...paths: string[]): PickedFile[] => paths.map((path) => ({ path, file: new Blob([path]) }));
const beside = (folder: string): string[] => [`${folder}config.json`, `${folder}tokenizer.json`];

async function found(files: PickedFile[]): Promise<unknown> {
  const all = await checkpointsAmong(files);
  return all.map(({ folder, weights, config, tokenizer }) => [folder, weights.map(({ path }) => path), config.path, tokenizer.path]);
}

async function missing(files: PickedFile[]): Promise<unknown> {
  const thrown: unknown = await checkpointsAmong(files).catch((error: unknown) => error);
  return thrown instanceof Failure ? [thrown.code, thrown.facts] : thrown;
}

describe('checkpoints among picked files', () => {
  test('a folder that transformers wrote', async () => {
    const files = picked('checkpoint-30/model.safetensors', ...beside('checkpoint-30/'), 'checkpoint-30/training_args.bin', 'checkpoint-30/optimizer.pt');
    expect(await found(files)).toEqual([['checkpoint-30', ['checkpoint-30/model.safetensors'], 'checkpoint-30/config.json', 'checkpoint-30/tokenizer.json']]);
  });

  test('the folder of a whole run, in the order of training and not of the alphabet, with one tokenizer for all', async () => {
    const folders = ['run/checkpoint-100', 'run/checkpoint-20'];
    const files = picked(...folders.flatMap((folder) => [`${folder}/pytorch_model.bin`, `${folder}/config.json`]), 'run/tokenizer.json');
    expect(await found(files)).toEqual(['20', '100'].map((step) => [`checkpoint-${step}`, [`run/checkpoint-${step}/pytorch_model.bin`], `run/checkpoint-${step}/config.json`, 'run/tokenizer.json']));
  });

  test('shards, as their index names them', async () => {
    const shards = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
    const index = new Blob([JSON.stringify({ weight_map: { a: shards[0], b: shards[1] } })]);
    const files = [...picked(...shards.map((shard) => `c/${shard}`), ...beside('c/')), { path: 'c/model.safetensors.index.json', file: index }];
    expect(await found(files)).toEqual([['c', shards.map((shard) => `c/${shard}`), 'c/config.json', 'c/tokenizer.json']]);
    expect(await missing(files.filter(({ path }) => path !== `c/${shards[1]}`))).toEqual(['checkpoint-incomplete', { checkpoint: 'c', missing: shards[1] }]);
  });

  test('safetensors before the same weights as a pickle', async () => {
    expect(await found(picked('c/pytorch_model.bin', 'c/model.safetensors', ...beside('c/')))).toEqual([['c', ['c/model.safetensors'], 'c/config.json', 'c/tokenizer.json']]);
  });

  test('several files of weights in one folder are a checkpoint each', async () => {
    const files = picked('step2000.safetensors', 'step1000.safetensors', ...beside(''));
    expect(await found(files)).toEqual(['step1000', 'step2000'].map((step) => [step, [`${step}.safetensors`], 'config.json', 'tokenizer.json']));
  });

  test('what is missing is named', async () => {
    expect(await missing(picked('c/model.safetensors', 'c/tokenizer.json'))).toEqual(['checkpoint-incomplete', { checkpoint: 'c', missing: 'config.json' }]);
    expect(await missing(picked('c/model.safetensors', 'c/config.json'))).toEqual(['checkpoint-incomplete', { checkpoint: 'c', missing: 'tokenizer.json' }]);
  });

  test('no weights, no checkpoint', async () => {
    expect(await found(picked('notes.txt', 'training_args.bin', 'config.json'))).toEqual([]);
  });
});
