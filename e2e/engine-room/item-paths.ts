/** The ways from items to log-likelihoods that the benchmark compares, in the browser and in Node alike. */
import type { InferenceSession } from 'onnxruntime-common';
import { Checkpoint } from '../../src/core/checkpoint/checkpoint';
import { parseConfig, type ModelConfig } from '../../src/core/checkpoint/config';
import type { Library } from '../../src/core/engine';
import { encodePair } from '../../src/core/evaluation/encode-pair';
import type { Item } from '../../src/core/evaluation/task';
import type { BackendInfo } from '../../src/core/scoring/backend';
import { fill, layOut, rowLengths, unpack, usualRow } from '../../src/core/scoring/batches';
import { CpuBackend, type OnnxRuntime } from '../../src/core/scoring/cpu-backend';
import type { Group } from '../../src/core/scoring/packing';
import { unwatched } from '../../src/core/scoring/watch';
import type { CheckpointRef } from '../../src/core/soup/model';
import { Tokenizer } from '../../src/core/tokenizer/tokenizer';
import { Unpacked } from './unpacked';

export interface Runtime {
  ort: OnnxRuntime;
  options: InferenceSession.SessionOptions;
  info: BackendInfo;
}

/** The processor's backend with twice the tokens in a run: whether longer runs alone would do. */
class Doubled extends CpuBackend {
  override tokensPerRun(config: ModelConfig): number {
    return 2 * super.tokensPerRun(config);
  }
}

/** Log-likelihoods of the choices of all groups, from their tokens: planning and padding are part of it, encoding text is not. */
type Path = (groups: Group[]) => Promise<number[]>;

/** Items per second of each path, a number for each repeat; the repeats of one index followed one another. */
export interface MeasuredPaths {
  device: string;
  items: number;
  /** seconds to turn the items' texts into tokens, which no path includes */
  encoding: number;
  itemsPerSecond: Record<string, number[]>;
}

/** Of a choice's log-likelihood, in nats. */
const tolerance = 2e-3;

export const packedName = (row: number): string => `packed, rows of ${row}${row === usualRow ? ' as in use' : ''}`;

function packedPath(backend: CpuBackend, config: ModelConfig, row: number): Path {
  return async (groups) => {
    const windows = groups.flat();
    const found = new Array<number>(windows.length);
    for (const layout of layOut(groups, backend.tokensPerRun(config), row)) {
      const batch = fill(layout);
      for (const [index, { nll }] of unpack(windows, batch, await backend.run(batch))) found[index] = -nll.reduce((a, b) => a + b, 0);
    }
    return found;
  };
}

async function unpackedPath({ ort, options }: Runtime, config: ModelConfig, backend: CpuBackend, biased: boolean): Promise<Path> {
  const unpacked = await Unpacked.create(ort, options, config, backend, { tokensPerRun: backend.tokensPerRun(config), biased });
  return (groups) => unpacked.score(groups.flat());
}

async function pathsOf(runtime: Runtime, { config, backend, doubled }: Prepared): Promise<Record<string, Path>> {
  const rows = rowLengths(backend.tokensPerRun(config), 64);
  return {
    ...Object.fromEntries(rows.map((row) => [packedName(row), packedPath(backend, config, row)])),
    'packed, twice the tokens in a run': packedPath(doubled, config, usualRow),
    'unpacked, with a bias': await unpackedPath(runtime, config, backend, true),
    unpacked: await unpackedPath(runtime, config, backend, false),
    'unpacked, twice the tokens in a run': await unpackedPath(runtime, config, doubled, false),
  };
}

interface Prepared {
  config: ModelConfig;
  tokenizer: Tokenizer;
  backend: CpuBackend;
  doubled: CpuBackend;
}

/** Has the backends ready with the checkpoint's weights. */
async function prepare({ ort, info, options }: Runtime, library: Library, ref: CheckpointRef): Promise<Prepared> {
  const config = parseConfig(await library.config(ref, unwatched), ref.id);
  const checkpoint = await Checkpoint.open(await library.weights(ref, unwatched), config, ref.id);
  const [backend, doubled] = [new CpuBackend(ort, info, options), new Doubled(ort, info, options)];
  for (const each of [backend, doubled]) {
    await each.prepare(config);
    await each.merge([{ sha256: ref.sha256, checkpoint, coefficient: 1 }]);
  }
  return { config, tokenizer: Tokenizer.parse(await library.tokenizer(ref, unwatched), ref.id), backend, doubled };
}

/** Once untimed, which also holds every path against the first; then `repeats` rounds of each path once. */
export async function measurePaths(runtime: Runtime, library: Library, ref: CheckpointRef, items: Item[], repeats: number): Promise<MeasuredPaths> {
  const prepared = await prepare(runtime, library, ref);
  const [encoding, groups] = await timed(() => Promise.resolve(encode(items, prepared)));
  const paths = await pathsOf(runtime, prepared);
  await checkAlike(paths, groups);
  const itemsPerSecond: Record<string, number[]> = {};
  for (let i = 0; i < repeats; i++) {
    for (const [name, path] of Object.entries(paths)) {
      const [seconds] = await timed(() => path(groups));
      (itemsPerSecond[name] ??= []).push(items.length / seconds);
    }
  }
  return { device: runtime.info.device, items: items.length, encoding, itemsPerSecond };
}

function encode(items: Item[], { config, tokenizer }: Prepared): Group[] {
  return items.map(({ choices }) => choices.map(({ context, continuation }) => encodePair(tokenizer, context, continuation, config.max_position_embeddings)));
}

async function timed<T>(work: () => Promise<T>): Promise<[seconds: number, result: T]> {
  const start = performance.now();
  const result = await work();
  return [(performance.now() - start) / 1000, result];
}

/** A path that scores something else is no comparison. */
async function checkAlike(paths: Record<string, Path>, groups: Group[]): Promise<void> {
  const [first, ...others] = Object.entries(paths);
  const expected = await first[1](groups);
  for (const [name, path] of others) {
    const found = await path(groups);
    const far = expected.findIndex((value, i) => !(Math.abs(found[i] - value) <= tolerance));
    if (far >= 0) throw new Error(`${name}: choice ${far} has ${found[far]} instead of ${expected[far]}`);
  }
}
