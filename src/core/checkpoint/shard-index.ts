/** `*.index.json`: which file each tensor of a sharded checkpoint is in, as transformers writes it for safetensors and for .bin. */
import * as v from 'valibot';
import { failure } from '../errors';
import type { Complain } from './complain';

/** 100,000 tensors take about 8 MB. */
const maxIndexCharacters = 16_000_000;
const maxShards = 1000;

/** A name and no path: it is put behind an address or looked up in a folder, and must not lead out of it. */
const plainName = /^\w[\w.-]{0,254}\.(safetensors|bin)$/;

const index = v.object({ weight_map: v.record(v.string(), v.string()) });

/**
 * The files that an index lists, each once, in the order of their names. That each tensor lies in one of them alone is seen when they
 * are opened (`Checkpoint.open`): the index is not believed further than this.
 * @param name what to call the index in an error
 * @throws shard-index-malformed
 */
export function shardsOf(indexText: string, name: string): string[] {
  const bad: Complain = (found, allowed) => failure('shard-index-malformed', { file: name, found, allowed });
  if (indexText.length > maxIndexCharacters) throw bad(`it is ${indexText.length} characters long`, `at most ${maxIndexCharacters}`);
  const shards = [...new Set(Object.values(weightMap(indexText, bad)))].sort();
  const strange = shards.find((shard) => !plainName.test(shard));
  if (strange !== undefined) throw bad(`it names “${strange.slice(0, 80)}”`, 'plain names of .safetensors or .bin files beside it');
  if (new Set(shards.map((shard) => shard.split('.').pop())).size > 1) throw bad('it names files of both formats', 'files of one format');
  if (!shards.length || shards.length > maxShards) throw bad(`it names ${shards.length} files`, `1 to ${maxShards}`);
  return shards;
}

function weightMap(text: string, bad: Complain): Record<string, string> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw bad('it is not JSON', 'a JSON object');
  }
  const parsed = v.safeParse(index, json);
  if (!parsed.success) throw bad('it has no table from tensors to files', 'a “weight_map” of names');
  return parsed.output.weight_map;
}
