/** The forms in which transformers saves a checkpoint, side by side in a folder (saved_checkpoints.py). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Checkpoint } from '../src/core/checkpoint/checkpoint';
import type { ModelConfig } from '../src/core/checkpoint/config';
import { shardsOf } from '../src/core/checkpoint/shard-index';
import { sha256Of } from '../src/core/sha256';

const whole = ['model.safetensors', 'pytorch_model.bin'];

/** Single files, then the indices of sharded ones. */
export const forms = [...whole, ...whole.map((name) => `${name}.index.json`)];

/** The names of the files of one form: a single one, or those that an index lists. */
export function fileNames(folder: string, form: string): string[] {
  return form.endsWith('.json') ? shardsOf(readFileSync(join(folder, form), 'utf8'), form) : [form];
}

export function openForm(folder: string, form: string, config: ModelConfig): Promise<Checkpoint> {
  const files = fileNames(folder, form).map((name) => new Blob([readFileSync(join(folder, name))]));
  return Checkpoint.open(files, config, form);
}

/** Type, shape and a hash of the bits of every tensor. */
export async function tensorsOf(checkpoint: Checkpoint): Promise<Record<string, string>> {
  const tensors: Record<string, string> = {};
  for await (const { name, dtype, shape, bytes } of checkpoint.read()) tensors[name] = `${dtype} [${shape.join()}] ${sha256Of(bytes)}`;
  return tensors;
}
