/** Scores of models whose parameters follow from their names, on any backend: for tests in Node and in the browser. */
import { Checkpoint } from '../src/core/checkpoint/checkpoint';
import type { ModelConfig } from '../src/core/checkpoint/config';
import type { Window } from '../src/core/perplexity/windows';
import type { Backend } from '../src/core/scoring/backend';
import { fixedCheckpoint } from '../src/core/scoring/fixed-model';
import { score } from '../src/core/scoring/score';
import { Pace, unwatched } from '../src/core/scoring/watch';

/** Loads the fixed model, and only it. */
export async function loadFixed(backend: Backend, config: ModelConfig): Promise<void> {
  await loadOnly(backend, config, await Checkpoint.open([fixedCheckpoint(config)], config, 'fixed'));
}

export async function loadOnly(backend: Backend, config: ModelConfig, checkpoint: Checkpoint): Promise<void> {
  await backend.prepare(config);
  await backend.merge([{ sha256: checkpoint.name, checkpoint, coefficient: 1 }], 0);
}

/** NLLs of rows of `length` tokens of a stream under what is loaded; each row takes one token more than it scores. */
export async function scoreRows(backend: Backend, config: ModelConfig, tokens: number[], length: number): Promise<number[]> {
  const windows: Window[] = [];
  for (let start = 0; start < tokens.length; start += length + 1) {
    const row = tokens.slice(start, start + length + 1);
    windows.push({ tokens: row.slice(0, -1), targets: row.slice(1), from: 0 });
  }
  return (await scoreGroups(backend, config, windows.map((window) => [window]))).flatMap((nll) => [...nll]);
}

/** NLLs of windows, one after another, where those of a group may be packed into one row. */
export async function scoreGroups(backend: Backend, config: ModelConfig, groups: Window[][]): Promise<Float32Array[]> {
  const scores = await score(backend, config, groups, 'fixed', (batches) => new Pace(unwatched, '', batches), unwatched);
  return scores.map(({ nll }) => nll);
}
